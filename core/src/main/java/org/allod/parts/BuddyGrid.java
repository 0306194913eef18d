package org.allod.parts;

import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Region;
import org.allod.memory.Memory;

/// Where buddies are counted from, the pages they lie in, and the memory of their tables.
///
/// ```
///   map: a byte a unit                    links: two ints a page
///   ├──────────────────────────────────┬──────────────────────────┤
/// ```
///
/// The tables are address space beside the regions, for the part of the grid in which regions lie;
/// they cost memory where blocks are. Owner thread only.
public final class BuddyGrid {
    /// Units above the origin that an int can number.
    private static final long MAX_UNITS = 1L << 31;

    private final RegionSet regions;
    private final long origin;
    private final int unitLog2;
    private final int pageLog2 = Long.numberOfTrailingZeros(Region.pageSize());
    private Region tables;

    /// The part of the grid that the tables cover, in bytes from the origin.
    private long low;

    private long high;
    private long bytesMax;

    /// A grid that covers nothing yet.
    ///
    /// @param regions in which blocks lie
    /// @param origin address from which blocks are counted
    /// @param unitLog2 log2 of the smallest block, at least 3
    public BuddyGrid(RegionSet regions, long origin, int unitLog2) {
        this.regions = regions;
        this.origin = origin;
        this.unitLog2 = unitLog2;
    }

    // ---- where things are ----

    /// Address from which blocks are counted.
    public long origin() {
        return origin;
    }

    /// The regions in which blocks lie.
    RegionSet regions() {
        return regions;
    }

    /// Bytes of the smallest block.
    public long unit() {
        return 1L << unitLog2;
    }

    /// Log2 of the smallest block.
    int unitLog2() {
        return unitLog2;
    }

    /// First address of the grid's units in a region. In the first one that is the origin.
    public long start(Region region) {
        long slack = origin - region.base();
        boolean first = slack >= 0 && slack < Layout.DEFAULT_ALIGNMENT;
        return region.base() + (first ? slack : slack & unit() - 1);
    }

    /// First address after the grid's units in a region.
    public long end(Region region) {
        return region.end() - (region.end() - origin & unit() - 1);
    }

    /// The first start of a block of `order` at or above `address`.
    public long alignUp(long address, int order) {
        return address + (origin - address & (1L << order) - 1);
    }

    /// The start of the block of `order` around `address`.
    public long alignDown(long address, int order) {
        return address - (address - origin & (1L << order) - 1);
    }

    /// Offset of the first unit that has a byte.
    long low() {
        return low;
    }

    /// Offset after the last unit that has a byte.
    long high() {
        return high;
    }

    /// Address of the map's byte for the unit at the origin, or where it would be.
    long mapOrigin() {
        return tables.base() - (low >> unitLog2);
    }

    /// Address of the links for the page at the origin, or where they would be.
    long linksOrigin() {
        return tables.base() + (high - low >> unitLog2) - (low >> pageLog2) * Long.BYTES;
    }

    // ---- pages ----

    /// Commits the pages of a block, and counts that of its byte in the map.
    ///
    /// @return false where limit or system leave no room; some pages may be committed nevertheless
    public boolean commit(long address, int order) {
        boolean done = regions.commit(address, 1L << order);
        commitTable(mapOrigin() + (address - origin >> unitLog2));
        return done;
    }

    /// Counts the pages of a block's byte and links. The block has a page or more.
    void commitLinks(long address) {
        commitTable(mapOrigin() + (address - origin >> unitLog2));
        commitTable(linksOrigin() + (address - origin >> pageLog2) * Long.BYTES);
    }

    private void commitTable(long entry) {
        tables.commit(entry, 1);
        bytesMax = Math.max(bytesMax, regions.committed() + tables.committed());
    }

    /// Gives back the pages of a free block of `size` bytes, and of the tables for its inside.
    ///
    /// @return bytes of the regions given back
    long trim(long address, long size) {
        if (tables.isLazy()) {
            long offset = address - origin;
            long links = linksOrigin() + (offset >> pageLog2) * Long.BYTES;
            tables.decommit(mapOrigin() + (offset >> unitLog2) + 1, (size >>> unitLog2) - 1);
            tables.decommit(links + Long.BYTES, ((size >>> pageLog2) - 1) * Long.BYTES);
        }
        return regions.decommit(address, size);
    }

    /// Bytes of the tables' pages in use.
    public long bytes() {
        return tables.committed();
    }

    /// Largest number of bytes that regions and tables held at once.
    public long bytesMax() {
        return bytesMax;
    }

    void close() {
        if (tables != null) tables.close();
    }

    // ---- growing ----

    /// Largest block that could lie around `[start, end)` and all that is covered.
    long reach(long start, long end) {
        long to = Math.max(high, end - origin);
        return Math.max(to, to - Math.min(low, start - origin));
    }

    /// Extends the tables to `[start, end)`, and to whole blocks of order `top` around it.
    ///
    /// @throws IllegalArgumentException if that is farther from the origin than ints number units
    /// @throws HeapExhaustedException if there is no address space for them
    void cover(long start, long end, int top) {
        long reach = MAX_UNITS << unitLog2;
        if (start - origin < -(reach >> 1) || end - origin > reach) {
            throw new IllegalArgumentException(
                    String.format(
                            "region at %d to %d bytes from the first one, expected -%d to %d",
                            start - origin, end - origin, reach >> 1, reach));
        }
        long newLow = Math.min(low, start - origin) & -(1L << top);
        long newHigh = (Math.max(high, end - origin) + (1L << top) - 1) & -(1L << top);
        if (tables != null && newLow == low && newHigh == high) return;
        long mapBytes = newHigh - newLow >> unitLog2;
        long linkBytes = ((newHigh - newLow >> pageLog2) + 1) * Long.BYTES;
        Region wider = Region.reserved(mapBytes + linkBytes);
        if (!wider.isLazy() && !wider.commit(wider.base(), wider.bytes())) {
            wider.close();
            throw new HeapExhaustedException(wider.bytes(), 1, "no memory for the buddies' map");
        }
        if (tables != null) {
            long shift = low - newLow;
            long oldMapBytes = high - low >> unitLog2;
            long oldLinkBytes = (high - low >> pageLog2) * Long.BYTES;
            move(0, oldMapBytes, wider, shift >> unitLog2);
            move(oldMapBytes, oldLinkBytes, wider, mapBytes + (shift >> pageLog2) * Long.BYTES);
            tables.close();
        }
        tables = wider;
        low = newLow;
        high = newHigh;
    }

    /// Copies the pages in use of `[from, from + length)` of the tables to `to` of wider ones.
    private void move(long from, long length, Region wider, long to) {
        long page = Region.pageSize();
        long end = tables.base() + from + length;
        for (long at = tables.base() + from, next; at < end; at = next) {
            next = Math.min(end, (at & -page) + page);
            if (!tables.isCommitted(at)) continue;
            long target = wider.base() + to + (at - tables.base() - from);
            wider.commit(target, next - at);
            Memory.copy(at, target, next - at);
        }
    }
}
