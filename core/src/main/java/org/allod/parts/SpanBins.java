package org.allod.parts;

import java.util.Comparator;
import java.util.TreeSet;

/// Free spans by length: a list for each up to 128 pages, a sorted set of the longer ones; all of
/// one state.
///
/// ```
///   1 page    ─► span ─► span          newest first
///   2 pages   ─► span
///   ...
///   128       (empty)
///   longer    { 130 at page 7, 130 at page 900, 4000 at page 2000 }     by length, then address
/// ```
///
/// Cost: O(1) up to 128 pages, O(log spans) beyond. Owner thread only.
///
/// Source: the free lists of TCMalloc's page heap.
final class SpanBins {
    /// Longest span with a list of its own. Source: TCMalloc's kMaxPages.
    static final int EXACT_MAX = 128;

    private static final Comparator<Span> BY_LENGTH =
            Comparator.<Span>comparingLong(span -> span.pages).thenComparingLong(s -> s.start);

    private final SpanList[] lists = new SpanList[EXACT_MAX + 1];
    private final TreeSet<Span> longer = new TreeSet<>(BY_LENGTH);

    /// What [#shortestOf] compares with.
    private final Span probe = new Span(0);

    /// Bit n - 1: the list of length n is not empty; the lengths above 64 in the second word.
    private final long[] filled = new long[2];

    /// Pages of all spans.
    long pages;

    SpanBins() {
        for (int i = 1; i <= EXACT_MAX; i++) lists[i] = new SpanList();
    }

    void add(Span span) {
        pages += span.pages;
        if (span.pages > EXACT_MAX) {
            longer.add(span);
            return;
        }
        int bit = (int) span.pages - 1;
        lists[bit + 1].prepend(span);
        filled[bit >>> 6] |= 1L << bit;
    }

    /// Takes out a span whose length and start are as when it came.
    void remove(Span span) {
        pages -= span.pages;
        if (span.pages > EXACT_MAX) {
            longer.remove(span);
            return;
        }
        int bit = (int) span.pages - 1;
        SpanList.remove(span);
        if (lists[bit + 1].first() == null) filled[bit >>> 6] &= ~(1L << bit);
    }

    /// The least length from `length`, 1 to 128, on that has a span of up to 128 pages; else 129.
    int lengthFrom(long length) {
        int bit = (int) length - 1;
        long first = bit < 64 ? filled[0] & -1L << bit : 0;
        if (first != 0) return Long.numberOfTrailingZeros(first) + 1;
        long second = bit < 64 ? filled[1] : filled[1] & -1L << bit;
        return second == 0 ? EXACT_MAX + 1 : Long.numberOfTrailingZeros(second) + 65;
    }

    /// The newest span of exactly that length, 1 to 128, or null.
    Span newestOf(int length) {
        return lists[length].first();
    }

    /// The oldest span of exactly that length, 1 to 128, or null.
    Span oldestOf(int length) {
        return lists[length].last();
    }

    /// The shortest span above 128 pages that has at least so many, the lowest of those; or null.
    Span shortestOf(long length) {
        if (longer.isEmpty()) return null;
        probe.pages = length;
        probe.start = 0;
        return longer.ceiling(probe);
    }

    /// The longest span above 128 pages, the highest of those; or null.
    Span longest() {
        return longer.isEmpty() ? null : longer.last();
    }

    /// Spans of a length, or of all above 128.
    long count(long length) {
        if (length > EXACT_MAX) return longer.size();
        long count = 0;
        SpanList list = lists[(int) length];
        for (Span span = list.first(); span != null; span = list.next(span)) count++;
        return count;
    }

    /// The list of a length, 1 to 128.
    SpanList listOf(int length) {
        return lists[length];
    }

    /// Spans above 128 pages.
    Iterable<Span> longSpans() {
        return longer;
    }
}
