package org.allod.parts;

import java.util.concurrent.locks.ReentrantLock;
import org.allod.Region;

/// Pages by the span: the shortest that fits is cut, what is free merges at once, and goes back to
/// the system little by little.
///
/// ```
///  region      first                                          frontier                  end
///   │ (slack)  ├───────┬────┬──────────┬──────┬───────────────┼───────────────────────────┤
///              │ used  │free│ returned │ used │ free          │ never taken               │
///              └───────┴────┴──────────┴──────┴───────────────┘
///  page map     owner of the first and the last page of each span, of all pages once marked
/// ```
///
/// A free span is *normal*, its pages committed, or *returned*. The two do not merge with each
/// other, until memory is short: then everything free goes back, and is one. The frontier grows by
/// 128 pages at least. What is used, free and returned is together what lies below the frontier.
///
/// - **pages.I1** spans tile the pages from the first to the frontier; the page map's owner of the
///   first and last page of each is that span.
/// - **pages.I2** no two free spans of one state are neighbours.
/// - **pages.I3** each free span is in the bins of its state, once; the sums of pages agree.
///
/// Cost: O(128) words at most for a short span, O(log spans) for a long one. Threads: any, locks;
/// a span is its holder's.
///
/// Source: gperftools' page heap, from a description.
public final class PageHeap {
    /// Least pages by which the frontier grows. Source: TCMalloc's kMinSystemAlloc, 1 MiB.
    private static final long GROW_MIN = SpanBins.EXACT_MAX;

    /// At each multiple of so many bytes of growth free spans are merged first, if they are a
    /// quarter of all. Source: gperftools' issue 371, 128 MiB.
    private static final long MERGE_BYTES = 128 << 20;

    private final Region region;
    private final PageMap map;
    private final int pageShift;
    private final ReentrantLock lock = new ReentrantLock();
    private final SpanBins normal = new SpanBins();
    private final SpanBins returned = new SpanBins();

    private final SpanTable spans;

    /// First page that was never taken.
    private long frontier;

    private long pagesUsed;
    private long limitPages = Long.MAX_VALUE;
    private final ReleasePace pace = new ReleasePace();
    private boolean aggressive;

    private final PageHeapCounts counts = new PageHeapCounts();

    /// Over the whole pages of a region; none is taken yet.
    ///
    /// @param pageShift log2 of the page size
    /// @throws IllegalArgumentException if the region has not one whole page
    public PageHeap(Region region, int pageShift) {
        long page = 1L << pageShift;
        long first = region.base() + page - 1 & -page;
        long end = region.end() & -page;
        if (end - first < page || first < region.base()) {
            throw new IllegalArgumentException(
                    "bytes=%d, expected a page of %d at a multiple of that, so up to %d"
                            .formatted(region.bytes(), page, 2 * page - 1));
        }
        this.region = region;
        this.pageShift = pageShift;
        this.map = new PageMap(first, end, pageShift);
        this.spans = new SpanTable(map);
    }

    // ---- take, free ----

    /// A span of exactly so many pages, committed, or null if there is no room.
    ///
    /// @param pages at least 1
    public Span take(long pages) {
        if (pages > map.pages()) return null;
        lock.lock();
        try {
            return takeLocked(pages);
        } finally {
            lock.unlock();
        }
    }

    /// As [#take]; the span's address is a multiple of `alignment`.
    ///
    /// @param alignment in bytes, a power of two
    public Span takeAligned(long pages, long alignment) {
        long more = Math.max(0, (alignment >>> pageShift) - 1);
        if (more == 0) return take(pages);
        if (more > map.pages() || pages > map.pages() - more) return null;
        lock.lock();
        try {
            Span span = takeLocked(pages + more);
            if (span == null) return null;
            long address = address(span);
            long skip = (address + alignment - 1 & -alignment) - address >>> pageShift;
            if (skip > 0) {
                Span rest = spans.split(span, skip);
                freeLocked(span);
                span = rest;
            }
            if (span.pages > pages) freeLocked(spans.split(span, pages));
            return span;
        } finally {
            lock.unlock();
        }
    }

    /// Frees a span that was taken; the kinds of its pages are 0 again.
    public void free(Span span) {
        if (span.kind != 0) map.setKind(span.start, span.pages, 0);
        lock.lock();
        try {
            freeLocked(span);
        } finally {
            lock.unlock();
        }
    }

