package org.allod.jemalloc;

import java.util.HashMap;
import java.util.Map;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// What caches hold: free blocks, and the pages that stay for them alone.
///
/// ```
///   slab   │ cached │ free │ cached │ free │    pinned: all of it, until its cache is emptied
///   slab   │ cached │ live │ free   │ free │    not pinned: it would stay without the cache, too
/// ```
///
/// A living thread's cache is its own, so that no background thread can give these pages back.
///
/// Cost: O(blocks in caches). Exact in quiet; else a block that moves meanwhile may be missed.
final class JePins {
    private final JeTuning tuning;
    private final Space space;
    private final Map<Extent, Integer> slabs = new HashMap<>();
    private final long[] bytesOf;
    private long blocks;
    private long bytes;
    private long pinned;

    JePins(JeRequests requests) {
        this.tuning = requests.caches.tuning;
        this.space = requests.space;
        this.bytesOf = new long[requests.arenas.all().length];
        for (JeCache cache : requests.caches.all()) {
            for (int index = 0; index < tuning.cached; index++) stack(cache, index);
        }
        slabs.forEach((slab, count) -> {
            if (slab.isSlab() && slab.regions() - slab.regionsFree() == count) {
                pinned += slab.bytes();
            }
        });
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
            bytesOf[cache.arena.number] += JeClasses.size(index);
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

    /// Bytes of pages in which nothing lives, and something is in a cache.
    long pinned() {
        return pinned;
    }
}
