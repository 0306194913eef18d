package org.allod.jemalloc;

import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.jemalloc.extent.PageCounts;

/// Sums over all arenas and caches, as of one moment.
final class JeCensus {
    private final JeRequests requests;
    private final Region region;
    private final long failures;
    private long resizes;
    private long allocations;
    private long blocks;
    private long granted;
    private long cachedBlocks;
    private long cachedBytes;
    private long tables;

    JeCensus(JeRequests requests, long failures, long resizes) {
        this.requests = requests;
        this.region = requests.space.region();
        this.failures = failures;
        this.resizes = resizes;
    }

    AllocatorStats stats() {
        requests.caches.lock();
        try {
            caches();
            for (JeArena arena : requests.arenas.all()) {
                for (long gone : arena.goneRequests) allocations += gone;
            }
        } finally {
            requests.caches.unlock();
        }
        for (JeArena arena : requests.arenas.all()) arena(arena);
        tables += requests.space.tableBytes();
        return AllocatorStats.builder()
                .live(-1, granted - cachedBytes)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(tables, region.committedMax() + tables)
                .cached(cachedBlocks, cachedBytes)
                .calls(allocations, allocations - (blocks - cachedBlocks), resizes, failures)
                .build();
    }

    private void caches() {
        int cached = requests.caches.tuning.cached;
        resizes += requests.caches.resizes();
        for (JeCache cache : requests.caches.all()) {
            tables += cache.tableBytes();
            for (int i = 0; i < cached; i++) {
                allocations += cache.requests(i);
                cachedBlocks += cache.count(i);
                cachedBytes += cache.count(i) * JeClasses.size(i);
            }
        }
    }

    private void arena(JeArena arena) {
        for (JeBin bin : arena.bins) {
            bin.lock.lockToLook();
            try {
                allocations += bin.direct;
                blocks += bin.regionsNow();
                granted += bin.regionsNow() * JeClasses.size(bin.sizeClass);
            } finally {
                bin.lock.unlock();
            }
        }
        for (int i = JeClasses.SMALL; i < JeClasses.COUNT; i++) {
            long gone = arena.largeGone.get(i);
            long now = arena.largeMade.get(i) - gone;
            allocations += arena.largeDirect.get(i);
            blocks += now;
            granted += now * JeClasses.size(i);
        }
        PageCounts pages = arena.pages.counts();
        tables += pages.bits() + JeArena.TABLE_BYTES;
    }
}
