package org.allod.parts;

import org.allod.Region;

/// Where a page heap's pages come from: a region, taken from its start up to a frontier, some of it
/// committed, up to a limit. Under the page heap's lock.
final class PageSource {
    /// At each multiple of so many bytes of growth free spans are merged first. Source: gperftools'
    /// issue 371, 128 MiB.
    private static final long MERGE_BYTES = 128 << 20;

    final PageMap map;
    final PageHeapCounts counts = new PageHeapCounts();

    private final Region region;
    private final int pageShift;

    /// First page that was never taken.
    private long frontier;

    /// Pages below the frontier that are not committed.
    private long returned;

    /// Most pages that may be committed.
    private long limit = Long.MAX_VALUE;

    PageSource(Region region, PageMap map, int pageShift) {
        this.region = region;
        this.map = map;
        this.pageShift = pageShift;
    }

    long frontier() {
        return frontier;
    }

    /// Bytes of the region's committed pages.
    long committed() {
        return region.committed();
    }

    void limit(long bytes) {
        limit = bytes >>> pageShift;
    }

    /// Commits the first pages of a returned span.
    boolean commit(Span span, long pages) {
        if (!commit(span.start, pages)) return false;
        returned -= pages;
        return true;
    }

    private boolean commit(long page, long pages) {
        if (frontier - returned + pages > limit
                || !region.commit(map.address(page), pages << pageShift)) {
            return false;
        }
        counts.commits++;
        counts.pagesCommitted += pages;
        return true;
    }

    /// Gives a free span's pages back; whether any went.
    boolean decommit(Span span) {
        long bytes = span.pages << pageShift;
        long gone = region.decommit(map.address(span.start), bytes);
        if (gone == 0) return false;
        span.state = Span.RETURNED;
        span.zero = gone == bytes;
        returned += span.pages;
        counts.decommits++;
        counts.pagesDecommitted += span.pages;
        return true;
    }

    /// Moves the frontier up by committed pages.
    boolean grow(long pages) {
        if (pages > map.pages() - frontier || !commit(frontier, pages)) return false;
        counts.reserves++;
        counts.pagesReserved += pages;
        frontier += pages;
        return true;
    }

    /// Moves the frontier up by pages that are not committed.
    boolean extend(long pages) {
        if (pages > map.pages() - frontier) return false;
        frontier += pages;
        returned += pages;
        return true;
    }

    /// Whether growth by so many pages crosses one of the marks for merging.
    boolean isMark(long pages) {
        long boundary = MERGE_BYTES >>> pageShift;
        return frontier / boundary != (frontier + pages) / boundary;
    }
}
