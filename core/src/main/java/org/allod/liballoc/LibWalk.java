package org.allod.liballoc;

import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Walks and checks majors, minors and gaps. Owner thread only, in quiet. O(blocks).
final class LibWalk {
    private final LibPages pages;
    private final Region region;
    private final LibGaps gaps;
    private long blocks;
    private long granted;
    private long noted;

    LibWalk(LibPages pages, Region region, LibGaps gaps) {
        this.pages = pages;
        this.region = region;
        this.gaps = gaps;
    }

    // ---- walk ----

    /// Shows every byte of the region.
    void walk(BlockVisitor visitor) {
        show(visitor, region.base(), pages.start(), Kind.OVERHEAD);
        for (long at = pages.start(); at < pages.end(); ) {
            if (pages.holds(at)) {
                long major = LibMajor.majorAt(at);
                check(LibMajor.isWhole(major, pages.end()), major, "liballoc.I1: of whole pages");
                at += LibMajor.bytes(major);
                walkMajor(major, visitor);
            } else {
                long from = at;
                while (at < pages.end() && !pages.holds(at)) at += LibPages.PAGE;
                show(visitor, from, at, Kind.FREE);
            }
        }
        show(visitor, pages.end(), region.end(), Kind.OVERHEAD);
    }

    private static void walkMajor(long major, BlockVisitor visitor) {
        long end = LibMajor.first(major);
        show(visitor, LibMajor.base(major), end, Kind.OVERHEAD);
        for (long minor = LibMinor.after(major); minor != major; minor = LibMinor.after(minor)) {
            boolean inside = minor >= end && minor < LibMajor.limit(major);
            check(inside, minor, "liballoc.I2: address order");
            check(isSealed(minor), minor, "liballoc.I3: sealed");
            showGap(visitor, end, minor);
            long address = LibMinor.addressOf(minor);
            long used = address + LibMinor.roundUp(LibMinor.size(minor));
            end = LibMinor.end(minor, LibMinor.size(minor));
            show(visitor, minor, address, Kind.OVERHEAD);
            show(visitor, address, used, Kind.USED);
            show(visitor, used, end, Kind.OVERHEAD);
        }
        showGap(visitor, end, LibMajor.limit(major));
        show(
                visitor,
                LibMajor.limit(major),
                LibMajor.base(major) + LibMajor.bytes(major),
                Kind.OVERHEAD);
    }

    /// A gap that serves no request is overhead.
    private static void showGap(BlockVisitor visitor, long from, long to) {
        show(visitor, from, to, to - from >= LibGap.LEAST ? Kind.FREE : Kind.OVERHEAD);
    }

    private static void show(BlockVisitor visitor, long from, long to, Kind kind) {
        if (to > from) visitor.block(from, to - from, kind);
    }

    // ---- verify ----

    /// Checks liballoc.I1 to I5.
    ///
    /// @param granted bytes of live blocks
    /// @param used number of live blocks
    /// @throws CorruptHeapError naming the first that does not hold
    void verify(long granted, long used) {
        for (long at = pages.start(); at < pages.end(); ) {
            if (!pages.holds(at)) {
                at += LibPages.PAGE;
                continue;
            }
            long major = LibMajor.majorAt(at);
            check(isMajor(major), major, "liballoc.I1: a run of pages starts with a sealed major");
            long bytes = LibMajor.bytes(major);
            check(LibMajor.isWhole(major, pages.end()), major, "liballoc.I1: of whole pages");
            for (long page = at; page < at + bytes; page += LibPages.PAGE) {
                check(pages.holds(page), page, "liballoc.I1: a page of a major is in use");
                check(
                        region.isCommitted(page),
                        page,
                        "liballoc.I1: a page of a major is committed");
            }
            verifyMajor(major);
            at += bytes;
        }
        check(noted == gaps.verify(), 0, "liballoc.I4: only gaps are noted down");
        check(this.granted == granted, 0, "liballoc.I5: granted=" + granted);
        check(blocks == used, 0, "liballoc.I5: blocksUsed=" + used);
    }

    private static boolean isMajor(long major) {
        return isSealed(major) && LibMinor.major(major) == major;
    }

    private static boolean isSealed(long minor) {
        return LibMinor.isSealed(minor, LibMinor.major(minor), LibMinor.size(minor));
    }

    private void verifyMajor(long major) {
        long limit = LibMajor.limit(major);
        long before = major;
        while (true) {
            long end = LibMinor.end(before, LibMinor.size(before));
            long after = LibMinor.after(before);
            boolean last = after == major;
            check(last || after >= end && after < limit, before, "liballoc.I2: address order");
            check(LibMinor.before(after) == before, after, "liballoc.I2: linked both ways");
            verifyGap(end, (last ? limit : after) - end, before);
            if (last) return;
            check(isSealed(after), after, "liballoc.I3: sealed");
            check(LibMinor.major(after) == major, after, "liballoc.I3: of its major");
            long size = LibMinor.size(after);
            check(LibMinor.end(after, size) <= limit, after, "liballoc.I3: inside its major");
            check(LibMinor.isCanaryWhole(after, size), after, "liballoc.I3: canary whole");
            blocks++;
            granted += LibMinor.roundUp(size);
            before = after;
        }
    }

    private void verifyGap(long gap, long bytes, long before) {
        if (bytes < LibGap.LEAST) return;
        noted++;
        boolean isTrue = LibGap.bytes(gap) == bytes && LibGap.before(gap) == before;
        check(isTrue, gap, "liballoc.I4: a gap says where it is");
        check(gaps.holds(gap, bytes), gap, "liballoc.I4: a gap is noted down");
    }

    private static void check(boolean holds, long address, String invariant) {
        if (!holds) {
            throw new CorruptHeapError(
                    LibAlloc.NAME, address, invariant + ", expected so, found otherwise");
        }
    }
}
