package org.allod.lab.workload;

/// mstress's generator: the state is the number it gave last. Owner thread only.
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed;
    }

    /// The next number, below `bound`.
    int below(int bound) {
        state = MixedLong.of(state);
        return (int) Long.remainderUnsigned(state, bound);
    }

    /// True with a chance of `percent` + 1 per cent: the original compares with `<=`.
    boolean chance(int percent) {
        return below(100) <= percent;
    }
}
