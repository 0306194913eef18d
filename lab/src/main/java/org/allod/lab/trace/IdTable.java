package org.allod.lab.trace;

import java.util.Arrays;

/// A map from `long` to `int` that never forgets a key. Owner thread only.
///
/// Open addressing, at most half full. Neighbouring ids lie side by side, so a file of dense ids
/// is read as if this were an array; ids that are addresses spread as well.
final class IdTable {
    /// What [#get] answers for a key that was never put.
    static final int ABSENT = -1;

    private long[] keys = new long[1 << 10];
    private int[] values = new int[keys.length];
    private int size;

    IdTable() {
        Arrays.fill(values, ABSENT);
    }

    /// Number of keys.
    int size() {
        return size;
    }

    /// The value last put, or [#ABSENT].
    int get(long key) {
        return values[place(key)];
    }

    /// @param value any but [#ABSENT]
    void put(long key, int value) {
        int place = place(key);
        if (values[place] == ABSENT) {
            keys[place] = key;
            size++;
        }
        values[place] = value;
        if (size > keys.length / 2) grow();
    }

    /// Where the key is, or would be.
    private int place(long key) {
        int mask = keys.length - 1;
        int place = (int) (key + (key >>> 20) * 0x9E3779B97F4A7C15L) & mask;
        while (values[place] != ABSENT && keys[place] != key) place = (place + 1) & mask;
        return place;
    }

    // ---- cold ----

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[keys.length];
        Arrays.fill(values, ABSENT);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] == ABSENT) continue;
            int place = place(oldKeys[i]);
            keys[place] = oldKeys[i];
            values[place] = oldValues[i];
        }
    }
}
