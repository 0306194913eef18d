package org.allod.lab.workload;

/// The numbers of C's `rand` as glibc gives them: each is the sum of the 3rd and the 31st before
/// it, without its lowest bit. Owner thread only.
///
/// Source: Knuth, The Art of Computer Programming 2, 3.2.2, additive generator; the lags and the
/// 310 numbers that are skipped are those that `rand` of glibc shows.
final class LibcRandom {
    /// Numbers are below this.
    static final double BOUND = 1L << 31;

    private static final int LAG = 31;
    private static final int SHORT_LAG = 3;
    private static final int SKIPPED = 310;

    /// The step of the table's first numbers. Source: Park and Miller, "minimal standard".
    private static final long FACTOR = 16_807;

    private static final long MODULUS = (1L << 31) - 1;

    private final int[] table = new int[LAG];
    private int next = SHORT_LAG;

    /// @param seed from 1; a program that sets none has 1
    LibcRandom(int seed) {
        table[0] = seed;
        for (int i = 1; i < LAG; i++) table[i] = (int) (FACTOR * table[i - 1] % MODULUS);
        for (int i = 0; i < SKIPPED; i++) next();
    }

    /// The next number, from 0 to 2^31 - 1.
    int next() {
        table[next] += table[(next + LAG - SHORT_LAG) % LAG];
        int result = table[next] >>> 1;
        next = (next + 1) % LAG;
        return result;
    }
}
