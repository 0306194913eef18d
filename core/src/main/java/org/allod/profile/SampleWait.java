package org.allod.profile;

import java.util.SplittableRandom;

/// How many bytes go by until the next sample: exponentially distributed, one for each cache.
///
/// The cache counts down by itself, and asks here once in `mean` bytes:
///
/// ```java
/// bytesLeft -= size;                       // the fast path: one subtraction, one branch
/// if (bytesLeft < 0) ... slow: bytesLeft = wait.next();
/// ```
///
/// A request of s bytes is then sampled with probability 1 - e^(-s / mean), whatever came before:
/// the wait has no memory, so the rest of a request that was sampled, failed or took another way
/// may be forgotten. [#weight] is one over that probability.
///
/// TCMalloc's "geometric" and jemalloc's "exponential" wait are the same formula, -ln(u) * mean;
/// the random numbers are TCMalloc's, 26 bits of a 48-bit congruential generator, so that no wait
/// is longer than 18.03 means. The same seed gives the same waits.
///
/// Cost: 11 ns, no garbage. Threads: owner thread only.
///
/// Source: gperftools' sampler (generator and formula); jemalloc's `prof` (formula).
public final class SampleWait {
    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long INCREMENT = 0xBL;
    private static final int STATE_BITS = 48;
    private static final long STATE_MASK = (1L << STATE_BITS) - 1;
    private static final int DRAWN_BITS = 26;

    private final long mean;
    private long state;

    /// Waits of `mean` bytes on average.
    ///
    /// @param mean 0 or more; 0: never a sample
    /// @param seed any; different ones, even neighbours, give unrelated waits
    public SampleWait(long mean, long seed) {
        this.mean = checkedMean(mean);
        this.state = new SplittableRandom(seed).nextLong() & STATE_MASK;
    }

    /// `mean`, if it is one.
    static long checkedMean(long mean) {
        if (mean < 0) throw new IllegalArgumentException("mean=" + mean + ", expected at least 0");
        return mean;
    }

    /// Bytes to the next sample, at least 0; `Long.MAX_VALUE` where the mean is 0.
    public long next() {
        if (mean == 0) return Long.MAX_VALUE;
        state = MULTIPLIER * state + INCREMENT & STATE_MASK;
        double drawn = (state >>> STATE_BITS - DRAWN_BITS) + 1;
        return (long) (-Math.log(drawn / (1L << DRAWN_BITS)) * mean);
    }

    /// How many requests of `drawn` bytes a sampled one stands for: at least 1.
    ///
    /// @param drawn bytes by which the request lowered the count; 0 counts as 1
    /// @param mean at least 1
    public static double weight(long drawn, long mean) {
        return -1 / Math.expm1(-(double) Math.max(1, drawn) / mean);
    }
}
