package org.allod.lab.workload;

/// alloc-test's generator: a state that is shifted onto itself, multiplied on its way out. Owner
/// thread only.
///
/// Source: alloc-test of mimalloc-bench, as described in words.
final class XorShiftRandom {
    private static final long FACTOR = 0xD989_BCAC_C137_DCD5L;

    private long state;

    /// @param seed not 0
    XorShiftRandom(long seed) {
        state = seed;
    }

    /// The next 32 bits, as an unsigned number.
    long next() {
        long result = state * FACTOR >>> Integer.SIZE;
        state ^= state >>> 11;
        state ^= state << 31;
        state ^= state >>> 18;
        return result;
    }
}
