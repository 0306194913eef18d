package org.allod.jemalloc.extent;

import java.util.function.LongSupplier;
import org.allod.jemalloc.stats.CountedLock;
import org.allod.jemalloc.stats.StatsTree;
import org.allod.memory.Memory;

/// All pages of one arena: those in use, and the free ones on their way back to the system.
///
/// ```
///             allocate                            time
///   ACTIVE ◄──────────── DIRTY ──decay──► MUZZY ──decay──► RETAINED ◄── grow: the frontier
///      └──────free────────►                 (by default at once)
/// ```
///
/// What is asked for is cut from the oldest, lowest dirty extent that fits, else from a muzzy, else
/// from a retained one, else the arena grows. The rest goes back to where it came from. Dirty
/// extents below 16 KiB merge with their neighbours when they are purged, all others at once.
///
/// - **extent.I4** an extent that is dirty, muzzy or retained is in that set; sizes add up.
/// - **extent.I5** no two retained neighbours of one arena; an active extent's pages are committed.
///
/// Cost: O(log extents) a call, and what the system takes to give and take pages. Threads: any;
/// locks.
///
/// Source: jemalloc's pac and ecache, spec 3.4.
public final class ArenaPages {
    /// Dirty extents from here on merge at once. Source: jemalloc, the smallest large class.
    private static final long EAGER = 16 << 10;

    private static final int ANY_FIT = Long.SIZE;

    final Space space;
    private final int arena;
    private final Pieces pieces;
    private final int fitLog2;
    private final LongSupplier clock;
    private final CountedLock lock = new CountedLock();
    private final ExtentSet dirty = new ExtentSet(Extent.State.DIRTY, Space.PAGE_LOG2);
    private final ExtentSet muzzy = new ExtentSet(Extent.State.MUZZY, Space.PAGE_LOG2);
    private final ExtentSet retained = new ExtentSet(Extent.State.RETAINED, Space.PAGE_LOG2);
    private final PageDecay dirtyDecay;
    private final PageDecay muzzyDecay;
    private final long[] taken = new long[1];
    private long growthPages;
    private long serials;
    private long activeBytes;
    private long bytesMax;
    private long bitBytes;
    private final PurgeCounts purges = new PurgeCounts();

    /// Has no pages yet.
    ///
    /// @param fitLog2 a dirty extent above the request << this is not cut for it
    /// @param clock nanoseconds
    public ArenaPages(
            Space space,
            int arena,
            int fitLog2,
            long dirtyMillis,
            long muzzyMillis,
            LongSupplier clock) {
        this.space = space;
        this.arena = arena;
        this.pieces = new Pieces(space, arena);
        this.fitLog2 = fitLog2;
        this.clock = clock;
        this.growthPages = space.growth() >>> Space.PAGE_LOG2;
        long now = clock.getAsLong();
        this.dirtyDecay = new PageDecay(dirtyMillis, now, arena);
        this.muzzyDecay = new PageDecay(muzzyMillis, now, ~arena);
    }

    // ---- taking and giving ----

    /// A slab of free regions, or null where there is no room.
    public Extent slab(long bytes, int sizeClass, int regions, boolean tiny) {
        Extent extent = take(bytes, Space.PAGE, false);
        if (extent == null) return null;
        lock.lock();
        try {
            bitBytes += extent.beSlab(sizeClass, regions);
        } finally {
            lock.unlock();
        }
        space.enterAll(extent);
        space.live.commit(extent.address, bytes, tiny);
        return extent;
    }

    /// One large block's extent, or null where there is no room.
    ///
    /// @param bytes a multiple of the page size
    /// @param alignment a power of two; at least a page
    /// @param zeroed whether all of it is to be zero
    /// @param mapped whether the block will be in the live map
    public Extent large(long bytes, long alignment, boolean zeroed, int sizeClass, boolean mapped) {
        Extent extent = take(bytes, alignment, zeroed);
        if (extent == null) return null;
        extent.beLarge(sizeClass);
        if (mapped) space.live.commit(extent.address, Space.PAGE, false);
        return extent;
    }

    private Extent take(long bytes, long alignment, boolean zeroed) {
        Extent extent;
        boolean zeroNow;
        lock.lock();
        try {
            extent = find(dirty, bytes, alignment, fitLog2);
            if (extent == null && DirtyBounds.isPlenty(dirty.bytes(), activeBytes)) {
                extent = find(dirty, bytes, alignment, ANY_FIT);
            }
            if (extent == null && muzzyDecay.millis() != 0) {
                extent = find(muzzy, bytes, alignment, ANY_FIT);
            }
            zeroNow = zeroed && extent != null;
            if (extent == null) {
                extent = find(retained, bytes, alignment, ANY_FIT);
                if (extent == null) extent = grow(bytes, alignment);
                if (extent == null) return null;
                payForPeak(bytes);
                if (!commit(extent.address, bytes, zeroed)) {
                    record(retained, extent);
                    return null;
                }
            }
            activeBytes += bytes;
            bytesMax = Math.max(bytesMax, activeBytes + dirty.bytes() + muzzy.bytes());
        } finally {
            lock.unlock();
        }
        if (zeroNow) Memory.fill(extent.address, bytes, (byte) 0);
        return extent;
    }

