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

    /// Pages of all spans.
    long pages;

    SpanBins() {
        for (int i = 1; i <= EXACT_MAX; i++) lists[i] = new SpanList();
    }

    void add(Span span) {
        pages += span.pages;
        if (span.pages <= EXACT_MAX) lists[(int) span.pages].prepend(span);
        else longer.add(span);
    }

    /// Takes out a span whose length and start are as when it came.
    void remove(Span span) {
        pages -= span.pages;
        if (span.pages <= EXACT_MAX) SpanList.remove(span);
        else longer.remove(span);
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

    /// The list of a length, 1 to 128.
    SpanList listOf(int length) {
        return lists[length];
    }

    /// Spans above 128 pages.
    Iterable<Span> longSpans() {
        return longer;
    }
}
