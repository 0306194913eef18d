package org.allod.lab.workload;

/// larson's generator: a small linear congruential one whose numbers wait in a table of 97 until a
/// later number picks them. Owner thread only; a successor may go on with it.
///
/// Source: Press, Flannery, Teukolsky, Vetterling: Numerical Recipes in C, 1988, `ran2`.
final class ShuffledRandom {
    /// Numbers are below this. Source: there, as the two constants of the recurrence.
    static final int BOUND = 714_025;

    private static final long FACTOR = 1366;
    private static final long INCREMENT = 150_889;
    private static final int TABLE = 97;

    private final int[] table = new int[TABLE];
    private int state;
    private int last;

    /// @param seed not negative
    ShuffledRandom(int seed) {
        state = Math.floorMod(INCREMENT - seed, BOUND);
        for (int i = 0; i < TABLE; i++) table[i] = step();
        last = step();
    }

    /// The next number, from 0 to [#BOUND] - 1.
    int next() {
        int slot = (int) ((long) TABLE * last / BOUND);
        last = table[slot];
        table[slot] = step();
        return last;
    }

    private int step() {
        state = (int) ((FACTOR * state + INCREMENT) % BOUND);
        return state;
    }
}
