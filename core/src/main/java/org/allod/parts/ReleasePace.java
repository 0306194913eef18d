package org.allod.parts;

/// When free pages go back by themselves, and which ones first.
///
/// A free counts its pages; after enough of them one span goes, from the list of the next length in
/// turn: so that all lengths lose their oldest, and a heap that frees little loses little. Owner
/// thread only.
///
/// Source: gperftools' incremental scavenging, from a description.
final class ReleasePace {
    /// Pages freed before the next try, if there was nothing to release. Source: TCMalloc.
    private static final long DELAY = 1 << 18;

    /// Most pages between two releases. Source: TCMalloc.
    private static final long DELAY_MAX = 1 << 20;

    /// Pages freed for each page released, at rate 1. Source: TCMalloc.
    private static final double PAGES_EACH = 1000;

    /// 1 gives back a page for 1,000 that are freed; 0 nothing.
    double rate = 1;

    private long wait;

    /// Length whose list is next; 0 stands for the longer ones.
    private int next;

    /// Counts pages that were freed; whether a span is to go.
    boolean isDue(long pages) {
        wait -= pages;
        return wait < 0 && rate > 0;
    }

    /// Sets the wait after `pages` went.
    void released(long pages) {
        wait = pages == 0 ? DELAY : (long) Math.min(DELAY_MAX, pages * PAGES_EACH / rate);
    }

    /// The span to go from the next list in turn, or null if that is empty.
    Span pick(SpanBins bins) {
        int length = next;
        next = length == SpanBins.EXACT_MAX ? 0 : length + 1;
        return length == 0 ? bins.longest() : bins.oldestOf(length);
    }
}
