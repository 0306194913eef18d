package org.allod.parts;

import java.util.Arrays;

/// A sorted set of numbers from 0 up, as a tree of bitmaps.
///
/// ```
///  level 2                       1                         bit i: word i below is not 0
///  level 1       101...          0         ...
///  level 0   11.. 0 .1..   0  0  0
/// ```
///
/// Every level has a bit for each 64 of the level below, so that the least number and the next one
/// are found by reading one word a level: 4 for 16 million numbers. Grows as numbers are added.
///
/// Cost: O(log64 range) words an operation, range / 63 words of Java heap. Owner thread only.
public final class OrderedBits {
    private static final int LOG2 = 6;

    /// Levels from the numbers up; the last has one word.
    private long[][] levels = {new long[1]};

    /// Adds a number, at least 0; whether it was missing.
    public boolean add(long number) {
        while (number >>> LOG2 * levels.length != 0) heighten();
        if (contains(number)) return false;
        for (int level = 0; level < levels.length; level++) {
            int word = (int) (number >>> LOG2 * (level + 1));
            if (word >= levels[level].length) widen(level, word);
            boolean empty = levels[level][word] == 0;
            levels[level][word] |= 1L << (number >>> LOG2 * level);
            if (!empty) break;
        }
        return true;
    }

    /// Removes a number; whether it was there.
    public boolean remove(long number) {
        if (!contains(number)) return false;
        for (int level = 0; level < levels.length; level++) {
            int word = (int) (number >>> LOG2 * (level + 1));
            levels[level][word] &= ~(1L << (number >>> LOG2 * level));
            if (levels[level][word] != 0) break;
        }
        return true;
    }

    /// Whether the number is in the set.
    public boolean contains(long number) {
        long word = number >>> LOG2;
        return number >= 0
                && word < levels[0].length
                && (levels[0][(int) word] & 1L << number) != 0;
    }

    /// The least number, or -1.
    public long first() {
        return ceiling(0);
    }

    /// The least number at or above `number`, which is at least 0; or -1.
    public long ceiling(long number) {
        long at = number;
        for (int level = 0; level < levels.length; level++) {
            long word = at >>> LOG2;
            if (word < levels[level].length) {
                long rest = levels[level][(int) word] & -1L << at;
                if (rest != 0) {
                    return descend(level, word << LOG2 | Long.numberOfTrailingZeros(rest));
                }
            }
            at = word + 1;
        }
        return -1;
    }

    /// The least number below the bit `at` of `level`, which is set.
    private long descend(int level, long at) {
        long number = at;
        for (int below = level - 1; below >= 0; below--) {
            number = number << LOG2 | Long.numberOfTrailingZeros(levels[below][(int) number]);
        }
        return number;
    }

    // ---- cold ----

    private void heighten() {
        long[] top = levels[levels.length - 1];
        levels = Arrays.copyOf(levels, levels.length + 1);
        levels[levels.length - 1] = new long[] {top[0] == 0 ? 0 : 1};
    }

    private void widen(int level, int word) {
        int length = Math.max(word + 1, levels[level].length * 2);
        levels[level] = Arrays.copyOf(levels[level], length);
    }
}
