package org.allod.liballoc;

import java.util.concurrent.locks.Lock;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.FitBins;

/// liballoc: runs of pages, blocks linked in address order, and free space that is what lies
/// between.
///
/// ```java
/// try (var heap = new LibAlloc(Region.reserved(1 << 20))) {
///     long block = heap.allocate(100, 16);
///     heap.free(block);
/// }
/// ```
///
/// Seen, as [CorruptHeapError] at the latest when the block or a neighbour is freed: double,
/// foreign and interior frees; a store behind the block (a canary starts at the first byte that was
/// not asked for) or before it (the header is sealed); smashed links. Not seen: a free after the
/// address was handed out again.
///
/// Cost: O(1) but for a new major, which searches a bitmap of pages; 48 bytes a block, and rounding
/// to 16. Threads: owner thread only, unless made with a lock: then any thread, locks.
///
/// Source: liballoc 1.1 (Durand Miller), the file that hobby kernels use.
public final class LibAlloc implements Malloc {
    static final String NAME = "liballoc";

    /// Pages of a major, unless a block needs more. Source: `l_pageCount` of liballoc 1.1.
    private static final long MAJOR_PAGES = 16;

    private final Region region;
    private final Lock lock;
    private final LibPages pages;
    private final LibGaps gaps;

    /// A major that was empty when we last looked, kept for the next block. NULL: none.
    private long keptMajor;

    private long requested;
    private long granted;
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;
    private long warnings;
    private long errors;
    private long overruns;
    private boolean closed;

    /// For one thread.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is smaller than a page
    public LibAlloc(Region region) {
        this(region, null);
    }

    /// For any thread: `lock` is held during every call, as between `liballoc_lock` and
    /// `liballoc_unlock`.
    ///
    /// @param region belongs to the allocator from now on
    /// @param lock of the host's choice, null for none; reentrant or not
    /// @throws IllegalArgumentException if the region is smaller than a page
    public LibAlloc(Region region, Lock lock) {
        this.region = region;
        this.lock = lock;
        this.pages = new LibPages(NAME, region);
        this.gaps = new LibGaps(NAME, pages.start(), pages.end());
    }

    // ---- the contract ----

    @Override
    public long allocate(long size, long alignment) {
        lock();
        try {
            return allocate(size, alignment, false);
        } finally {
            unlock();
        }
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        lock();
        try {
            return allocate(size, alignment, true);
        } finally {
            unlock();
        }
    }

    /// C's `calloc`: room for `count` elements of `size` bytes, zeroed, at alignment 16.
    ///
    /// @param count at least 0
    /// @param size of an element, at least 0
    /// @return the block, or [org.allod.Allocator#NULL] where there is no room or the product
    ///     exceeds a long
    public long allocateArray(long count, long size) {
        boolean fits = count >= 0 && size >= 0 && Math.multiplyHigh(count, size) == 0;
        return allocateZeroed(fits ? count * size : -1, Layout.DEFAULT_ALIGNMENT);
    }

