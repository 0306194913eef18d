package org.allod.lab.trace;

import java.util.Arrays;

/// How many numbers there are, how large they are, and how they spread over powers of two.
///
/// @param count how many
/// @param median the middle one, 0 if there is none
/// @param p99 what 99 of 100 do not exceed, 0 if there is none
/// @param max the largest, 0 if there is none
/// @param log2 how many are in `(2^(k-1), 2^k]`, at `k`; 0 and 1 are at 0. 64 of them
public record Distribution(long count, long median, long p99, long max, long[] log2) {

    /// Of some numbers, all at least 0; they are sorted in place.
    ///
    /// @param values in any order
    /// @param count how many of them count, from the first on
    static Distribution of(long[] values, int count) {
        Arrays.sort(values, 0, count);
        long[] log2 = new long[Long.SIZE];
        for (int i = 0; i < count; i++) log2[ceilingLog2(values[i])]++;
        if (count == 0) return new Distribution(0, 0, 0, 0, log2);
        long p99 = values[(int) ((count * 99L + 99) / 100) - 1];
        return new Distribution(count, values[count / 2], p99, values[count - 1], log2);
    }

    /// The smallest k with `value <= 2^k`.
    static int ceilingLog2(long value) {
        return value <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(value - 1);
    }
}
