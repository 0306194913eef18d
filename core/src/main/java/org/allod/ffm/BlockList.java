package org.allod.ffm;

import java.util.Arrays;
import org.allod.Allocator;

/// The blocks of an arena: address, size and alignment of each, in the order they came.
///
/// ```
///   first             others (none until there are two)
///   │ address │ bits │ ──► │ address │ bits │ address │ bits │ ...
///     position 0             position 1        position 2
///   bits: │ size: 58 │ log2 of alignment: 6 │
/// ```
///
/// No object a block. The one block of an arena that has but one lies in fields, which the compiler
/// can keep in registers; an array takes the others, and doubles. A block that is taken out leaves
/// its place to the last one.
///
/// Cost: 16 B a block. Taking one out looks at the last [#NEAR] first, then at a table by address
/// that is made when it is first needed. Threads: the caller's.
final class BlockList {
    /// Blocks of this size and above do not fit: more than any machine addresses.
    static final long SIZE_LIMIT = 1L << 57;

    /// How many of the last blocks are looked at before a table is made. Derived: a search of 16
    /// costs what a look-up in the table does, about 10 ns.
    static final int NEAR = 16;

    private static final int ALIGNMENT_BITS = 6;
    private static final int ALIGNMENT_MASK = (1 << ALIGNMENT_BITS) - 1;

    /// Blocks for which the first array has room.
    private static final int ROOM = 8;

    private long firstAddress;
    private long firstBits;
    private int count;
    private long[] others;
    private BlockIndex index;

    int count() {
        return count;
    }

    /// Adds a block at position [#count].
    ///
    /// @param size below [#SIZE_LIMIT]
    /// @param alignment a power of two
    /// @throws OutOfMemoryError if the Java heap has no room for a larger list, which is as it was
    void add(long address, long size, long alignment) {
        long bits = size << ALIGNMENT_BITS | Long.numberOfTrailingZeros(alignment);
        if (count == 0) {
            firstAddress = address;
            firstBits = bits;
            count = 1;
        } else {
            addOther(address, bits);
        }
    }

    long address(int position) {
        return position == 0 ? firstAddress : others[2 * position - 2];
    }

    long size(int position) {
        return bits(position) >>> ALIGNMENT_BITS;
    }

    long alignment(int position) {
        return 1L << (bits(position) & ALIGNMENT_MASK);
    }

    private long bits(int position) {
        return position == 0 ? firstBits : others[2 * position - 1];
    }

    /// Frees all, last first, and forgets them. The room is kept. Where the allocator is closed
    /// nothing is left to free.
    void freeAll(Allocator allocator) {
        if (count > 1) freeOthers(allocator);
        if (count == 0) return;
        count = 0;
        release(allocator, firstAddress, firstBits);
    }

    private static void release(Allocator allocator, long address, long bits) {
        try {
            allocator.deallocate(address, bits >>> ALIGNMENT_BITS, 1L << (bits & ALIGNMENT_MASK));
        } catch (IllegalStateException closed) {
            // Its memory is gone, this block with it.
        }
    }

    private void freeOthers(Allocator allocator) {
        index = null;
        while (count > 1) {
            int last = --count;
            release(allocator, address(last), bits(last));
        }
    }

    private void removeLast() {
        if (index != null) index.remove(address(count - 1));
        if (--count == 0) index = null;
    }

    // ---- cold ----

    private void addOther(long address, long bits) {
        int at = 2 * count - 2;
        if (others == null) {
            others = new long[2 * ROOM];
        } else if (at == others.length) {
            others = Arrays.copyOf(others, Math.multiplyExact(2, others.length));
        }
        if (index != null) index.put(address, count);
        others[at] = address;
        others[at + 1] = bits;
        count++;
    }

    /// Position of the block that starts at `address`, or -1.
    int find(long address) {
        int far = Math.max(0, count - NEAR);
        for (int position = count - 1; position >= far; position--) {
            if (address(position) == address) return position;
        }
        if (far == 0) return -1;
        if (index == null) index = indexed();
        return index.get(address);
    }

    private BlockIndex indexed() {
        BlockIndex made = new BlockIndex(count);
        for (int position = 0; position < count; position++) {
            made.put(address(position), position);
        }
        return made;
    }

    /// Forgets the block at `position`; the last one takes its place.
    void remove(int position) {
        int last = count - 1;
        if (position != last) {
            if (index != null) index.remove(address(position));
            long address = address(last);
            long bits = bits(last);
            removeLast();
            put(position, address, bits);
        } else {
            removeLast();
        }
    }

    /// Says that the block at `position` has moved or changed its size.
    void replace(int position, long address, long size) {
        if (index != null && address != address(position)) index.remove(address(position));
        put(position, address, size << ALIGNMENT_BITS | bits(position) & ALIGNMENT_MASK);
    }

    private void put(int position, long address, long bits) {
        if (index != null) index.put(address, position);
        if (position == 0) {
            firstAddress = address;
            firstBits = bits;
        } else {
            others[2 * position - 2] = address;
            others[2 * position - 1] = bits;
        }
    }
}
