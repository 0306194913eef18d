package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Checks the invariants of the package's page, by number. O(heap), with a table of free chunks.
///
/// Source: spec 1.20, the original's own debug checks.
final class DlVerifier {
    private final String name;
    private final DlRequests requests;
    private final DlHeap heap;
    private final DlBins bins;
    private final DlTree tree;

    /// Free chunks in address order, top and victim aside, and whether a bin had them.
    private long[] free = new long[64];

    private boolean[] binned;
    private int freeCount;

    DlVerifier(String name, DlRequests requests) {
        this.name = name;
        this.requests = requests;
        this.heap = requests.heap;
        this.bins = heap.bins;
        this.tree = heap.tree;
    }

    /// @param blocks live blocks by the caller's count
    void verify(long blocks) {
        checkChunks(blocks - requests.runs.count());
        checkTop();
        binned = new boolean[freeCount];
        for (long size = DlChunk.MIN; size < DlChunk.TREE_MIN; size += DlChunk.ALIGNMENT) {
            checkRing(size);
        }
        for (int bin = 0; bin < DlTree.BINS; bin++) checkTrie(bin);
        for (int i = 0; i < freeCount; i++) {
            expect(binned[i], free[i], "I7: expected a free chunk to be in its bin");
        }
        for (int run = 0; run < requests.runs.count(); run++) {
            requests.runs.find(DlChunk.address(requests.runs.chunk(run)));
        }
    }

    // ---- chunks ----

    private void checkChunks(long blocks) {
        long used = 0;
        long count = 0;
        boolean usedBefore = true;
        boolean victimSeen = heap.dv() == NULL;
        for (long chunk = heap.first(), size; chunk != heap.top(); chunk += size) {
            size = DlWalk.checkedSize(name, heap, chunk);
            long head = DlChunk.head(chunk);
            expect(
                    ((head & DlChunk.P) != 0) == usedBefore,
                    chunk,
                    "I3: expected P to say whether the chunk before is in use");
            boolean inUse = (head & DlChunk.C) != 0;
            expect(
                    isCommitted(chunk, inUse ? size : Math.min(size, DlChunk.LINKS_END)),
                    chunk,
                    "I10: expected pages below a block in use and a free one's links");
            if (inUse) {
                expect(DlChunk.isUsed(head), chunk, "I1: expected no flag but P and C");
                used += size;
                count++;
                usedBefore = true;
            } else {
                expect(usedBefore, chunk, "I3: expected no two free chunks side by side");
                expect(
                        DlChunk.prevFoot(chunk + size) == size,
                        chunk,
                        "I2: expected a free chunk's size behind it");
                usedBefore = false;
                if (chunk == heap.dv()) {
                    victimSeen = true;
                    expect(size == heap.dvSize(), chunk, "I4: expected the victim's size");
                } else {
                    addFree(chunk);
                }
            }
        }
        expect(usedBefore, heap.top(), "I3: expected no free chunk before top");
        expect(victimSeen, heap.dv(), "I4: expected the victim to be a free chunk");
        expect(
                used == heap.used(),
                heap.first(),
                "I8: expected the bytes in use that were counted");
        expect(count == blocks, heap.first(), "I8: expected as many blocks as were handed out");
    }

    private boolean isCommitted(long chunk, long bytes) {
        Region region = requests.pages.region();
        long last = chunk + bytes - 1;
        for (long at = chunk; at < last; at += Region.pageSize()) {
            if (!region.isCommitted(at)) return false;
        }
        return region.isCommitted(last);
    }

    private void addFree(long chunk) {
        if (freeCount == free.length) free = Arrays.copyOf(free, 2 * freeCount);
        free[freeCount++] = chunk;
    }

    private void checkTop() {
        DlPages pages = requests.pages;
        long dv = heap.dv();
        expect((dv == NULL) == (heap.dvSize() == 0), dv, "I4: expected a victim, or none");
        expect(
                DlChunk.head(heap.top()) == (heap.topSize() | DlChunk.P),
                heap.top(),
                "I4: expected top's size in its head, and P");
        expect(
                heap.top() + heap.topSize() + DlPages.TRAILER == pages.frontier()
                        && pages.frontier() <= pages.end(),
                heap.top(),
                "I4: expected top to end before the frontier");
    }

    // ---- bins ----

    private void checkRing(long size) {
        long header = bins.header(size);
        long count = 0;
        for (long chunk = DlChunk.next(header), before = header; ; chunk = DlChunk.next(chunk)) {
            if (chunk != header) {
                checkMember(chunk, "I5");
                expect(DlChunk.size(chunk) == size, chunk, "I5: expected the size of its ring");
            }
            expect(
                    DlChunk.prev(chunk) == before,
                    chunk,
                    "I5: expected a ring's links to be mutual");
            if (chunk == header) break;
            before = chunk;
            count++;
        }
        expect(bins.has(size) == count > 0, header, "I5: expected the bit of a ring that has any");
    }

    /// A chunk that a link leads to is a free one and was not met before. Loads nothing from it.
    private void checkMember(long chunk, String invariant) {
        int at = Arrays.binarySearch(free, 0, freeCount, chunk);
        expect(at >= 0, chunk, invariant + ": expected a free chunk in a bin");
        expect(!binned[at], chunk, "I7: expected a free chunk to be in one bin, once");
        binned[at] = true;
    }

    private void checkTrie(int bin) {
        long root = tree.rootOf(bin);
        long slot = tree.slot(bin);
        expect(
                tree.isMarked(bin) == (root != NULL),
                slot,
                "I6: expected the bit of a bin that has any");
        if (root == NULL) return;
        int bit = Long.SIZE - 1 - DlTree.shift(bin);
        long low = bin == DlTree.BINS - 1 ? 0 : DlTree.sizeMin(bin);
        checkNode(bin, root, slot, low, bit);
    }

    /// @param low least size that belongs below here; the largest is `low` + 2^(`bit` + 1) - 1
    /// @param bit by which the node branches
    private void checkNode(int bin, long node, long parent, long low, int bit) {
        checkMember(node, "I6");
        long size = DlChunk.size(node);
        expect(DlChunk.parent(node) == parent, node, "I6: expected the way up from where it came");
        expect(
                DlTree.bin(size) == bin && DlChunk.bin(node) == bin,
                node,
                "I6: expected a size of its bin");
        expect(
                bit >= Long.SIZE - 2 || size - low < 2L << bit && size >= low,
                node,
                "I6: expected less below child 0 than below child 1");
        long before = node;
        for (long chunk = DlChunk.next(node); chunk != node; chunk = DlChunk.next(chunk)) {
            checkMember(chunk, "I6");
            expect(DlChunk.size(chunk) == size, chunk, "I6: expected one size in a ring");
            expect(DlChunk.parent(chunk) == NULL, chunk, "I6: expected one node in a ring");
            expect(
                    DlChunk.prev(chunk) == before,
                    chunk,
                    "I6: expected a ring's links to be mutual");
            before = chunk;
        }
        expect(DlChunk.prev(node) == before, node, "I6: expected a ring's links to be mutual");
        for (long side = 0; side < 2; side++) {
            long child = DlChunk.child(node, side);
            if (child != NULL) checkNode(bin, child, node, low + (side << bit), bit - 1);
        }
    }

    private void expect(boolean holds, long chunk, String check) {
        if (!holds) throw new CorruptHeapError(name, DlChunk.address(chunk), "dlmalloc." + check);
    }
}
