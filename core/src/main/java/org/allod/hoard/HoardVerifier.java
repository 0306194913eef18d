package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.CorruptHeapError;

/// Checks Hoard's own invariants, by number. Needs quiet.
final class HoardVerifier {
    private final HoardRequests requests;
    private final HoardTable table;

    HoardVerifier(HoardRequests requests) {
        this.requests = requests;
        this.table = requests.table;
    }

    void verify() {
        long superblocks = 0;
        for (int i = 0; i < requests.heaps.count(); i++) {
            superblocks += verify(requests.heaps.get(i));
        }
        if (superblocks != requests.heaps.superblocks()) {
            throw broken(0, "hoard.I1: " + superblocks + " superblocks in heaps");
        }
        for (HoardCache cache : requests.caches.all()) verify(cache);
    }

    /// Checks one heap; how many superblocks it has.
    private long verify(HoardHeap heap) {
        heap.lock();
        try {
            long used = 0;
            long held = 0;
            long count = 0;
            for (int group = 0; group <= HoardSizes.GROUPS; group++) {
                for (int c = 0; c < table.sizes.count; c++) {
                    long prev = NULL;
                    for (long sb = heap.groups.head(group, c); sb != NULL; sb = table.next(sb)) {
                        check(heap, sb, c, group);
                        if (table.prev(sb) != prev) throw broken(sb, "hoard.I3: links of a group");
                        used += table.used(sb);
                        held += table.committed(sb);
                        count++;
                        prev = sb;
                    }
                }
            }
            long empties = 0;
            for (long sb = heap.firstEmpty(); sb != NULL; sb = table.next(sb)) {
                if (table.tag(sb) != emptyTag(heap)) throw broken(sb, "hoard.I3: not empty");
                held += table.committed(sb);
                empties++;
            }
            if (empties != heap.empties()) throw broken(0, "hoard.I3: number of empty ones");
            count += empties;
            if (used != heap.used() || held != heap.held()) {
                throw broken(0, "hoard.I1: u and a of heap " + heap.number);
            }
            if (heap.number != 0 && heap.isSettled() && heap.isTooEmpty()) {
                throw broken(
                        0,
                        "hoard.I2: heap %d has u=%d, a=%d"
                                .formatted(heap.number, used, heap.held()));
            }
            return count;
        } finally {
            heap.unlock();
        }
    }

    private static long emptyTag(HoardHeap heap) {
        return HoardTable.key(heap.number, HoardTable.EMPTY - 1) << HoardTable.CLASS_SHIFT;
    }

    private void check(HoardHeap heap, long sb, int sizeClass, int group) {
        long tag = table.tag(sb);
        if (HoardTable.heapOf(tag) != heap.number || HoardTable.classOf(tag) != sizeClass) {
            throw broken(sb, "hoard.I1: in a heap or class that its tag does not name");
        }
        int size = table.sizes.size(sizeClass);
        int used = table.used(sb);
        int cut = HoardTable.cut(tag);
        int blocks = 0;
        long start = table.start(sb);
        for (int unit = 0; unit < table.sizes.bytes; unit += HoardSizes.ALIGNMENT) {
            if (!table.isFree(start + unit)) continue;
            table.checkBlock(start + unit, 0);
            blocks++;
        }
        if (blocks != table.free(sb)) throw broken(sb, "hoard.I5: " + blocks + " bits");
        int free = blocks * size;
        if (used + free != cut || cut > table.committed(sb)) {
            throw broken(sb, "hoard.I4: used %d, free %d, cut %d".formatted(used, free, cut));
        }
        boolean full = free == 0 && cut + size > table.sizes.bytes;
        int expected = full ? HoardSizes.GROUPS : used >>> table.sizes.groupShift;
        if (group == HoardSizes.GROUPS && expected == group - 1) expected = group;
        if (used == 0 || group != expected || table.group(sb) != group) {
            throw broken(sb, "hoard.I3: group %d, used %d".formatted(group, used));
        }
    }

    private void verify(HoardCache cache) {
        for (int c = 0; c < table.sizes.count; c++) {
            for (int i = 0; i < cache.count(c); i++) {
                long block = cache.block(c, i);
                cache.checkFree(block);
                table.checkBlock(block, 0);
                if (HoardTable.classOf(table.tagAt(block)) != c || table.isFree(block)) {
                    throw broken(block, "hoard.I6: a buffer's block of another class, or free");
                }
            }
        }
    }

    private CorruptHeapError broken(long header, String what) {
        long address = table.isHeader(header) ? table.start(header) : header;
        return HoardFault.at(address, what);
    }
}
