package org.allod.liballoc;

import static org.allod.Allocator.NULL;

import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.FitBins;

/// Majors, minors and gaps: places blocks, takes them back, asks for pages and returns them.
///
/// The fields that every call touches are here, in Java; links and sizes are in the region. Nothing
/// that was loaded from the region is used as an address before it was vouched for, by a seal or by
/// bounds that are. Owner thread only, or under [LibAlloc]'s lock.
final class LibHeap {
    private static final String NAME = LibAlloc.NAME;

    /// Pages of a major, unless a block needs more. Source: `l_pageCount` of liballoc 1.1.
    private static final long MAJOR_PAGES = 16;

    /// What new and freed blocks hold where assertions are on, up to [#FILL_MOST] bytes of each.
    private static final byte FRESH = (byte) 0xAA;

    private static final byte FREED = 0x55;
    private static final long FILL_MOST = 1 << 16;

    private final Region region;
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

    LibHeap(Region region) {
        this.region = region;
        this.pages = new LibPages(NAME, region);
        this.gaps = new LibGaps(NAME, pages.start(), pages.end());
    }

    // ---- a block comes ----

    /// As [org.allod.Allocator#allocate].
    long allocate(long size, long alignment, boolean zeroed) {
        if (alignment > Layout.DEFAULT_ALIGNMENT || (alignment & alignment - 1) != 0) {
            return allocateAligned(size, alignment, zeroed);
        }
        Layout.checkAlignment(alignment);
        if (size < 0 || size > region.bytes()) return fail();
        long wanted = Math.max(1, size);
        long bytes = LibMinor.bytesFor(wanted);
        long gap = gaps.find(bytes);
        boolean fresh = gap == NULL;
        if (fresh) gap = newMajor(bytes, zeroed);
        if (gap == NULL) {
            fresh = false;
            gap = gaps.findAny(bytes);
        }
        if (gap == NULL) return fail();
        long address = cut(gap, gap, wanted);
        if (zeroed && !fresh) Memory.fill(address, wanted, (byte) 0);
        assert zeroed || fill(address, wanted, FRESH);
        return address;
    }

    /// Places a block in a gap: `gap .. minor, address .. canary, end .. after`.
    ///
    /// @param minor where the header goes: at the gap's start, or later
    private long cut(long gap, long minor, long size) {
        long before = LibGap.before(gap);
        long bytes = LibGap.bytes(gap);
        if (before > gap - LibMinor.BYTES || !pages.holds(before)) throw smashed(gap);
        long major = LibMinor.major(before);
        long beforeSize = LibMinor.size(before);
        if (!LibMinor.isSealed(before, major, beforeSize)
                || LibMinor.end(before, beforeSize) != gap) throw smashed(gap);
        long after = LibMinor.after(before);
        long gapEnd = after == major ? limit(major) : after;
        if (gapEnd - gap != bytes) throw smashed(gap);

        long end = LibMinor.end(minor, size);
        if (minor != gap) gaps.split(gap, bytes, minor, end, before);
        else if (gapEnd - end >= LibGap.LEAST) gaps.shorten(gap, bytes, end, minor);
        else gaps.forget(gap, bytes);
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

    /// Frees a block of at least `size` bytes. [org.allod.Allocator#NULL] counts as a warning.
    void release(long address, long size) {
        if (address != NULL) {
            remove(minorOf(address, size));
        } else {
            checkOpen();
            warnings++;
        }
    }

    /// The header of a live block of at least `size` bytes.
    private long minorOf(long address, long size) {
        long minor = LibMinor.minorAt(address);
        if ((address & 15) != 0 || !pages.holds(minor)) throw wrongFree(address);
        long major = LibMinor.major(minor);
        long most = LibMinor.size(minor);
        if (major == minor || !LibMinor.isSealed(minor, major, most)) throw wrongFree(address);
        if (size < 0 || size > most) {
            throw corrupt(address, "size=" + size + ", expected at most " + most);
        }
        return minor;
    }

    /// What lies around it becomes one gap. The block before must be whole and followed by it, the
    /// one after whole and preceded by it.
    ///
    /// Long on purpose: what has over 325 bytecodes is compiled by itself. Split up, it is inlined
    /// into its callers, until the compiler runs out of nodes in the middle of it: 3 ns slower.
    private void remove(long minor) {
        long size = LibMinor.size(minor);
        long before = LibMinor.before(minor);
        long after = LibMinor.after(minor);
        long major = LibMinor.major(minor);
        long limit = limit(major);
        if (before < major || before >= minor || LibMinor.after(before) != minor) {
            throw overrun(minor, "the link to the block before it");
        }
        long beforeSize = LibMinor.size(before);
        if (!LibMinor.isSealed(before, major, beforeSize)) throw overrun(before, "its header");
        if (!LibMinor.startsCanary(before, beforeSize)) throw overrun(before, "its canary");
        checkAfter(minor, after, major, limit);
        if (!LibMinor.isCanaryWhole(minor, size)) throw overrun(minor, "its canary");
        assert fill(LibMinor.addressOf(minor), size, FREED);

        long gap = LibMinor.end(before, beforeSize);
        long end = LibMinor.end(minor, size);
        long gapEnd = after == major ? limit : after;
        boolean best = gaps.forget(gap, minor - gap) | gaps.forget(end, gapEnd - end);
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

    /// The block after a block is whole, and preceded by it.
    private void checkAfter(long minor, long after, long major, long limit) {
        if (after != major && (after <= minor || after > limit - LibMinor.BYTES)
                || LibMinor.before(after) != minor) {
            throw overrun(minor, "the link to the block after it");
        }
        if (!LibMinor.isSealed(after, major, LibMinor.size(after))) {
            throw overrun(after, "its header");
        }
    }

    /// As [org.allod.Allocator#reallocate]; `size` may be less than what was asked for.
    long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment, false);
        long minor = minorOf(address, size);
        if (newSize < 0 || newSize > region.bytes()) return fail();
        if (!resize(minor, Math.max(1, newSize))) {
            long moved = allocate(newSize, alignment, false);
            if (moved == NULL) return NULL;
            Memory.copy(address, moved, Math.min(LibMinor.size(minor), newSize));
            remove(minor);
            address = moved;
        }
        reallocations++;
        return address;
    }

