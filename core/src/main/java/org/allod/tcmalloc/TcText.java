package org.allod.tcmalloc;

import java.util.Locale;
import org.allod.parts.PageHeap;
import org.allod.parts.Span;

/// The heap's state as gperftools prints it.
///
/// Source: spec 1.8.
record TcText(TcRequests requests, TcProperties properties) {
    private static final String RULE = "------------------------------------------------\n";

    String text(int level) {
        StringBuilder text = new StringBuilder();
        sums(text.append(RULE));
        if (level >= 2) {
            classes(text.append(RULE));
            pageHeap(text.append(RULE));
        }
        return text.append(RULE).toString();
    }

    private void sums(StringBuilder text) {
        long application = properties.granted();
        long free = properties.get("tcmalloc.pageheap_free_bytes");
        long central = properties.central();
        long transfer = properties.transfer();
        long cached = properties.cached();
        long tables = requests.tableBytes();
        long released = properties.get("tcmalloc.pageheap_unmapped_bytes");
        long actual = application + free + central + transfer + cached + tables;
        line(text, ' ', application, "Bytes in use by application");
        line(text, '+', free, "Bytes in page heap freelist");
        line(text, '+', central, "Bytes in central cache freelist");
        line(text, '+', transfer, "Bytes in transfer cache freelist");
        line(text, '+', cached, "Bytes in thread cache freelists");
        line(text, '+', tables, "Bytes in malloc metadata");
        text.append("MALLOC:   ------------\n");
        line(text, '=', actual, "Actual memory used (physical + swap)");
        line(text, '+', released, "Bytes released to OS (aka unmapped)");
        text.append("MALLOC:   ------------\n");
        line(text, '=', actual + released, "Virtual address space used");
        text.append("MALLOC:\n");
        count(text, spans(), "Spans in use");
        count(text, requests.caches.all().size(), "Thread heaps in use");
        count(text, TcClasses.PAGE, "Tcmalloc page size");
    }

    private static void line(StringBuilder text, char sign, long bytes, String what) {
        double mebibytes = bytes / 1048576.0;
        text.append(
                String.format(
                        Locale.ROOT,
                        "MALLOC: %c %12d (%7.1f MiB) %s%n",
                        sign,
                        bytes,
                        mebibytes,
                        what));
    }

    private static void count(StringBuilder text, long number, String what) {
        text.append(String.format(Locale.ROOT, "MALLOC:   %12d              %s%n", number, what));
    }

    private long spans() {
        long spans = requests.largeBlocks.get();
        for (int c = 0; c < TcClasses.COUNT; c++) spans += requests.centrals.of(c).spans();
        return spans;
    }

    /// Free blocks of each class, with the sum up to it.
    private void classes(StringBuilder text) {
        text.append("Total size of freelists for per-thread and central caches, by class\n");
        double sum = 0;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            TcCentral list = requests.centrals.of(c);
            long blocks = list.blocksInSpans() + list.blocksInSlots();
            for (TcCache cache : requests.caches.all()) blocks += cache.length(c);
            if (blocks == 0) continue;
            double mebibytes = blocks * list.size / 1048576.0;
            sum += mebibytes;
            text.append(
                    String.format(
                            Locale.ROOT,
                            "class %3d [ %8d bytes ] : %8d objs; %5.1f MiB; %5.1f cum MiB%n",
                            c + 1,
                            list.size,
                            blocks,
                            mebibytes,
                            sum));
        }
    }

    /// Free spans of each length, normal and returned.
    private void pageHeap(StringBuilder text) {
        PageHeap heap = requests.heap;
        text.append(
                String.format(
                        Locale.ROOT,
                        "PageHeap: %.1f MiB free; %.1f MiB unmapped%n",
                        heap.pagesFree() / 128.0,
                        heap.pagesReturned() / 128.0));
        for (long length = 1; length <= 129; length++) {
            long normal = heap.freeSpans(length, Span.NORMAL);
            long returned = heap.freeSpans(length, Span.RETURNED);
            if (normal + returned == 0) continue;
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s%4d pages * %6d spans, %6d of them unmapped%n",
                            length > 128 ? ">" : " ",
                            Math.min(length, 128),
                            normal + returned,
                            returned));
        }
    }
}
