package org.allod.parts;

import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.memory.Memory;

/// The memory of a grid's map: a byte a unit, for the part of the grid that regions lie in.
///
/// It is address space of its own, and costs memory where blocks are. Offsets are bytes of the
/// grid, from its origin. Owner thread only.
final class BuddyMap {
    /// Units above the origin that an int can number.
    private static final long MAX_UNITS = 1L << 31;

    private final int unitLog2;
    private Region region;
    private long low;
    private long high;

    BuddyMap(int unitLog2) {
        this.unitLog2 = unitLog2;
    }

    /// Address of the byte for the unit at the grid's origin, or where it would be.
    long origin() {
        return region.base() - (low >> unitLog2);
    }

    /// Offset of the first unit that has a byte.
    long low() {
        return low;
    }

    /// Offset after the last unit that has a byte.
    long high() {
        return high;
    }

    /// Bytes from the lowest to the highest offset, once `[from, to)` is covered.
    long reach(long from, long to) {
        long first = Math.min(low, from);
        return Math.max(Math.max(high, to), Math.max(high, to) - first);
    }

    /// Extends the map to `[from, to)`, and to whole blocks of order `top` around it.
    ///
    /// @throws IllegalArgumentException if that is farther from the origin than ints number units
    /// @throws HeapExhaustedException if there is no address space for it
    void cover(long from, long to, int top) {
        long reach = MAX_UNITS << unitLog2;
        if (from < -(reach >> 1) || to > reach) {
            throw new IllegalArgumentException(
                    String.format(
                            "region at %d to %d bytes from the first one, expected -%d to %d",
                            from, to, reach >> 1, reach));
        }
        long newLow = Math.min(low, from) & -(1L << top);
        long newHigh = (Math.max(high, to) + (1L << top) - 1) & -(1L << top);
        if (region != null && newLow == low && newHigh == high) return;
        Region wider = Region.reserved(newHigh - newLow >> unitLog2);
        if (!wider.isLazy() && !wider.commit(wider.base(), wider.bytes())) {
            wider.close();
            throw new HeapExhaustedException(
                    wider.bytes(), 1, "no memory for the map of the blocks");
        }
        if (region != null) move(wider, newLow);
        region = wider;
        low = newLow;
        high = newHigh;
    }

    /// Copies the pages that have been used.
    private void move(Region wider, long newLow) {
        long page = Region.pageSize();
        long shift = wider.base() + (low - newLow >> unitLog2) - region.base();
        for (long at = region.base(); at < region.end(); at += page) {
            if (!region.isCommitted(at)) continue;
            long length = Math.min(page, region.end() - at);
            wider.commit(at + shift, length);
            Memory.copy(at, at + shift, length);
        }
        region.close();
    }

    /// Counts the page of a unit's byte.
    void commit(long offset) {
        region.commit(origin() + (offset >> unitLog2), 1);
    }

    /// Gives back the pages that describe the inside of a free block of `size` bytes: they are
    /// zero.
    void trim(long offset, long size) {
        if (!region.isLazy()) return;
        region.decommit(origin() + (offset >> unitLog2) + 1, (size >>> unitLog2) - 1);
    }

    /// Bytes of pages in use.
    long committed() {
        return region.committed();
    }

    void close() {
        if (region != null) region.close();
    }
}
