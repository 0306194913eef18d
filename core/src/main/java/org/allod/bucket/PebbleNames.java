package org.allod.bucket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The names of a bucket's blocks, beside the region: a pebble holds only a number.
///
/// ```
///   names │ (none) │ "page table" │ (free) │ "vnode" │        free │ 2 │
///              0          1           2         3
/// ```
///
/// Under the bucket's lock.
final class PebbleNames {
    /// Bytes of a name. Source: the original's field has 32, one of them for the NUL.
    static final int MOST_BYTES = 31;

    private String[] names = new String[1];
    private int[] free = {};
    private int freeCount;

    /// Throws unless the name is one that a pebble can have.
    ///
    /// @throws IllegalArgumentException if it is null or longer than 31 bytes of UTF-8
    static void check(String name) {
        if (name == null) throw new IllegalArgumentException("name=null, expected a text");
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "name=" + name + ", expected at most " + MOST_BYTES + " bytes, not " + bytes);
        }
    }

    /// Whether there is no number for another name.
    boolean isFull() {
        return freeCount == 0 && names.length > Pebble.NAME_MAX;
    }

    /// Keeps a name; there must be a number for it.
    ///
    /// @return its number, or 0 for the empty name
    int add(String name) {
        if (name.isEmpty()) return 0;
        if (freeCount == 0) grow();
        int number = free[--freeCount];
        names[number] = name;
        return number;
    }

    /// The name of that number; empty for 0.
    String get(int number) {
        return number > 0 && number < names.length && names[number] != null ? names[number] : "";
    }

    /// Forgets a name; 0 is none.
    void remove(int number) {
        if (get(number).isEmpty()) return;
        names[number] = null;
        free[freeCount++] = number;
    }

    /// Bytes of the tables, the texts aside.
    long tableBytes() {
        return (long) names.length * Long.BYTES + (long) free.length * Integer.BYTES;
    }

    private void grow() {
        int from = names.length;
        names = Arrays.copyOf(names, Math.min(Math.max(16, 2 * from), Pebble.NAME_MAX + 1));
        free = new int[names.length];
        for (int number = names.length - 1; number >= from; number--) free[freeCount++] = number;
    }
}
