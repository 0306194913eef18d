package org.allod.parts;

import java.util.Arrays;

/// All spans of a page heap, by their number, and through the page map by their pages.
///
/// ```
///   page ──page map──► number ──spans──► span         unused ─► span ─► span
/// ```
///
/// A span that is not in use has no page; it serves again. Threads: whoever changes it holds the
/// page heap's lock; anybody may look a span up.
final class SpanTable {
    /// Bytes of a span's object. Derived: its fields, with compressed references.
    private static final long SPAN_BYTES = 104;

    final PageMap map;

    /// 0 is none.
    private Span[] spans = new Span[64];

    private int made;

    /// Not in use, linked by `after`.
    private Span unused;

    SpanTable(PageMap map) {
        this.map = map;
    }

    /// The span that a page is known to belong to, or null.
    Span of(long page) {
        int id = map.owner(page);
        Span[] table = spans;
        if (id <= 0 || id >= table.length) return null;
        Span span = table[id];
        return span != null && span.contains(page) ? span : null;
    }

    Span add(long start, long pages, int state) {
        Span span = unused;
        if (span == null) {
            if (++made == spans.length) spans = Arrays.copyOf(spans, 2 * made);
            span = new Span(made);
            spans[made] = span;
        } else {
            unused = span.after;
        }
        span.reset(start, pages, state);
        record(span);
        return span;
    }

    /// Writes down whose its first and last page are.
    void record(Span span) {
        map.setOwner(span.start, span.id);
        if (span.pages > 1) map.setOwner(span.start + span.pages - 1, span.id);
    }

    /// Cuts the pages after the first `pages` off, as a span of the same state.
    Span split(Span span, long pages) {
        long rest = span.pages - pages;
        span.pages = pages;
        Span cut = add(span.start + pages, rest, span.state);
        cut.zero = span.zero;
        record(span);
        return cut;
    }

    /// Makes `other`, a neighbour that is in no bin, part of `span`.
    void unite(Span span, Span other) {
        span.start = Math.min(span.start, other.start);
        span.pages += other.pages;
        span.zero &= other.zero;
        other.pages = 0;
        other.after = unused;
        unused = other;
    }

    long bytes() {
        return map.committed() + made * SPAN_BYTES + (long) spans.length * Integer.BYTES;
    }
}