    /// Frees the pages of a span after its first `pages`.
    public void cut(Span span, long pages) {
        lock.lock();
        try {
            freeLocked(spans.split(span, pages));
        } finally {
            lock.unlock();
        }
    }

    /// Writes down for every page of a span whose it is, and its `kind`.
    public void mark(Span span, int kind) {
        span.kind = kind;
        map.setOwner(span.start, span.pages, span.id);
        map.setKind(span.start, span.pages, kind);
    }

    // ---- looking ----

    /// What is known of each page.
    public PageMap map() {
        return map;
    }

    /// First address of a span.
    public long address(Span span) {
        return map.address(span.start);
    }

    /// Bytes of a span.
    public long bytes(Span span) {
        return span.pages << pageShift;
    }

    /// The span in use in which an address lies, or null. Of a span that was not marked only the
    /// first and the last page are known.
    public Span at(long address) {
        Span span = spans.of(map.pageOf(address));
        return span != null && span.state == Span.USED ? span : null;
    }

    // ---- cold: take ----

    private Span takeLocked(long pages) {
        Span taken = takeFound(pages);
        if (taken == null && isMergeTime(pages) && releaseLocked(Long.MAX_VALUE) > 0) {
            taken = takeFound(pages);
        }
        if (taken == null && grow(pages)) taken = takeFound(pages);
        if (taken == null && scrape(pages)) taken = takeFound(pages);
        return taken;
    }

    private Span takeFound(long pages) {
        Span span = find(pages);
        return span == null ? null : carve(span, pages);
    }

    private Span find(long pages) {
        for (long length = pages; length <= SpanBins.EXACT_MAX; length++) {
            Span span = normal.newestOf((int) length);
            if (span == null) span = returned.newestOf((int) length);
            if (span != null) return span;
        }
        Span one = normal.shortestOf(pages);
        Span other = returned.shortestOf(pages);
        if (one == null || other == null) return one == null ? other : one;
        if (one.pages != other.pages) return one.pages < other.pages ? one : other;
        return one.start < other.start ? one : other;
    }

    /// Takes the first pages of a free span; null if they cannot be had.
    private Span carve(Span span, long pages) {
        int state = span.state;
        if (state == Span.RETURNED && !commit(span.start, pages)) return null;
        bins(state).remove(span);
        if (span.pages > pages) bins(state).add(spans.split(span, pages));
        boolean zero = span.zero;
        span.reset(span.start, pages, Span.USED);
        span.zero = zero;
        pagesUsed += pages;
        return span;
    }

    private boolean commit(long page, long pages) {
        if (!admits(pages) || !region.commit(map.address(page), pages << pageShift)) return false;
        counts.commits++;
        counts.pagesCommitted += pages;
        return true;
    }

    private boolean admits(long pages) {
        return frontier - returned.pages + pages <= limitPages;
    }

    private boolean isMergeTime(long pages) {
        long growth = Math.max(pages, GROW_MIN);
        long boundary = MERGE_BYTES >>> pageShift;
        return normal.pages != 0
                && returned.pages != 0
                && normal.pages + returned.pages >= frontier / 4
                && frontier / boundary != (frontier + growth) / boundary;
    }

    private boolean grow(long pages) {
        return growBy(Math.max(pages, GROW_MIN)) || pages < GROW_MIN && growBy(pages);
    }

    private boolean growBy(long pages) {
        if (pages > map.pages() - frontier || !commit(frontier, pages)) return false;
        counts.reserves++;
        counts.pagesReserved += pages;
        Span span = spans.add(frontier, pages, Span.NORMAL);
        frontier += pages;
        merge(span);
        return true;
    }

    /// The last resort: gives back all that is free, so that it merges, and lets the last free span
    /// grow up to the end of the region.
    private boolean scrape(long pages) {
        releaseLocked(Long.MAX_VALUE);
        if (find(pages) != null) return true;
        Span last = spans.of(frontier - 1);
        long tail = last == null || last.state == Span.USED ? 0 : last.pages;
        long missing = pages - tail;
        if (missing <= 0 || missing > map.pages() - frontier) return true;
        int state = tail > 0 ? last.state : Span.RETURNED;
        if (state == Span.NORMAL && !commit(frontier, missing)) return false;
        Span span = spans.add(frontier, missing, state);
        frontier += missing;
        merge(span);
        return true;
    }

    // ---- cold: free ----

