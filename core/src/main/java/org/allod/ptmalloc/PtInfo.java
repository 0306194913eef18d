package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.ArrayList;
import java.util.List;
import org.allod.Region;

/// Counts what arenas hold: [MallInfo2] and [ArenaInfo].
///
/// Locks one arena after the other. O(free chunks + pages).
final class PtInfo {
    private final PtRequests requests;
    private final PtHeaps heaps;

    PtInfo(PtRequests requests) {
        this.requests = requests;
        this.heaps = requests.heaps;
    }

    /// Of every arena.
    List<ArenaInfo> arenas() {
        List<ArenaInfo> all = new ArrayList<>();
        for (PtArena arena : requests.arenas.all()) {
            long cached = cachedBytes(arena);
            arena.lock();
            try {
                all.add(of(arena, cached));
            } finally {
                arena.unlock();
            }
        }
        return all;
    }

    private long cachedBytes(PtArena arena) {
        long bytes = 0;
        for (PtCache cache : requests.caches.all()) {
            if (cache.arena != arena || cache.record() == NULL) continue;
            for (int index = 0; index < PtCache.COUNT; index++) {
                bytes += cache.count(index) * PtCache.sizeOf(index);
            }
        }
        return bytes;
    }

    private ArenaInfo of(PtArena arena, long cached) {
        long[] fast = new long[2];
        for (int index = 0; index < PtFast.COUNT; index++) {
            long size = index + 2L << 4;
            long at = arena.fast.head(index);
            for (; at != NULL; at = arena.fast.next(at, size)) {
                fast[0]++;
                fast[1] += size;
            }
        }
        long[] rest = new long[3];
        for (int bin = PtBins.UNSORTED; bin <= PtBins.count(); bin++) countBin(arena, bin, rest);
        long top = arena.top.chunk();
        rest[2] += wholePages(top, arena.top.size());
        int count = 0;
        long committed = 0;
        for (int heap = 0; heap < heaps.count(); heap++) {
            if (heaps.opened(heap) == 0 || heaps.arena(heap) != arena) continue;
            count++;
            committed += pages(heaps.start(heap), heaps.opened(heap));
        }
        return new ArenaInfo(
                arena.number,
                arena.threads,
                count,
                arena.top.systemBytes(),
                arena.top.systemBytesMax(),
                arena.blocksOut,
                arena.bytesOut,
                cached,
                fast[0],
                fast[1],
                rest[0],
                rest[1],
                arena.top.size(),
                committed,
                rest[2]);
    }

    private void countBin(PtArena arena, int bin, long[] sums) {
        long header = arena.bins.header(bin);
        for (long chunk = PtChunk.fd(header); chunk != header; chunk = PtChunk.fd(chunk)) {
            arena.bins.checked(chunk, header);
            long size = PtChunk.size(chunk);
            sums[0]++;
            sums[1] += size;
            sums[2] += wholePages(chunk, size);
        }
    }

    /// Bytes of committed pages that lie wholly in what a free chunk does not use.
    private long wholePages(long chunk, long size) {
        long page = Region.pageSize();
        return pages(PtHeaps.upToPage(chunk + PtChunk.LINKS_END), chunk + size & -page);
    }

    private long pages(long from, long end) {
        long page = Region.pageSize();
        long bytes = 0;
        for (long at = from; at < end; at += page) {
            if (heaps.region.isCommitted(at)) bytes += page;
        }
        return bytes;
    }

    /// Of all arenas together.
    MallInfo2 mallinfo2() {
        long[] sums = new long[6];
        long keep = 0;
        for (ArenaInfo arena : arenas()) {
            sums[0] += arena.systemBytes();
            sums[1] += arena.restChunks() + 1;
            sums[2] += arena.fastChunks();
            sums[3] += arena.fastBytes();
            sums[4] += arena.fastBytes() + arena.restBytes() + arena.topBytes();
            if (arena.number() == 0) keep = arena.topBytes();
        }
        PtRuns runs = requests.runs;
        return new MallInfo2(
                sums[0],
                sums[1],
                sums[2],
                runs.count(),
                runs.bytes(),
                0,
                sums[3],
                sums[0] - sums[4],
                sums[4],
                keep);
    }
}
