package org.allod.kit;

import java.util.SplittableRandom;

/// Random numbers whose seed is printed; `-Dallod.seed=N` runs the same ones again.
public final class Randomness {
    private Randomness() {}

    /// A source for one test.
    public static SplittableRandom of(Object test) {
        long seed = Long.getLong("allod.seed", System.nanoTime() & 0xFFFF_FFFFL);
        System.out.println(test.getClass().getSimpleName() + ": -Dallod.seed=" + seed);
        return new SplittableRandom(seed);
    }

    /// Whether tests take the lengths that count: `mvn verify -Pstress`.
    public static boolean stress() {
        return Boolean.getBoolean("allod.stress");
    }
}
