package org.allod.jemalloc.extent;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// The one range of addresses that all arenas share, and what is known of its pages.
///
/// ```
///  base                                        frontier                       end
///   ├── arena 0 ──┬── arena 1 ──┬── arena 0 ──────┼─────── nobody's yet ───────┤
///   │ extents tile it                             │
/// ```
///
/// An arena grows at the frontier and keeps the addresses. The page map knows the extent of each
/// page of a slab, and of the first and last page of any other: that is enough to find a block's
/// extent and a free extent's neighbours.
///
/// - **extent.I3** extents tile `[base, frontier)`; first and last page of each are in the map.
///
/// The map is a radix tree of two levels in the Java heap: half a load more than a flat one beside
/// the region, but quick from the first call on, before anything is compiled.
///
/// Threads: any; the frontier and the numbers of extents lock. Source: jemalloc's emap and rtree.
public final class Space {
    /// log2 of a page. Source: jemalloc, LG_PAGE on this platform.
    public static final int PAGE_LOG2 = 12;

    /// Bytes of a page.
    public static final long PAGE = 1L << PAGE_LOG2;

    /// Pages of a leaf of the map: 4 MiB. Derived: two levels, and a leaf is a page itself.
    private static final int LEAF_LOG2 = 10;

    private static final int LEAF = 1 << LEAF_LOG2;

    /// First growth of an arena, in a region large enough. Source: jemalloc.
    private static final long GROWTH = 2L << 20;

    /// Parts of a region at least that arenas grow by.
    private static final long GROWTHS_MIN = 8;

    final Region region;
    final LiveMap live;
    private final int[][] map;
    private final long pages;
    private final long base;
    private final long end;
    private final ReentrantLock lock = new ReentrantLock();
    private long frontier;
    private volatile Extent[] extents = new Extent[64];
    private int count = 1;
    private volatile int leaves;

    /// Over the whole pages of a region.
    ///
    /// @throws IllegalArgumentException if it has none
    public Space(Region region) {
        this.region = region;
        this.base = region.base() + PAGE - 1 & -PAGE;
        this.end = region.end() & -PAGE;
        if (end <= base) {
            throw new IllegalArgumentException(
                    "region.bytes=%d, expected at least %d and a whole page of them"
                            .formatted(region.bytes(), PAGE));
        }
        this.pages = end - base >>> PAGE_LOG2;
        this.map = new int[(int) (pages - 1 >>> LEAF_LOG2) + 1][];
        this.live = new LiveMap(base, end);
        this.frontier = base;
    }

    /// Which addresses are blocks.
    public LiveMap live() {
        return live;
    }

    /// First address that an extent can have.
    public long base() {
        return base;
    }

    /// First address that no arena has yet.
    public long frontier() {
        lock.lock();
        try {
            return frontier;
        } finally {
            lock.unlock();
        }
    }

    /// First address after the last page.
    public long end() {
        return end;
    }

    /// The extent in which a block lies, or null. Exact for the caller's own block.
    public Extent at(long address) {
        return extents[numberAt(address)];
    }

    /// Bytes in which an arena first grows.
    long growth() {
        long part = Math.max(PAGE, (end - base) / GROWTHS_MIN & -PAGE);
        return Math.min(GROWTH, part);
    }

    /// Takes addresses at the frontier: `wanted` bytes, or what there is if that is enough.
    ///
    /// @param taken gets in its first place how many
    /// @return their first one, or 0 where less than `least` is left
    long grow(long wanted, long least, long[] taken) {
        lock.lock();
        try {
            long room = end - frontier;
            if (room == 0 || room < least) return 0;
            long start = frontier;
            taken[0] = Math.min(room, wanted);
            plant(start, taken[0]);
            frontier += taken[0];
            return start;
        } finally {
            lock.unlock();
        }
    }

    /// A new object for an arena's extents.
    Extent make(int arena) {
        lock.lock();
        try {
            Extent extent = new Extent(count, arena);
            if (count == extents.length) extents = Arrays.copyOf(extents, 2 * count);
            extents[count++] = extent;
            return extent;
        } finally {
            lock.unlock();
        }
    }

    // ---- the map ----

    /// The number of the extent that was entered for an address's page, or 0; 0 for one outside.
    private int numberAt(long address) {
        long page = address - base >>> PAGE_LOG2;
        if (page >= pages) return 0;
        int[] leaf = map[(int) (page >>> LEAF_LOG2)];
        return leaf == null ? 0 : leaf[(int) page & LEAF - 1];
    }

    private void enter(long page, int number) {
        map[(int) (page >>> LEAF_LOG2)][(int) page & LEAF - 1] = number;
    }

    /// Makes the leaves of a range that an arena gets. Under the lock.
    private void plant(long address, long bytes) {
        int first = (int) (address - base >>> PAGE_LOG2 + LEAF_LOG2);
        int last = (int) (address + bytes - 1 - base >>> PAGE_LOG2 + LEAF_LOG2);
        for (int i = first; i <= last; i++) {
            if (map[i] != null) continue;
            map[i] = new int[LEAF];
            leaves++;
        }
    }

    /// Enters first and last page.
    void enter(Extent extent) {
        enter(extent.address - base >>> PAGE_LOG2, extent.number);
        enter(extent.end() - 1 - base >>> PAGE_LOG2, extent.number);
    }

    /// Enters all pages: of a slab.
    void enterAll(Extent extent) {
        long first = extent.address - base >>> PAGE_LOG2;
        long count = extent.bytes >>> PAGE_LOG2;
        for (long page = first; page < first + count; page++) enter(page, extent.number);
    }

    /// The extent that ends where this one starts, or null.
    Extent before(Extent extent) {
        return extents[numberAt(extent.address - PAGE)];
    }

    /// The extent that starts where this one ends, or null.
    Extent after(Extent extent) {
        return extents[numberAt(extent.end())];
    }

    // ---- looking ----

    /// Where the memory comes from.
    public Region region() {
        return region;
    }

    /// The extent that starts at a page; `address` is `base` or the end of an extent. Needs quiet.
    public Extent starting(long address) {
        return extents[numberAt(address)];
    }

    /// Checks extent.I1 and I3 to I5 of an extent and the one before it, or null.
    ///
    /// @throws CorruptHeapError naming the first that is broken
    public void verify(Extent extent, Extent before) {
        String wrong = null;
        long step = extent.isSlab() ? PAGE : Math.max(PAGE, extent.bytes - PAGE);
        for (long at = extent.address; at < extent.end(); at += step) {
            if (extents[numberAt(at)] != extent) wrong = "extent.I3: expected it in the map";
        }
        if (extent.isSlab() && extent.countFree() != extent.regionsFree()) {
            wrong = "extent.I1: expected as many clear bits as counted";
        }
        boolean retained = extent.state == Extent.State.RETAINED;
        if (retained
                && before != null
                && before.state == extent.state
                && before.arena == extent.arena) {
            wrong = "extent.I5: expected no two retained neighbours";
        }
        for (long at = extent.address; !retained && at < extent.end(); at += PAGE) {
            if (!region.isCommitted(at)) wrong = "extent.I5: expected its pages committed";
        }
        if (wrong != null) throw new CorruptHeapError("jemalloc", extent.address, wrong);
    }

    /// Bytes of tables beside the region, the slabs' bits aside.
    public long tableBytes() {
        return extents.length * 4L + (long) map.length * 4 + leaves * 4L * LEAF + live.committed();
    }

    /// Gives tables and region back.
    public void close() {
        live.close();
        region.close();
    }
}