    @Override
    public void free(long address) {
        lock();
        try {
            release(address, 0);
        } finally {
            unlock();
        }
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        lock();
        try {
            Layout.checkAlignment(alignment);
            release(address, size);
        } finally {
            unlock();
        }
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, Layout.DEFAULT_ALIGNMENT, newSize);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        lock();
        try {
            Layout.checkAlignment(alignment);
            if (address == NULL) return allocate(newSize, alignment, false);
            long minor = minorOf(address, size);
            if (newSize < 0 || newSize > region.bytes()) return fail();
            long oldSize = LibMinor.size(minor);
            if (!resize(minor, Math.max(1, newSize))) {
                long moved = allocate(newSize, alignment, false);
                if (moved == NULL) return NULL;
                Memory.copy(address, moved, Math.min(oldSize, newSize));
                unlink(minor);
                address = moved;
            }
            reallocations++;
            return address;
        } finally {
            unlock();
        }
    }

    @Override
    public long usableSize(long address) {
        lock();
        try {
            return LibMinor.size(minorOf(address, 0));
        } finally {
            unlock();
        }
    }

    // ---- a block comes ----

    private long allocate(long size, long alignment, boolean zeroed) {
        if (alignment > Layout.DEFAULT_ALIGNMENT || (alignment & alignment - 1) != 0) {
            return allocateAligned(size, alignment, zeroed);
        }
        Layout.checkAlignment(alignment);
        if (size < 0 || size > region.bytes()) return fail();
        long wanted = Math.max(1, size);
        long bytes = LibMinor.bytesFor(wanted);
        long gap = gaps.find(bytes);
        if (gap != NULL) {
            long address = cut(gap, gap, wanted);
            if (zeroed) Memory.fill(address, size, (byte) 0);
            return address;
        }
        gap = newMajor(bytes, zeroed);
        return gap == NULL ? fail() : cut(gap, gap, wanted);
    }

    /// Places a block in a gap: [gap ... minor, address ... end ... next minor].
    ///
    /// @param minor where the header goes: at the gap's start, or at least where it fits
    private long cut(long gap, long minor, long size) {
        long before = LibGap.before(gap);
        long bytes = LibGap.bytes(gap);
        if (!pages.holds(before)
                || !LibMinor.isSealed(before)
                || LibMinor.end(before) != gap) throw smashed(gap);
        long major = LibMinor.major(before);
        long after = LibMinor.after(before);
        long gapEnd = after == major ? LibMajor.limit(major) : after;
        if (gapEnd - gap != bytes) throw smashed(gap);

        long end = minor + LibMinor.bytesFor(size);
        if (minor == gap && gapEnd - end >= LibGap.LEAST) {
            gaps.shorten(gap, end, gapEnd - end, minor);
        } else {
            gaps.forget(gap);
            gaps.note(gap, minor - gap, before);
            gaps.note(end, gapEnd - end, minor);
        }
        LibMinor.seal(minor, major, size);
        LibMinor.before(minor, before);
        LibMinor.after(minor, after);
        LibMinor.after(before, minor);
        LibMinor.before(after, minor);
        allocations++;
        requested += size;
        granted += LibMinor.roundUp(size);
        return LibMinor.addressOf(minor);
    }

    // ---- a block goes ----

    private void release(long address, long size) {
        if (address == NULL) {
            checkOpen();
            warnings++;
            return;
        }
        unlink(minorOf(address, size));
    }

    /// The header of a live block.
    private long minorOf(long address, long size) {
        long minor = LibMinor.minorAt(address);
        if ((address & 15) != 0
                || !pages.holds(minor)
                || !LibMinor.isSealed(minor)
                || LibMinor.major(minor) == minor) throw wrongFree(address);
        if (size < 0 || size > LibMinor.size(minor)) {
            throw corrupt(
                    address, "size=" + size + ", expected at most " + LibMinor.size(minor));
        }
        return minor;
    }

    /// What lies around it becomes one gap.
    private void unlink(long minor) {
        checkSurroundings(minor);
        long before = LibMinor.before(minor);
        long after = LibMinor.after(minor);
        long major = LibMinor.major(minor);
        long size = LibMinor.size(minor);
        long gap = LibMinor.end(before);
        long end = minor + LibMinor.bytesFor(size);
        long gapEnd = after == major ? LibMajor.limit(major) : after;
        boolean best = gaps.isBestBet(gap) || gaps.isBestBet(end);
        if (minor - gap >= LibGap.LEAST) gaps.forget(gap);
        if (gapEnd - end >= LibGap.LEAST) gaps.forget(end);
        LibMinor.bury(minor);
        LibMinor.after(before, after);
        LibMinor.before(after, before);
        if (best) gaps.bet(gap, gapEnd - gap, before);
        else gaps.note(gap, gapEnd - gap, before);
        frees++;
        requested -= size;
        granted -= LibMinor.roundUp(size);
        if (before == after) emptied(major);
    }

    /// A block's own canary, its neighbours' links and seals, and the canary before it.
    private void checkSurroundings(long minor) {
        long before = LibMinor.before(minor);
        long after = LibMinor.after(minor);
        if (!pages.holds(before)
                || LibMinor.after(before) != minor
                || !LibMinor.isSealed(before)) throw overrun(minor, "the header before it");
        if (!pages.holds(after)
                || LibMinor.before(after) != minor
                || !LibMinor.isSealed(after)) throw overrun(minor, "the header after it");
        if (!LibMinor.isCanaryWhole(minor)) throw overrun(minor, "its canary");
        if (!LibMinor.isCanaryWhole(before)) throw overrun(before, "its canary");
    }

    /// Changes the size where the block is, if what follows leaves the room.
    private boolean resize(long minor, long size) {
        checkSurroundings(minor);
        long major = LibMinor.major(minor);
        long after = LibMinor.after(minor);
        long gapEnd = after == major ? LibMajor.limit(major) : after;
        long oldSize = LibMinor.size(minor);
        long oldEnd = minor + LibMinor.bytesFor(oldSize);
        long end = minor + LibMinor.bytesFor(size);
        if (end > gapEnd) return false;
        if (end != oldEnd) {
            if (gapEnd - oldEnd >= LibGap.LEAST) gaps.forget(oldEnd);
            gaps.note(end, gapEnd - end, minor);
        }
        LibMinor.seal(minor, major, size);
        requested += size - oldSize;
        granted += LibMinor.roundUp(size) - LibMinor.roundUp(oldSize);
        return true;
    }

    // ---- cold ----

    private long allocateAligned(long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        long most = region.bytes();
        if (size < 0 || size > most || alignment > most) return fail();
        long wanted = Math.max(1, size);
        long bytes = LibMinor.bytesFor(wanted) + alignment - Layout.DEFAULT_ALIGNMENT;
        long gap = gaps.find(bytes);
        if (gap == NULL) gap = newMajor(bytes, false);
        if (gap == NULL) return fail();
        long address = LibMinor.addressOf(gap) + alignment - 1 & -alignment;
        cut(gap, LibMinor.minorAt(address), wanted);
        if (zeroed) Memory.fill(address, size, (byte) 0);
        return address;
    }

    /// Asks for pages: the usual number, or as many as the block needs, or what there is.
    ///
    /// @param zeroed whether the block's bytes must be zero
    /// @return the gap of the new major, or NULL
    private long newMajor(long bytes, boolean zeroed) {
        long least = (bytes + LibMajor.OVERHEAD + LibPages.PAGE - 1) / LibPages.PAGE;
        long count = Math.max(MAJOR_PAGES, least);
        while (true) {
            long base = pages.take(count, zeroed);
            if (base != NULL) {
                long major = LibMajor.make(base, count * LibPages.PAGE);
                long gap = LibMajor.first(major);
                gaps.note(gap, LibMajor.limit(major) - gap, major);
                return gap;
            }
            if (count > least) {
                count = Math.max(least, count / 2);
            } else if (!giveBackKept()) {
                return NULL;
            }
        }
    }

    /// One empty major of the usual size is kept, the lower one; others go back.
    private void emptied(long major) {
        if (LibMajor.bytes(major) != MAJOR_PAGES * LibPages.PAGE) {
            giveBack(major);
        } else if (keptMajor == NULL || keptMajor == major || !LibMajor.isEmpty(keptMajor)) {
            keptMajor = major;
        } else {
            long upper = Math.max(major, keptMajor);
            keptMajor = Math.min(major, keptMajor);
            giveBack(upper);
        }
    }

    private boolean giveBackKept() {
        if (keptMajor == NULL || !LibMajor.isEmpty(keptMajor)) return false;
        giveBack(keptMajor);
        keptMajor = NULL;
        return true;
    }

    private void giveBack(long major) {
        gaps.forget(LibMajor.first(major));
        LibMinor.bury(major);
        pages.give(LibMajor.base(major), LibMajor.bytes(major));
    }

    private long fail() {
        checkOpen();
        region.checkAlive();
        failures++;
        return NULL;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(NAME + " is closed, expected an open allocator");
        }
    }

    private void lock() {
        if (lock != null) lock.lock();
    }

    private void unlock() {
        if (lock != null) lock.unlock();
    }

    // ---- what went wrong ----

    /// Frees of [org.allod.Allocator#NULL] so far, and pages that were refused.
    public long warnings() {
        return warnings;
    }

    /// Frees that could not be right so far, and headers found overwritten.
    public long errors() {
        return errors;
    }

    /// Those of [#errors] that look like a store behind or before a block.
    public long possibleOverruns() {
        return overruns;
    }

    private CorruptHeapError wrongFree(long address) {
        checkOpen();
        long minor = LibMinor.minorAt(address);
        if (!region.contains(address)) return corrupt(address, "expected an address of this heap");
        if ((address & 15) != 0) return corrupt(address, "expected the start of a block");
        if (!pages.holds(minor)) return corrupt(address, "expected a block, found free pages");
        if (LibMinor.isBuried(minor)) {
            return corrupt(address, "expected a live block, found one that was freed");
        }
        overruns++;
        return corrupt(
                address, "liballoc.I3: expected the sealed header of a block: inside one, or overrun");
    }

    private CorruptHeapError overrun(long minor, String what) {
        overruns++;
        return corrupt(
                LibMinor.addressOf(minor),
                "liballoc.I3: expected " + what + " whole, found it overwritten");
    }

    private CorruptHeapError smashed(long gap) {
        return corrupt(gap, "liballoc.I4: expected a gap as noted down, found it overwritten");
    }

    private CorruptHeapError corrupt(long address, String check) {
        errors++;
        return new CorruptHeapError(NAME, address, check);
    }

    // ---- looking ----

    /// Gives back the kept major and all free pages.
    @Override
    public long trim() {
        lock();
        try {
            checkOpen();
            long before = region.committed();
            giveBackKept();
            pages.trim();
            return before - region.committed();
        } finally {
            unlock();
        }
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        long tables = pages.tableBytes() + FitBins.tableBytes();
        return AllocatorStats.builder()
                .live(requested, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(tables, region.committedMax() + tables)
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    @Override
    public boolean owns(long address) {
        checkOpen();
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return lock != null;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        lock();
        try {
            checkOpen();
            LibWalk.walk(pages, region, visitor);
        } finally {
            unlock();
        }
    }

    @Override
    public void verify() {
        lock();
        try {
            checkOpen();
            new LibWalk(pages, region, gaps).verify(granted, allocations - frees);
        } finally {
            unlock();
        }
    }

    @Override
    public void close() {
        lock();
        try {
            if (closed) return;
            closed = true;
            gaps.clear();
            keptMajor = NULL;
            pages.close();
        } finally {
            unlock();
        }
    }
}
