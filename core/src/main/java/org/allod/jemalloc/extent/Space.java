package org.allod.jemalloc.extent;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.parts.PageMap;

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
/// Threads: any; the frontier and the numbers of extents lock. Source: jemalloc's emap, a radix
/// tree there, see [PageMap].
public final class Space {
    /// log2 of a page. Source: jemalloc, LG_PAGE on this platform.
    public static final int PAGE_LOG2 = 12;

    /// Bytes of a page.
    public static final long PAGE = 1L << PAGE_LOG2;

    /// First growth of an arena, in a region large enough. Source: jemalloc.
    private static final long GROWTH = 2L << 20;

    /// Parts of a region at least that arenas grow by.
    private static final long GROWTHS_MIN = 8;

    final Region region;
    final LiveMap live;
    private final PageMap map;
    private final long base;
    private final long end;
    private final ReentrantLock lock = new ReentrantLock();
    private long frontier;
    private volatile Extent[] extents = new Extent[64];
    private int count = 1;

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
        this.map = new PageMap(base, end, PAGE_LOG2);
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
        return extents[map.ownerAt(address)];
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

    /// Enters first and last page.
    void enter(Extent extent) {
        map.setOwner(map.pageOf(extent.address), extent.number);
        map.setOwner(map.pageOf(extent.end() - 1), extent.number);
    }

    /// Enters all pages: of a slab.
    void enterAll(Extent extent) {
        map.setOwner(map.pageOf(extent.address), extent.bytes >>> PAGE_LOG2, extent.number);
    }

    /// The extent that ends where this one starts, or null.
    Extent before(Extent extent) {
        return extents[map.ownerAt(extent.address - PAGE)];
    }

    /// The extent that starts where this one ends, or null.
    Extent after(Extent extent) {
        return extents[map.ownerAt(extent.end())];
    }

    // ---- looking ----

    /// Where the memory comes from.
    public Region region() {
        return region;
    }

    /// The extent that starts at a page; `address` is `base` or the end of an extent. Needs quiet.
    public Extent starting(long address) {
        return extents[map.ownerAt(address)];
    }

    /// Checks extent.I1 and I3 to I5 of an extent and the one before it, or null.
    ///
    /// @throws CorruptHeapError naming the first that is broken
    public void verify(Extent extent, Extent before) {
        String wrong = null;
        long step = extent.isSlab() ? PAGE : Math.max(PAGE, extent.bytes - PAGE);
        for (long at = extent.address; at < extent.end(); at += step) {
            if (extents[map.ownerAt(at)] != extent) wrong = "extent.I3: expected it in the map";
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
        return extents.length * 4L + map.committed() + live.committed();
    }

    /// Gives tables and region back.
    public void close() {
        map.close();
        live.close();
        region.close();
    }
}