    /// Where the last gap of a major ends.
    private long limit(long major) {
        if (!LibMajor.isWhole(major, pages.end())) throw overrun(major, "its number of bytes");
        return LibMajor.limit(major);
    }

    /// Changes the size where the block is, if what follows leaves the room.
    private boolean resize(long minor, long size) {
        long oldSize = LibMinor.size(minor);
        long after = LibMinor.after(minor);
        long major = LibMinor.major(minor);
        long limit = limit(major);
        checkAfter(minor, after, major, limit);
        if (!LibMinor.isCanaryWhole(minor, oldSize)) throw overrun(minor, "its canary");

        long gapEnd = after == major ? limit : after;
        long oldEnd = LibMinor.end(minor, oldSize);
        long end = LibMinor.end(minor, size);
        if (end > gapEnd) return false;
        if (end != oldEnd) {
            gaps.forget(oldEnd, gapEnd - oldEnd);
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
        if (gap == NULL) gap = gaps.findAny(bytes);
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
        long gap = LibMajor.first(major);
        gaps.forget(gap, LibMajor.limit(major) - gap);
        LibMinor.bury(major);
        pages.give(LibMajor.base(major), LibMajor.bytes(major));
    }

    private long fail() {
        checkOpen();
        region.checkAlive();
        failures++;
        return NULL;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException(NAME + " is closed, expected an open allocator");
        }
    }

    private static boolean fill(long address, long size, byte value) {
        Memory.fill(address, Math.min(size, FILL_MOST), value);
        return true;
    }

    // ---- what went wrong ----

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
                address,
                "liballoc.I3: expected the sealed header of a block: inside one, or overrun");
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

    /// Bytes that may be used of a live block.
    long usableSize(long address) {
        return LibMinor.size(minorOf(address, 0));
    }

    long warnings() {
        return warnings;
    }

    long errors() {
        return errors;
    }

    long possibleOverruns() {
        return overruns;
    }

    /// Gives back the kept major and all free pages.
    long trim() {
        checkOpen();
        long before = region.committed();
        giveBackKept();
        pages.trim();
        return before - region.committed();
    }

    AllocatorStats stats() {
        checkOpen();
        long tables = pages.tableBytes() + FitBins.tableBytes();
        return AllocatorStats.builder()
                .live(requested, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(tables, region.committedMax() + tables)
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    LibWalk walk() {
        checkOpen();
        return new LibWalk(pages, region, gaps);
    }

    void verify() {
        walk().verify(granted, allocations - frees);
    }

    void close() {
        if (closed) return;
        closed = true;
        gaps.clear();
        keptMajor = NULL;
        pages.close();
    }
}
