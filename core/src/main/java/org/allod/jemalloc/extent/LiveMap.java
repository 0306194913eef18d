package org.allod.jemalloc.extent;

import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.memory.Memory;

/// Which addresses of a region are live blocks, and of which kind: a byte each.
///
/// ```
///   region   │ 0x..00 │ 0x..08 │ 0x..10 │ 0x..18 │ ...        granules of 8 bytes
///   even     │  kind of 0x..00 │  kind of 0x..10 │ ...        a byte for 16 bytes
///   odd      │  kind of 0x..08 │  kind of 0x..18 │ ...        touched by the class of 8 alone
/// ```
///
/// 0 says that no live block starts there: it is free, in a cache, inside of a block, or no block
/// at all. So one byte answers what a free has to know of an address, and a free that cannot be
/// right is seen at once. A byte and not a bit, because two threads own neighbours.
///
/// - **extent.I2** a free extent's bytes are 0.
///
/// Cost: one load to look; 1/16 of the memory that the blocks in it lie in, given back with that.
/// Threads: any may look; a byte is its block's owner's.
public final class LiveMap {
    /// log2 of a granule. Derived: the smallest class.
    private static final int GRANULE_LOG2 = 3;

    /// Bytes of which one page of the map speaks.
    private static final long PAGE_SPAN = 16 * Space.PAGE;

    private final Region tables;
    private final long base;
    private final long granules;
    private final long even;
    private final long odd;
    private final long nowhere;

    /// From a plane to the other: added by a mask, since a branch on which of two 8 B neighbours it
    /// is is guessed wrongly every second time (4 ns a call in glibc-thread).
    private final long apart;

    /// For all addresses of a range.
    ///
    /// @param base a multiple of the page size
    /// @throws HeapExhaustedException if there is no address space or memory for it
    LiveMap(long base, long end) {
        long page = Region.pageSize();
        long plane = (end - base + 15 >>> 4) + page - 1 & -page;
        this.base = base;
        this.granules = end - base >>> GRANULE_LOG2;
        this.tables = Region.reserved(2 * plane + page);
        this.even = tables.base();
        this.odd = even + plane;
        this.apart = plane;
        this.nowhere = odd + plane;
        if (!tables.isLazy() && !tables.commit(even, tables.bytes())) {
            tables.close();
            throw new HeapExhaustedException(tables.bytes(), 1, "no memory for the live map");
        }
        tables.commit(nowhere, 1);
    }

    /// Where the byte of an address is, or of one outside or not at a multiple of 8, one that is 0.
    public long place(long address) {
        long granule = Long.rotateRight(address - base, GRANULE_LOG2);
        if (Long.compareUnsigned(granule, granules) >= 0) return nowhere;
        return even + (-(granule & 1) & apart) + (granule >>> 1);
    }

    /// What is known of an address.
    public byte kind(long address) {
        return Memory.getByte(place(address));
    }

    /// Says what a block in the region is.
    public void set(long address, int kind) {
        long granule = address - base >>> GRANULE_LOG2;
        Memory.putByte(even + (-(granule & 1) & apart) + (granule >>> 1), (byte) kind);
    }

    // ---- cold ----

    /// Counts the pages that blocks of a range may touch.
    ///
    /// @param bytes at least 1
    /// @param tiny whether blocks may lie at odd granules
    void commit(long address, long bytes, boolean tiny) {
        long first = address - base >>> 4;
        long length = (bytes + 15 >>> 4);
        tables.commit(even + first, length);
        if (tiny) tables.commit(odd + first, length);
    }

    /// Gives back the pages that speak of a range alone in which no block is known by its byte.
    ///
    /// Where pages do not come back as they are touched they stay: anybody may look, at any time.
    void release(long address, long bytes) {
        if (bytes < PAGE_SPAN || !tables.isLazy()) return;
        long first = address - base >>> 4;
        tables.decommit(even + first, bytes >>> 4);
        tables.decommit(odd + first, bytes >>> 4);
    }

    long committed() {
        return tables.committed();
    }

    void close() {
        tables.close();
    }
}
