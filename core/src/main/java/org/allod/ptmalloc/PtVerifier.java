package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.HashSet;
import java.util.Set;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;

/// Checks the invariants of the package's page.
///
/// Needs quiet, and the locks of all arenas.
final class PtVerifier {
    private final PtRequests requests;
    private final PtHeaps heaps;
    private final PtWalk walk;

    /// Chunks of an arena in its bins, not found among its chunks yet.
    private final Set<Long> binned = new HashSet<>();

    private long blocksOut;
    private long bytesOut;

    PtVerifier(PtRequests requests) {
        this.requests = requests;
        this.heaps = requests.heaps;
        this.walk = new PtWalk(requests);
    }

    void verify() {
        for (PtArena arena : requests.arenas.all()) {
            blocksOut = bytesOut = 0;
            binned.clear();
            for (int bin = PtBins.UNSORTED; bin < PtBins.count(); bin++) checkBin(arena.bins, bin);
            for (int heap = 0; heap < heaps.count(); heap++) {
                if (heaps.opened(heap) != 0 && heaps.arena(heap) == arena) checkHeap(arena, heap);
            }
            if (!binned.isEmpty()) {
                throw broken(binned.iterator().next(), "pt.I10: a chunk in a bin is no free one");
            }
            checkTop(arena);
            if (blocksOut != arena.blocksOut || bytesOut != arena.bytesOut) {
                throw broken(
                        arena.top.chunk(),
                        "pt.I10: chunks out of arena "
                                + arena.number
                                + ", found "
                                + blocksOut
                                + " of "
                                + bytesOut
                                + " bytes, expected "
                                + arena.blocksOut
                                + " of "
                                + arena.bytesOut);
            }
        }
        for (PtCache cache : requests.caches.all()) {
            if (cache.record() != NULL) checkCache(cache);
        }
        checkRuns();
    }

    private Error broken(long chunk, String invariant) {
        return heaps.fault.chunk(chunk, invariant);
    }

    // ---- chunks ----

    private void checkHeap(PtArena arena, int heap) {
        long end = heaps.opened(heap) & -PtChunk.ALIGNMENT;
        boolean prevUsed = true;
        for (long chunk = walk.firstChunk(heap); chunk != arena.top.chunk(); ) {
            if (end - chunk <= PtChunk.FENCE) return;
            long size = walk.checkedSize(chunk, end);
            if (PtChunk.isPrevUsed(chunk) != prevUsed || !PtChunk.isPlain(PtChunk.head(chunk))) {
                throw broken(chunk, "pt.I1: flags that are not those of its neighbour");
            }
            boolean used = PtChunk.isPrevUsed(chunk + size);
            checkPages(chunk, used ? size : Math.min(size, PtChunk.LINKS_END));
            if (!used) {
                checkFree(chunk, size, prevUsed);
            } else if (size != PtChunk.FENCE && !walk.isFast(chunk)) {
                blocksOut++;
                bytesOut += size;
            }
            prevUsed = used;
            chunk += size;
        }
        if (!prevUsed) throw broken(arena.top.chunk(), "pt.I7: a free chunk before the free end");
    }

    private void checkPages(long chunk, long bytes) {
        long page = Region.pageSize();
        for (long at = chunk; at < chunk + bytes; at = (at & -page) + page) {
            if (!heaps.region.isCommitted(at)) {
                throw broken(chunk, "pt.I11: a page that is needed is not committed");
            }
        }
    }

    private void checkFree(long chunk, long size, boolean prevUsed) {
        if (!prevUsed) throw broken(chunk, "pt.I3: two free chunks are neighbours");
        if (PtChunk.prevSize(chunk + size) != size) {
            throw broken(chunk, "pt.I2: the sizes at a free block's ends differ");
        }
        if (!binned.remove(chunk)) throw broken(chunk, "pt.I10: a free chunk is in no bin");
    }

