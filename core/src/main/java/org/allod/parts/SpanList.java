package org.allod.parts;

/// Spans in a ring, newest first. A span is in one list at most.
///
/// Cost: O(1), no garbage. Owner thread only.
public final class SpanList {
    private final Span ends = new Span(0);

    /// An empty list.
    public SpanList() {
        ends.before = ends;
        ends.after = ends;
    }

    /// Puts a span in that is in no list, as the first.
    public void prepend(Span span) {
        span.before = ends;
        span.after = ends.after;
        ends.after.before = span;
        ends.after = span;
    }

    /// Takes a span out of the list that it is in.
    public static void remove(Span span) {
        span.before.after = span.after;
        span.after.before = span.before;
        span.before = null;
        span.after = null;
    }

    /// The newest, or null.
    public Span first() {
        return ends.after == ends ? null : ends.after;
    }

    /// The oldest, or null.
    public Span last() {
        return ends.before == ends ? null : ends.before;
    }

    /// The one after `span`, which is in this list, or null.
    public Span next(Span span) {
        return span.after == ends ? null : span.after;
    }
}
