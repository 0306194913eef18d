package org.allod.tcmalloc;

import java.util.HashSet;
import java.util.Set;
import org.allod.CorruptHeapError;
import org.allod.memory.Memory;
import org.allod.parts.PageHeap;
import org.allod.parts.Span;
import org.allod.parts.SpanList;

/// Checks the heap's invariants, by number; the page heap checks its own. Needs quiet.
final class TcVerifier {
    private final TcRequests requests;
    private final PageHeap heap;

    /// Free blocks that were met.
    private final Set<Long> met = new HashSet<>();

    TcVerifier(TcRequests requests) {
        this.requests = requests;
        this.heap = requests.heap;
    }

    void verify() {
        heap.verify(TcMalloc.NAME);
        long cachedBytes = 0;
        for (TcCache cache : requests.caches.all()) cachedBytes += checkCache(cache);
        for (int c = 0; c < TcClasses.COUNT; c++) checkSlots(requests.centrals.of(c));
        long[] spans = new long[TcClasses.COUNT];
        long[] out = new long[TcClasses.COUNT];
        for (long page = 0; page < heap.pagesSystem(); ) {
            Span span = heap.startingAt(page);
            if (span.state() == Span.USED && span.kind != 0) {
                checkSpan(span, span.kind - 1);
                spans[span.kind - 1]++;
                out[span.kind - 1] += span.out;
            }
            page += span.pages();
        }
        for (int c = 0; c < TcClasses.COUNT; c++) checkCentral(c, spans[c], out[c]);
        long most = requests.caches.budget.total() + budgetSlack();
        if (cachedBytes > most) {
            throw broken(0, "tc.I5: " + cachedBytes + " bytes in caches, expected up to " + most);
        }
    }

    private long budgetSlack() {
        return requests.caches.budget.floor() * requests.caches.all().size();
    }

    private long checkCache(TcCache cache) {
        long bytes = 0;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            int length = checkChain("tc.I1", cache.newest(c), c);
            if (length != cache.length(c)) {
                String text = "tc.I1: " + length + " blocks, expected " + cache.length(c);
                throw broken(cache.newest(c), text);
            }
            bytes += (long) length * TcClasses.BYTES[c];
        }
        if (bytes == cache.bytes()) return bytes;
        throw broken(0, "tc.I1: " + cache.bytes() + " bytes counted, expected " + bytes);
    }

    private void checkSlots(TcCentral list) {
        for (int i = 0; i < list.slotsUsed(); i++) {
            int length = checkChain("tc.I2", list.slot(i), list.sizeClass);
            if (length == list.batch) continue;
            throw broken(list.slot(i), "tc.I2: " + length + " blocks, expected " + list.batch);
        }
    }

    private int checkChain(String invariant, long head, int sizeClass) {
        int length = 0;
        for (long block = head; block != 0; block = Memory.getLong(block)) {
            boolean fits = requests.map.kindAt(block) == sizeClass + 1;
            if (!fits || !requests.isStart(block, sizeClass + 1)) {
                throw broken(block, invariant + ": no block of class " + sizeClass);
            }
            if (!met.add(block)) throw broken(block, invariant + ": a free block met twice");
            length++;
        }
        return length;
    }

    private void checkSpan(Span span, int sizeClass) {
        long start = heap.address(span);
        for (long at = start; at < start + heap.bytes(span); at += TcClasses.PAGE) {
            boolean known = heap.at(at) == span && requests.map.kindAt(at) == span.kind;
            if (!known) throw broken(at, "tc.I3: the page map does not know this page");
        }
        int size = TcClasses.BYTES[sizeClass];
        long chained = checkChain("tc.I3", span.chain, sizeClass);
        long cut = (span.fresh - start) / size;
        if (span.out + chained != cut || span.out == 0) {
            throw broken(start, "tc.I3: " + span.out + " out, " + chained + " in, expected " + cut);
        }
    }

    private void checkCentral(int sizeClass, long spans, long out) {
        TcCentral list = requests.centrals.of(sizeClass);
        long counted = list.blocksOut() + list.blocksInSlots();
        if (list.spans() != spans || counted != out) {
            throw broken(
                    0,
                    "tc.I4: class %d has %d spans, %d out, expected %d, %d"
                            .formatted(sizeClass, list.spans(), counted, spans, out));
        }
        SpanList withRoom = list.withRoom();
        for (Span span = withRoom.first(); span != null; span = withRoom.next(span)) {
            if (span.chain == 0 && span.fresh == span.limit) {
                throw broken(heap.address(span), "tc.I3: has no room, but is among those with");
            }
        }
    }

    private static CorruptHeapError broken(long address, String text) {
        return new CorruptHeapError(TcMalloc.NAME, address, text);
    }
}