    private void freeLocked(Span span) {
        long pages = span.pages;
        pagesUsed -= pages;
        span.reset(span.start, pages, Span.NORMAL);
        if (aggressive) decommit(span);
        merge(span);
        if (pace.isDue(pages)) {
            pace.released(releaseLocked(1));
            counts.scavenges++;
        }
    }

    /// Puts a free span into its bins, as one with its neighbours.
    private void merge(Span span) {
        Span below = spans.of(span.start - 1);
        if (isMergeable(below, span)) {
            bins(below.state).remove(below);
            spans.unite(span, below);
        }
        Span above = spans.of(span.start + span.pages);
        if (isMergeable(above, span)) {
            bins(above.state).remove(above);
            spans.unite(span, above);
        }
        spans.record(span);
        bins(span.state).add(span);
    }

    private boolean isMergeable(Span other, Span span) {
        if (other == null || other.state == Span.USED) return false;
        if (other.state == span.state) return true;
        if (!aggressive || other.state == Span.RETURNED) return false;
        normal.remove(other);
        boolean gone = decommit(other);
        bins(other.state).add(other);
        return gone;
    }

    private boolean decommit(Span span) {
        long bytes = span.pages << pageShift;
        long gone = region.decommit(map.address(span.start), bytes);
        if (gone == 0) return false;
        span.state = Span.RETURNED;
        span.zero = gone == bytes;
        counts.decommits++;
        counts.pagesDecommitted += span.pages;
        return true;
    }

    // ---- cold: release ----

    /// Gives back free spans, of each length in turn, until so many pages are back or none is left.
    ///
    /// @return pages given back
    private long releaseLocked(long pages) {
        long released = 0;
        int without = 0;
        while (released < pages && without <= SpanBins.EXACT_MAX) {
            Span span = pace.pick(normal);
            long gone = span == null ? 0 : release(span);
            released += gone;
            without = gone == 0 ? without + 1 : 0;
        }
        return released;
    }

    private long release(Span span) {
        long pages = span.pages;
        normal.remove(span);
        boolean gone = decommit(span);
        if (gone) merge(span);
        else normal.add(span);
        return gone ? pages : 0;
    }

    /// Gives free pages back to the system.
    ///
    /// @param bytes to be given back at least, if there are so many
    /// @return bytes given back
    public long release(long bytes) {
        lock.lock();
        try {
            long before = region.committed();
            long pages = (bytes >>> pageShift) + ((bytes & (1L << pageShift) - 1) == 0 ? 0 : 1);
            releaseLocked(Math.max(1, pages));
            return before - region.committed();
        } finally {
            lock.unlock();
        }
    }

    private SpanBins bins(int state) {
        return state == Span.NORMAL ? normal : returned;
    }

    // ---- cold: what is told and asked ----

    /// Pages below the frontier: used, free and returned ones.
    public long pagesSystem() {
        return frontier;
    }

    /// Pages in holders' hands.
    public long pagesUsed() {
        return pagesUsed;
    }

    /// Free pages that are committed.
    public long pagesFree() {
        return normal.pages;
    }

    /// Free pages that are not.
    public long pagesReturned() {
        return returned.pages;
    }

    /// What was asked of the system.
    public PageHeapCounts counts() {
        return counts;
    }

    /// Lets at most so many bytes be used or free at once; what is above stays.
    public void limit(long bytes) {
        limitPages = bytes >>> pageShift;
    }

    /// How fast free pages go back: at 1 a page for 1,000 that are freed; 0 for never.
    ///
    /// @param rate 0 or more
    public void releaseRate(double rate) {
        pace.rate = rate;
    }

    /// Whether what is freed goes back at once.
    public void aggressive(boolean all) {
        aggressive = all;
    }

    /// The span that begins at a page below the frontier. Needs quiet.
    public Span startingAt(long page) {
        return spans.of(page);
    }

    /// Bytes of the page map and, by their number, of the spans.
    public long tableBytes() {
        return spans.bytes();
    }

    /// The free spans of a state. Under the lock.
    SpanBins binsOf(int state) {
        return bins(state);
    }

    /// Checks the invariants. O(spans). Needs quiet.
    ///
    /// @param owner name for messages
    /// @throws org.allod.CorruptHeapError naming the first that is broken
    public void verify(String owner) {
        new PageHeapVerifier(owner, this).verify();
    }

    /// Gives the tables back.
    public void close() {
        map.close();
    }
}
