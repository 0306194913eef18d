package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.HashSet;
import java.util.Set;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;

/// Shows what is where, in address order, and counts it.
///
/// ```
///  │ info, record │tag│ caller's, │tag│ cached │ free chunk, │ fastbin, │ ... │ top  │ not
///  │ OVERHEAD     │   │ USED      │   │ CACHED │ FREE        │ FREE     │     │ FREE │ OVERHEAD
///  heap
/// ```
///
/// A chunk in use is its tag of 8 bytes and the caller's bytes, which reach 8 bytes into the next
/// chunk: so the pieces of a chunk are those from its tag to the next one's. Needs quiet.
final class PtWalk {
    /// From a chunk to its head, where its pieces start.
    private static final long TAG = PtChunk.PAYLOAD - PtChunk.OVERHEAD;

    private final PtRequests requests;
    private final PtHeaps heaps;
    private final Set<Long> cached = new HashSet<>();
    private final Set<Long> fast = new HashSet<>();
    private final Set<Long> records = new HashSet<>();

    PtWalk(PtRequests requests) {
        this.requests = requests;
        this.heaps = requests.heaps;
        for (PtCache cache : requests.caches.all()) {
            if (cache.record() == NULL) continue;
            records.add(PtChunk.ofAddress(cache.record()));
            for (int index = 0; index < PtCache.COUNT; index++) {
                long at = cache.head(index);
                for (; at != NULL; at = cache.below(index, at)) cached.add(PtChunk.ofAddress(at));
            }
        }
        for (PtArena arena : requests.arenas.all()) {
            for (int index = 0; index < PtFast.COUNT; index++) {
                long at = arena.fast.head(index);
                for (; at != NULL; at = arena.fast.next(at, index + 2L << 4)) fast.add(at);
            }
        }
    }

    /// What a chunk is that is not in a bin by its tags.
    Kind kindOf(long chunk) {
        if (cached.contains(chunk)) return Kind.CACHED;
        if (fast.contains(chunk)) return Kind.FREE;
        return records.contains(chunk) ? Kind.OVERHEAD : Kind.USED;
    }

    /// Whether a chunk is in a fastbin.
    boolean isFast(long chunk) {
        return fast.contains(chunk);
    }

    /// As [org.allod.Allocator#walk].
    void walk(BlockVisitor visitor) {
        Region region = heaps.region;
        long at = region.base();
        for (int heap = 0; heap < heaps.count(); heap++) {
            if (heaps.opened(heap) == 0) continue;
            long first = firstChunk(heap) + TAG;
            piece(visitor, at, first, Kind.OVERHEAD);
            at = chunks(heap, visitor);
        }
        for (int i = 0; i < requests.runs.count(); i++) {
            long address = PtChunk.address(requests.runs.chunk(i));
            piece(visitor, at, address, Kind.OVERHEAD);
            at = address + requests.runs.usable(i);
            piece(visitor, address, at, Kind.USED);
        }
        piece(visitor, at, region.end(), Kind.OVERHEAD);
    }

    /// The first chunk of a heap that is opened.
    long firstChunk(int heap) {
        return heaps.start(heap) + (heaps.before(heap) < 0 ? PtHeaps.FIRST : PtHeaps.INFO);
    }

    private long chunks(int heap, BlockVisitor visitor) {
        PtTop top = heaps.arena(heap).top;
        long end = heaps.opened(heap) & -PtChunk.ALIGNMENT;
        long chunk = firstChunk(heap);
        while (chunk != top.chunk() && end - chunk > PtChunk.FENCE) {
            long size = checkedSize(chunk, end);
            long next = chunk + size + TAG;
            if (size == PtChunk.FENCE) {
                piece(visitor, chunk + TAG, next, Kind.OVERHEAD);
            } else if (!PtChunk.isPrevUsed(chunk + size) || fast.contains(chunk)) {
                piece(visitor, chunk + TAG, next, Kind.FREE);
            } else {
                piece(visitor, chunk + TAG, chunk + PtChunk.PAYLOAD, Kind.OVERHEAD);
                piece(visitor, chunk + PtChunk.PAYLOAD, next, kindOf(chunk));
            }
            chunk += size;
        }
        piece(visitor, chunk + TAG, end, chunk == top.chunk() ? Kind.FREE : Kind.OVERHEAD);
        return end;
    }

    /// Size of a chunk, which must end before `end`.
    long checkedSize(long chunk, long end) {
        long size = PtChunk.size(chunk);
        if (size < PtChunk.FENCE || size > end - chunk) {
            throw heaps.fault.chunk(
                    chunk, "pt.I1: expected a chunk that ends in its heap, found size " + size);
        }
        return size;
    }

    private static void piece(BlockVisitor visitor, long from, long to, Kind kind) {
        if (to > from) visitor.block(from, to - from, kind);
    }

    /// As [org.allod.Allocator#stats].
    static AllocatorStats stats(PtRequests requests, long failures) {
        requests.caches.lock();
        try {
            return summed(requests, failures);
        } finally {
            requests.caches.unlock();
        }
    }

    private static AllocatorStats summed(PtRequests requests, long failures) {
        PtCensus census = requests.caches.census();
        PtRuns runs = requests.runs;
        long allocations = census.hits() + runs.allocations();
        long reallocations = requests.moves.get() + runs.reallocations();
        long granted = runs.usable() - census.bytes() - census.recordBytes();
        long blocks = runs.count() - census.blocks() - census.records();
        for (PtArena arena : requests.arenas.all()) {
            allocations += arena.allocations;
            reallocations += arena.reallocations;
            granted += arena.bytesOut - PtChunk.OVERHEAD * arena.blocksOut;
            blocks += arena.blocksOut;
        }
        Region region = requests.heaps.region;
        return AllocatorStats.builder()
                .live(-1, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(requests.tableBytes(), region.committedMax() + requests.tableBytes())
                .cached(census.blocks(), census.bytes())
                .calls(allocations, allocations - blocks, reallocations, failures)
                .build();
    }
}
