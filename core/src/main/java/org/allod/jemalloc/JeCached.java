package org.allod.jemalloc;

import java.util.HashMap;
import java.util.Map;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// What caches have served and what they hold: free blocks, and the pages that stay for them alone.
///
/// ```
///   slab   │ cached │ free │ cached │ free │    pinned: all of it, until its cache is emptied
///   slab   │ cached │ live │ free   │ free │    not pinned: it would stay without the cache, too
/// ```
///
/// A living thread's cache is its own, so that no background thread can give these pages back.
///
/// Cost: O(blocks in caches). Exact in quiet; else a block that moves meanwhile may be missed.
final class JeCached {
    private final JeTuning tuning;
    private final Space space;
    private final Map<Extent, Integer> slabs = new HashMap<>();
    private final long[] bytesOf;
    private final long[][] served;
    private long blocks;
    private long bytes;
    private long pinned;

    JeCached(JeRequests requests) {
        this.tuning = requests.caches.tuning;
        this.space = requests.space;
        this.bytesOf = new long[requests.arenas.all().length];
        this.served = new long[bytesOf.length][tuning.cached];
        requests.caches.lock();
        try {
            for (JeArena arena : requests.arenas.all()) {
                if (arena.number >= served.length) break;
                System.arraycopy(arena.goneRequests, 0, served[arena.number], 0, tuning.cached);
            }
            for (JeCache cache : requests.caches.all()) count(cache);
        } finally {
            requests.caches.unlock();
        }
        slabs.forEach((slab, count) -> {
            if (slab.isSlab() && slab.regions() - slab.regionsFree() == count) {
                pinned += slab.bytes();
            }
        });
    }

    private void count(JeCache cache) {
        int arena = cache.arena.number;
        if (arena >= served.length) return;
        for (int index = 0; index < tuning.cached; index++) {
            served[arena][index] += cache.requests(index);
            bytesOf[arena] += cache.count(index) * JeClasses.size(index);
            stack(cache, index);
        }
    }

    private void stack(JeCache cache, int index) {
        long[] cells = cache.cells();
        int end = cache.end(index);
        for (int at = cache.head(index); at < end; at++) {
            Extent extent = space.at(cells[at]);
            if (extent == null) continue;
            if (extent.isSlab()) slabs.merge(extent, 1, Integer::sum);
            else pinned += extent.bytes();
            blocks++;
            bytes += JeClasses.size(index);
        }
    }

    /// Blocks in caches.
    long blocks() {
        return blocks;
    }

    /// Bytes of those.
    long bytes() {
        return bytes;
    }

    /// Bytes in caches of threads that have this arena.
    long bytes(JeArena arena) {
        return arena.number < bytesOf.length ? bytesOf[arena.number] : 0;
    }

    /// Requests of a class that caches served which had this arena then.
    long served(JeArena arena, int index) {
        return arena.number < served.length && index < tuning.cached
                ? served[arena.number][index]
                : 0;
    }

    /// Bytes of pages in which nothing lives, and something is in a cache.
    long pinned() {
        return pinned;
    }
}