    /// Gives dirty pages back where the bytes would make a new peak.
    private void payForPeak(long bytes) {
        long above = activeBytes + dirty.bytes() + muzzy.bytes() + bytes - bytesMax;
        if (above <= 0 || dirtyDecay.millis() < 0) return;
        long stay = DirtyBounds.stay(dirty.bytes(), activeBytes, above);
        purge(dirty, stay >>> Space.PAGE_LOG2, true);
    }

    private boolean commit(long address, long bytes, boolean zeroed) {
        return zeroed
                ? space.region.commitZeroed(address, bytes)
                : space.region.commit(address, bytes);
    }

    /// Cuts an extent out of a set's first fit.
    private Extent find(ExtentSet set, long bytes, long alignment, int fit) {
        long pages = bytes + alignment - Space.PAGE >>> Space.PAGE_LOG2;
        Extent found = set.firstFit(pages, fit);
        if (found == null && alignment > Space.PAGE) {
            found = set.alignedFit(bytes >>> Space.PAGE_LOG2, alignment);
        }
        if (found == null) return null;
        set.remove(found);
        return pieces.cut(set, found, found.address + alignment - 1 & -alignment, bytes);
    }

    private Extent grow(long bytes, long alignment) {
        long least = bytes + alignment - Space.PAGE;
        while (growthPages << Space.PAGE_LOG2 < least) growthPages = PageClasses.next(growthPages);
        long start = space.grow(growthPages << Space.PAGE_LOG2, 0, taken);
        if (start == 0) return null;
        Extent extent = pieces.made(start, taken[0], serials++);
        if (taken[0] < least) {
            record(retained, extent);
            return find(retained, bytes, alignment, ANY_FIT);
        }
        growthPages = PageClasses.next(growthPages);
        long aligned = start + alignment - 1 & -alignment;
        if (aligned > start) {
            Extent lead = pieces.made(start, aligned - start, extent.serial);
            extent.address = aligned;
            extent.bytes -= lead.bytes;
            record(retained, lead);
        }
        if (extent.bytes > bytes) {
            Extent tail = pieces.made(aligned + bytes, extent.bytes - bytes, extent.serial);
            extent.bytes = bytes;
            space.enter(extent);
            record(retained, tail);
        }
        space.enter(extent);
        return extent;
    }

    /// Takes an extent back, of which no block is live.
    public void free(Extent extent) {
        lock.lock();
        try {
            activeBytes -= extent.bytes;
            recordDirty(extent);
        } finally {
            lock.unlock();
        }
    }

    private void recordDirty(Extent extent) {
        if (extent.bytes >= EAGER) record(dirty, extent);
        else add(dirty, extent);
        if (dirtyDecay.millis() == 0) purge(dirty, 0, muzzyDecay.millis() == 0);
    }

    /// Puts an extent in, merged with all its neighbours of the same state: dirty ones may have
    /// been put in without.
    private Extent record(ExtentSet set, Extent extent) {
        for (Extent after; pieces.isOf(set, after = space.after(extent)); ) {
            extent = pieces.merged(set, extent, after, extent);
        }
        for (Extent before; pieces.isOf(set, before = space.before(extent)); ) {
            extent = pieces.merged(set, before, extent, before);
        }
        add(set, extent);
        return extent;
    }

    private void add(ExtentSet set, Extent extent) {
        extent.beLarge(-1);
        space.enter(extent);
        set.add(extent);
    }

    // ---- in place ----

