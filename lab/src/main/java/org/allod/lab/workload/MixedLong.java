package org.allod.lab.workload;

/// The step of the generators here: every number leads to one that looks unrelated.
///
/// Source: the finaliser of splitmix64, by Sebastiano Vigna.
final class MixedLong {
    private MixedLong() {}

    /// A bijection; 0 alone stays what it is.
    static long of(long number) {
        long z = (number ^ number >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
