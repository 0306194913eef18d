package org.allod.parts;

/// Pages that lie side by side and belong together: in use by a holder, or free in a [PageHeap].
///
/// Made and recycled by the page heap alone. The second half of its fields is the holder's, who may
/// use them as it likes while it has the span; each new holder finds them 0.
public final class Span {
    /// In a holder's hands.
    public static final int USED = 0;

    /// Free; its pages are committed.
    public static final int NORMAL = 1;

    /// Free; its pages were given back, or never taken.
    public static final int RETURNED = 2;

    /// What the page map has for its pages.
    final int id;

    long start;
    long pages;
    int state;
    boolean zero;
    Span before;
    Span after;

    // ---- the holder's ----

    /// First of a chain of free blocks, or 0.
    public long chain;

    /// First address that no block has been cut from yet.
    public long fresh;

    /// First address after the last block.
    public long limit;

    /// Blocks of it that are out.
    public int out;

    /// What it is used for; also the kind of its pages, once marked.
    public int kind;

    /// Whether something special is known of it.
    public boolean special;

    Span(int id) {
        this.id = id;
    }

    /// Number of its first page.
    public long start() {
        return start;
    }

    /// How many pages it has.
    public long pages() {
        return pages;
    }

    /// [#USED], [#NORMAL] or [#RETURNED].
    public int state() {
        return state;
    }

    /// Whether every byte of it was zero when it was taken.
    public boolean isZero() {
        return zero;
    }

    /// Whether a page is one of its.
    boolean contains(long page) {
        return page >= start && page - start < pages;
    }

    void reset(long start, long pages, int state) {
        this.start = start;
        this.pages = pages;
        this.state = state;
        zero = false;
        chain = 0;
        fresh = 0;
        limit = 0;
        out = 0;
        kind = 0;
        special = false;
    }
}
