package org.allod.profile;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Sampled blocks by address: open addressing, linear probing, at most half full.
///
/// ```
///   addresses │ 0 │ a │ b │ -1 │ c │ 0 │ ...      0: never used, -1: taken out
///   blocks    │   │ A │ B │    │ C │   │
/// ```
///
/// Threads: what changes it is under the profiler's lock; [#has] is for any thread, without one. A
/// block's address is put in before the block is handed out, and a place never moves within one
/// array, so that whoever rightly frees a block finds it, in the newest array or in an older one.
///
/// - **profile.I2** `used` counts the places that are not 0, `size` those that are neither; `2 *
///   used` is at most the number of places.
final class SampleTable {
    private static final VarHandle AT = MethodHandles.arrayElementVarHandle(long[].class);

    private static final long EMPTY = 0;
    private static final long GONE = -1;

    /// A power of two.
    private static final int PLACES_MIN = 64;

    private volatile long[] addresses = new long[PLACES_MIN];
    private SampledBlock[] blocks = new SampledBlock[PLACES_MIN];
    private int used;
    private int size;

    /// Receives each block of a table.
    interface Visitor {
        void block(long address, SampledBlock block);
    }

    /// Whether a block is in here. Lock-free; exact for a block that the caller owns.
    boolean has(long address) {
        return place(addresses, address) >= 0;
    }

    int size() {
        return size;
    }

    /// Puts a block in; the one that was there before, or null.
    SampledBlock put(long address, SampledBlock block) {
        long[] table = addresses;
        int place = place(table, address);
        if (place >= 0) {
            SampledBlock old = blocks[place];
            blocks[place] = block;
            return old;
        }
        if (2 * (used + 1) > table.length) table = rebuild();
        add(table, blocks, address, block);
        used++;
        size++;
        return null;
    }

    /// Takes a block out, or null.
    SampledBlock remove(long address) {
        long[] table = addresses;
        int place = place(table, address);
        if (place < 0) return null;
        SampledBlock block = blocks[place];
        blocks[place] = null;
        AT.setRelease(table, place, GONE);
        size--;
        return block;
    }

    /// Shows every block, in no order.
    void each(Visitor visitor) {
        long[] table = addresses;
        for (int i = 0; i < table.length; i++) {
            if (blocks[i] != null) visitor.block(table[i], blocks[i]);
        }
    }

    private long[] rebuild() {
        int places = Math.max(PLACES_MIN, Integer.highestOneBit(size) * 8);
        long[] table = new long[places];
        SampledBlock[] moved = new SampledBlock[places];
        each((address, block) -> add(table, moved, address, block));
        blocks = moved;
        used = size;
        addresses = table;
        return table;
    }

    private static void add(long[] table, SampledBlock[] blocks, long address, SampledBlock block) {
        int place = first(table, address);
        while (table[place] != EMPTY) place = place + 1 & table.length - 1;
        blocks[place] = block;
        AT.setRelease(table, place, address);
    }

    /// Where `address` is in `table`, or -1.
    private static int place(long[] table, long address) {
        int place = first(table, address);
        while (true) {
            long found = (long) AT.getAcquire(table, place);
            if (found == address) return place;
            if (found == EMPTY) return -1;
            place = place + 1 & table.length - 1;
        }
    }

    /// Multiplies by the golden ratio, as Knuth 6.4 does: blocks lie at regular distances.
    private static int first(long[] table, long address) {
        int shift = Long.numberOfLeadingZeros(table.length) + 1;
        return (int) (address * 0x9E3779B97F4A7C15L >>> shift);
    }
}