    private void checkTop(PtArena arena) {
        PtTop top = arena.top;
        long end = heaps.opened(top.heap()) & -PtChunk.ALIGNMENT;
        if (top.chunk() + top.size() != end || top.size() < PtChunk.MIN) {
            throw broken(top.chunk(), "pt.I7: the free end is not what is left of its heap");
        }
        checkPages(top.chunk(), PtChunk.MIN);
        for (int index = 0; index < PtFast.COUNT; index++) {
            long at = arena.fast.head(index);
            for (; at != NULL; at = arena.fast.next(at, index + 2L << 4)) {
                if (PtChunk.key(PtChunk.address(at)) != ~heaps.key) {
                    throw broken(at, "pt.I6: a block in a fastbin was written to");
                }
            }
        }
    }

    // ---- bins ----

    private void checkBin(PtBins bins, int bin) {
        long header = bins.header(bin);
        long before = header;
        long chunk = bins.checked(PtChunk.fd(header), header);
        if (chunk != header && bin != PtBins.UNSORTED && !bins.isMarked(bin)) {
            throw broken(chunk, "pt.I4: a bin that has chunks is not marked");
        }
        for (; chunk != header; chunk = bins.checked(PtChunk.fd(chunk), chunk)) {
            if (PtChunk.bk(chunk) != before) {
                throw broken(chunk, "pt.I4: the links of a free block do not meet");
            }
            if (!binned.add(chunk)) throw broken(chunk, "pt.I10: a free chunk is in two bins");
            if (bin != PtBins.UNSORTED) checkSorted(bin, chunk, before, header);
            before = chunk;
        }
        if (PtChunk.bk(header) != before) {
            throw broken(before, "pt.I4: the links of a free block do not meet");
        }
        if (bin >= PtBins.binOf(PtChunk.LARGE)) checkRing(bins, header);
    }

    private void checkSorted(int bin, long chunk, long before, long header) {
        long size = PtChunk.size(chunk);
        if (PtBins.binOf(size) != bin) throw broken(chunk, "pt.I3: a size that is not of its bin");
        if (bin < PtBins.binOf(PtChunk.LARGE) || before == header) return;
        if (PtChunk.size(before) < size) throw broken(chunk, "pt.I5: sizes out of order");
    }

    /// The first chunk of each size is on the ring, in the order of the list; no other is.
    private void checkRing(PtBins bins, long header) {
        long first = PtChunk.fd(header);
        if (first == header) return;
        long ring = first;
        long size = 0;
        for (long chunk = first; chunk != header; chunk = PtChunk.fd(chunk)) {
            boolean heads = PtChunk.size(chunk) != size;
            size = PtChunk.size(chunk);
            if (heads != (PtChunk.fdSizes(chunk) != NULL) || heads && chunk != ring) {
                throw broken(chunk, "pt.I5: the ring of sizes does not meet");
            }
            if (heads) {
                long next = bins.checked(PtChunk.fdSizes(chunk), chunk);
                if (PtChunk.bkSizes(next) != chunk) {
                    throw broken(chunk, "pt.I5: the ring of sizes does not meet");
                }
                ring = next;
            }
        }
        if (ring != first) throw broken(ring, "pt.I5: the ring of sizes does not meet");
    }

    // ---- caches, runs ----

    private void checkCache(PtCache cache) {
        for (int index = 0; index < PtCache.COUNT; index++) {
            int count = 0;
            long at = cache.head(index);
            for (; at != NULL; at = cache.below(index, at), count++) {
                long chunk = PtChunk.ofAddress(at);
                if (PtChunk.size(chunk) != PtCache.sizeOf(index)
                        || PtChunk.key(at) != heaps.key
                        || walk.kindOf(chunk) != Kind.CACHED) {
                    throw broken(chunk, "pt.I8: a cached block was written to");
                }
            }
            if (count != cache.count(index)) {
                throw broken(
                        PtChunk.ofAddress(cache.record()),
                        "pt.I8: " + count + " blocks cached, expected " + cache.count(index));
            }
        }
    }

    private void checkRuns() {
        PtRuns runs = requests.runs;
        long from = heaps.frontier();
        for (int i = 0; i < runs.count(); i++) {
            long chunk = runs.chunk(i);
            if (runs.find(PtChunk.address(chunk)) != i || runs.start(i) < from) {
                throw broken(chunk, "pt.I9: direct runs overlap");
            }
            from = runs.start(i) + runs.length(i);
        }
    }
}