    /// Makes an extent longer by what follows it, if that is free.
    ///
    /// @param zeroed whether what is new is to be zero
    public boolean expand(Extent extent, long bytes, boolean zeroed) {
        long more = bytes - extent.bytes;
        lock.lock();
        try {
            Extent after = space.after(extent);
            if (after == null || after.arena != arena || after.bytes < more) return false;
            ExtentSet set = setOf(after.state);
            if (set == null) return false;
            set.remove(after);
            if (set == retained && !commit(after.address, more, zeroed)) {
                set.add(after);
                return false;
            }
            Extent head = pieces.cut(set, after, after.address, more);
            if (set != retained && zeroed) {
                Memory.fill(head.address, more, (byte) 0);
            }
            extent.bytes = bytes;
            pieces.recycle(head);
            space.enter(extent);
            activeBytes += more;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private ExtentSet setOf(Extent.State state) {
        return switch (state) {
            case DIRTY -> dirty;
            case MUZZY -> muzzy;
            case RETAINED -> retained;
            case ACTIVE, POOLED -> null;
        };
    }

    /// Makes an extent shorter; its tail is free.
    public void shrink(Extent extent, long bytes) {
        lock.lock();
        try {
            Extent tail = pieces.made(extent.address + bytes, extent.bytes - bytes, extent.serial);
            extent.bytes = bytes;
            space.enter(extent);
            activeBytes -= tail.bytes;
            recordDirty(tail);
            space.live.commit(extent.address, Space.PAGE, false);
        } finally {
            lock.unlock();
        }
    }

    // ---- decay ----

    /// Gives back what may no longer stay; cheap where it is not yet time. Gives up where the
    /// pages are busy.
    public void decay() {
        long now = clock.getAsLong();
        if (!dirtyDecay.isDue(now) && !muzzyDecay.isDue(now) || !lock.tryLock()) return;
        try {
            boolean last = muzzyDecay.millis() == 0;
            mergeDirty();
            purge(dirty, dirtyDecay.limit(now, dirty.bytes() >>> Space.PAGE_LOG2), last);
            purge(muzzy, muzzyDecay.limit(now, muzzy.bytes() >>> Space.PAGE_LOG2), true);
        } finally {
            lock.unlock();
        }
    }

    /// Merges what was put in without: else slabs that run empty leave pieces in which no larger
    /// slab has room, and the arena grows. The original waits until it purges them.
    private void mergeDirty() {
        for (Extent at = dirty.oldest(), next; at != null; at = next) {
            next = at.newer;
            if (at.bytes >= EAGER || !pieces.isOf(dirty, space.after(at))) continue;
            Extent after = space.after(at);
            if (after == next) next = after.newer;
            dirty.remove(at);
            Extent merged = pieces.merged(dirty, at, after, at);
            add(dirty, merged);
        }
    }

    /// Gives back all free pages.
    ///
    /// @return bytes
    public long purge() {
        lock.lock();
        try {
            return purge(dirty, 0, true) + purge(muzzy, 0, true);
        } finally {
            lock.unlock();
        }
    }

    /// Sets the times from all to none of dirty and muzzy pages: milliseconds, 0 at once, -1 never.
    public void decay(long dirtyMillis, long muzzyMillis) {
        lock.lock();
        try {
            dirtyDecay.set(dirtyMillis, clock.getAsLong());
            muzzyDecay.set(muzzyMillis, clock.getAsLong());
            if (dirtyMillis == 0) purge(dirty, 0, muzzyMillis == 0);
            if (muzzyMillis == 0) purge(muzzy, 0, true);
        } finally {
            lock.unlock();
        }
    }

    private long purge(ExtentSet set, long limitPages, boolean last) {
        if (set.bytes() <= limitPages << Space.PAGE_LOG2) return 0;
        PurgeCounts.Stage stage = set == dirty ? purges.dirty : purges.muzzy;
        stage.purges++;
        long returned = 0;
        while (set.bytes() > limitPages << Space.PAGE_LOG2) {
            Extent extent = set.oldest();
            set.remove(extent);
            if (pieces.isOf(set, space.after(extent)) || pieces.isOf(set, space.before(extent))) {
                record(set, extent);
                continue;
            }
            long kept = (limitPages << Space.PAGE_LOG2) - set.bytes();
            if (kept >= EAGER) pieces.leave(set, extent, kept);
            stage.calls++;
            stage.pages += extent.bytes >>> Space.PAGE_LOG2;
            if (last) {
                returned += space.region.decommit(extent.address, extent.bytes);
                Extent whole = record(retained, extent);
                space.live.release(whole.address, whole.bytes);
            } else {
                record(muzzy, extent);
            }
        }
        return returned;
    }

    // ---- looking ----

    /// Sizes as of now.
    public PageCounts counts() {
        lock.lockToLook();
        try {
            return new PageCounts(
                    activeBytes, dirty, muzzy, retained, dirtyDecay, muzzyDecay, purges, bitBytes);
        } finally {
            lock.unlock();
        }
    }

    /// How often its lock was taken, and waited for: one for all three sets, their times, and
    /// growing.
    public void lockCounts(StatsTree out, String prefix) {
        lock.counts(out, prefix);
    }

    /// Takes the lock, for a look at many things at once.
    public void lock() {
        lock.lockToLook();
    }

    /// Gives the lock back.
    public void unlock() {
        lock.unlock();
    }
}
