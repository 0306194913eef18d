package org.allod.parts;

import org.allod.CorruptHeapError;

/// Checks a page heap's invariants, by number.
final class PageHeapVerifier {
    private final String owner;
    private final PageHeap heap;

    PageHeapVerifier(String owner, PageHeap heap) {
        this.owner = owner;
        this.heap = heap;
    }

    void verify() {
        long[] pages = new long[3];
        long[] spans = new long[3];
        Span before = null;
        for (long page = 0; page < heap.pagesSystem(); ) {
            Span span = heap.startingAt(page);
            if (span == null || span.start != page || span.pages < 1) {
                throw broken(page, "pages.I1: no span begins here, expected one");
            }
            if (heap.startingAt(page + span.pages - 1) != span) {
                throw broken(page, "pages.I1: the last page of the span is not its own");
            }
            if (before != null && before.state == span.state && span.state != Span.USED) {
                throw broken(page, "pages.I2: two free neighbours of one state");
            }
            pages[span.state] += span.pages;
            spans[span.state]++;
            before = span;
            page += span.pages;
        }
        check("used", pages[Span.USED], heap.pagesUsed());
        check("free", pages[Span.NORMAL], heap.pagesFree());
        check("returned", pages[Span.RETURNED], heap.pagesReturned());
        check("free spans", spans[Span.NORMAL], listed(Span.NORMAL));
        check("returned spans", spans[Span.RETURNED], listed(Span.RETURNED));
    }

    private long listed(int state) {
        SpanBins bins = heap.binsOf(state);
        long count = 0;
        for (int length = 1; length <= SpanBins.EXACT_MAX; length++) {
            SpanList list = bins.listOf(length);
            for (Span span = list.first(); span != null; span = list.next(span)) {
                if (span.state != state || span.pages != length) {
                    throw broken(span.start, "pages.I3: in the list of another state or length");
                }
                count++;
            }
        }
        for (Span span : bins.longSpans()) {
            if (span.state != state || span.pages <= SpanBins.EXACT_MAX) {
                throw broken(span.start, "pages.I3: in the set of another state or length");
            }
            count++;
        }
        return count;
    }

    private void check(String what, long found, long counted) {
        if (found == counted) return;
        String text = "pages.I3: " + what + "=" + found + ", expected " + counted + " as counted";
        throw broken(0, text);
    }

    private CorruptHeapError broken(long page, String text) {
        return new CorruptHeapError(owner, heap.map().address(page), text);
    }
}
