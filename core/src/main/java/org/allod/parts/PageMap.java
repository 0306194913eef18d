package org.allod.parts;

import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.memory.Memory;

/// What is known of each page of a region: a kind, one byte, and an owner, one number.
///
/// ```
///   region   │ page 0 │ page 1 │ page 2 │ page 3 │ ...      pages of the allocator's own size
///   kinds    │   0    │   7    │   7    │   0    │ ...      1 byte each
///   owners   │   0    │   3    │   3    │   4    │ ...      4 bytes each
/// ```
///
/// 0 says that nothing is known. What the numbers mean is the holder's business: a size class and
/// the number of a span, say. The tables lie in a region of their own and cost memory where they
/// have been written to: pages of kinds that nobody sets are not touched.
///
/// Cost: one load to look, after a test of bounds. Threads: any may look; entries are changed by
/// one thread at a time, and what another one reads of a page that it holds a block of is what was
/// written before it got that block.
///
/// Source: the page maps of TCMalloc and jemalloc, flattened: a reserved range is the radix tree
/// that the processor walks anyway.
public final class PageMap {
    private final Region tables;
    private final long base;
    private final int pageShift;
    private final long pages;
    private final long kinds;
    private final long owners;

    /// Of all whole pages in `[base, end)`, all unknown.
    ///
    /// @param base a multiple of the page size
    /// @param pageShift log2 of the page size
    /// @throws IllegalArgumentException if no page lies between
    /// @throws HeapExhaustedException if there is no address space or memory for it
    public PageMap(long base, long end, int pageShift) {
        this.base = base;
        this.pageShift = pageShift;
        this.pages = end - base >>> pageShift;
        if (pages < 1 || (base & (1L << pageShift) - 1) != 0) {
            throw new IllegalArgumentException(
                    "range=[0x%x, 0x%x), expected pages of %d bytes from a multiple of that on"
                            .formatted(base, end, 1L << pageShift));
        }
        long osPage = Region.pageSize();
        long kindBytes = pages + osPage - 1 & -osPage;
        this.tables = Region.reserved(kindBytes + pages * Integer.BYTES);
        this.kinds = tables.base();
        this.owners = kinds + kindBytes;
        if (!tables.isLazy() && !tables.commit(tables.base(), tables.bytes())) {
            tables.close();
            throw new HeapExhaustedException(tables.bytes(), 1, "no memory for the page map");
        }
    }

    // ---- looking ----

    /// Number of the page in which the address lies; below 0 or at least [#pages] outside.
    public long pageOf(long address) {
        return address - base >> pageShift;
    }

    /// First address of a page.
    public long address(long page) {
        return base + (page << pageShift);
    }

    /// How many pages there are.
    public long pages() {
        return pages;
    }

    /// Kind of the page in which the address lies, 0 to 255; 0 for any address outside.
    public int kindAt(long address) {
        long page = address - base >>> pageShift;
        return page < pages ? Memory.getByte(kinds + page) & 0xFF : 0;
    }

    /// Owner of the page in which the address lies; 0 for any address outside.
    public int ownerAt(long address) {
        long page = address - base >>> pageShift;
        return page < pages ? Memory.getInt(owners + page * Integer.BYTES) : 0;
    }

    /// Kind of a page, 0 to 255.
    public int kind(long page) {
        return page >= 0 && page < pages ? Memory.getByte(kinds + page) & 0xFF : 0;
    }

    /// Owner of a page; 0 for one outside.
    public int owner(long page) {
        return page >= 0 && page < pages ? Memory.getInt(owners + page * Integer.BYTES) : 0;
    }

    // ---- changing ----

    /// Sets the kind of `count` pages.
    ///
    /// @param count at least 1; the pages lie in the map
    /// @param kind 0 to 255
    public void setKind(long page, long count, int kind) {
        tables.commit(kinds + page, count);
        Memory.fill(kinds + page, count, (byte) kind);
    }

    /// Sets the owner of one page, which lies in the map.
    public void setOwner(long page, int owner) {
        long at = owners + page * Integer.BYTES;
        tables.commit(at, Integer.BYTES);
        Memory.putInt(at, owner);
    }

    /// Sets the owner of `count` pages, which lie in the map.
    public void setOwner(long page, long count, int owner) {
        long at = owners + page * Integer.BYTES;
        tables.commit(at, count * Integer.BYTES);
        for (long i = 0; i < count; i++) Memory.putInt(at + i * Integer.BYTES, owner);
    }

    /// Bytes of the tables that are in memory.
    public long committed() {
        return tables.committed();
    }

    /// Most of those so far.
    public long committedMax() {
        return tables.committedMax();
    }

    /// Gives the tables back. A late look meets zeros.
    public void close() {
        tables.close();
    }
}
