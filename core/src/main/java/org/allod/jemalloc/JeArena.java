package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.jemalloc.extent.ArenaPages;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// One of the heap's arenas: a bin for each small class, large blocks, and pages for both.
///
/// Threads: any; a bin's lock for a small block, the pages' for a slab or a large one, the second
/// one inside the first at most.
///
/// Source: jemalloc's arena, spec 3.3.
final class JeArena {
    /// Operations between two looks at the pages' age. Source: jemalloc, ARENA_DECAY_NTICKS.
    private static final int TICKS = 1000;

    private static final int LINE_LOG2 = 6;

    /// Bytes of an arena's own tables in the Java heap. Derived: four arrays of counters, two
    /// backlogs.
    static final long TABLE_BYTES = 4 * 8 * JeClasses.COUNT + 2 * 8 * 200;

    final int number;
    final Space space;
    final ArenaPages pages;
    final JeBin[] bins = new JeBin[JeClasses.SMALL];

    /// Whether a user made it; no thread's own then, and not for automatic caches.
    final boolean explicit;

    /// Large blocks by class, made and gone.
    final AtomicLongArray largeMade = new AtomicLongArray(JeClasses.COUNT);

    final AtomicLongArray largeGone = new AtomicLongArray(JeClasses.COUNT);

    /// Of those made, the ones that no cache asked for.
    final AtomicLongArray largeDirect = new AtomicLongArray(JeClasses.COUNT);

    /// Requests that caches served which had this arena, and are gone or have another one now.
    /// Under the lock of [JeCaches].
    final long[] goneRequests = new long[JeClasses.COUNT];

    /// Threads whose own it is. Under the lock of [JeArenas].
    int threads;

    /// Whether it is one that was destroyed, and not made again. Under the lock of [JeArenas].
    boolean destroyed;

    private final boolean padded;
    private final int mapped;

    /// Both are hints: what is lost where threads meet does no harm.
    private int ticks = TICKS;

    private long random;

    JeArena(int number, Space space, ArenaPages pages, boolean explicit, JeTuning tuning) {
        this.number = number;
        this.space = space;
        this.pages = pages;
        this.explicit = explicit;
        this.padded = tuning.options.cacheOblivious();
        this.mapped = tuning.mapped;
        this.random = number;
        for (int i = 0; i < bins.length; i++) bins[i] = new JeBin(i);
    }

    // ---- small ----

    /// Takes up to `count` regions of a class; fewer where there is no room.
    ///
    /// @param direct how many of them are for a caller, not for a cache
    /// @return how many, from `out[at]` on
    int take(int index, long[] out, int at, int count, int direct) {
        JeBin bin = bins[index];
        Extent fresh = null;
        int taken = 0;
        bin.lock.lock();
        try {
            if (direct == 0) bin.fills++;
            while (true) {
                taken += bin.take(out, at + taken, count - taken);
                if (taken == count) break;
                if (fresh != null) {
                    bin.adopt(fresh);
                    fresh = null;
                    continue;
                }
                bin.lock.unlock();
                try {
                    fresh = slab(index);
                } finally {
                    bin.lock.lock();
                }
                if (fresh == null) break;
            }
            bin.direct += Math.min(direct, taken);
        } finally {
            bin.lock.unlock();
        }
        if (fresh != null) pages.free(fresh);
        tick();
        return taken;
    }

    private Extent slab(int index) {
        long bytes = JeClasses.slabBytes(index);
        return pages.slab(bytes, index, JeClasses.regions(index), index == 0);
    }

    /// Gives regions of this arena back.
    ///
    /// @param blocks of a class; those of other arenas are moved to the front
    /// @return how many those are
    int give(int index, long[] blocks, int from, int end) {
        JeBin bin = bins[index];
        int others = from;
        bin.lock.lock();
        try {
            bin.flushes++;
            for (int i = from; i < end; i++) {
                Extent slab = space.at(blocks[i]);
                if (slab == null || slab.arena != number) blocks[others++] = blocks[i];
                else give(bin, slab, blocks[i]);
            }
        } finally {
            bin.lock.unlock();
        }
        tick();
        return others - from;
    }

    /// Gives one region back.
    void give(int index, Extent slab, long address) {
        JeBin bin = bins[index];
        bin.lock.lock();
        try {
            give(bin, slab, address);
        } finally {
            bin.lock.unlock();
        }
        tick();
    }

    private void give(JeBin bin, Extent slab, long address) {
        int emptied = bin.give(slab, address);
        if (emptied < 0) throw JeFault.at(address, "expected a live block, found it freed twice");
        if (emptied > 0) pages.free(slab);
    }

    // ---- large ----

    /// A large block, or NULL where there is no room.
    ///
    /// @param alignment a power of two
    /// @param direct whether no cache asks
    long takeLarge(int index, long alignment, boolean zeroed, boolean direct) {
        long bytes = bytesFor(index);
        long apart = Math.max(alignment, Space.PAGE);
        Extent extent = pages.large(bytes, apart, zeroed, index, index < mapped);
        if (extent == null) return NULL;
        largeMade.getAndIncrement(index);
        if (direct) largeDirect.getAndIncrement(index);
        tick();
        return extent.address() + (padded && alignment < Space.PAGE ? offset(alignment) : 0);
    }

    /// Bytes of the extent of a large block: one page more for its offset.
    private long bytesFor(int index) {
        return JeClasses.size(index) + (padded ? Space.PAGE : 0);
    }

    /// Blocks of whole pages would all start in the same lines of the processor's caches.
    private long offset(long alignment) {
        int log2 = Math.max(LINE_LOG2, Long.numberOfTrailingZeros(alignment));
        random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        return random >>> Long.SIZE - (Space.PAGE_LOG2 - log2) << log2;
    }

    /// Frees a large block's extent.
    void freeLarge(Extent extent) {
        largeGone.getAndIncrement(extent.sizeClass());
        pages.free(extent);
        tick();
    }

    /// Resizes a large block where it is; false, and nothing done, if that cannot be.
    boolean resizeLarge(Extent extent, int index) {
        int before = extent.sizeClass();
        if (index == before) return true;
        long bytes = bytesFor(index);
        if (index > before) {
            if (!pages.expand(extent, bytes, false)) return false;
        } else {
            pages.shrink(extent, bytes);
        }
        extent.beLarge(index);
        largeGone.getAndIncrement(before);
        largeMade.getAndIncrement(index);
        tick();
        return true;
    }

    // ---- time ----

    private void tick() {
        if (--ticks > 0) return;
        ticks = TICKS;
        pages.decay();
    }
}
