package org.allod.jemalloc;

import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// Checks every invariant, by number. Needs quiet.
final class JeVerifier {
    private final JeRequests requests;
    private final Space space;
    private final JeWalk walk;
    private final long[][] taken;
    private long blocksCached;

    JeVerifier(JeRequests requests) {
        this.requests = requests;
        this.space = requests.space;
        this.walk = new JeWalk(requests);
        this.taken = new long[requests.arenas.all().length][JeClasses.SMALL];
    }

    void verify() {
        for (JeCache cache : requests.caches.all()) cache.verify();
        walk.walk((address, bytes, kind) -> {
            boolean live = requests.blocks.kind(address) != 0;
            switch (kind) {
                case USED -> {
                    if (!live) throw JeFault.at(address, "je.I5: expected a live block");
                }
                case CACHED -> {
                    if (live) throw JeFault.at(address, "je.I5: expected no live block in a cache");
                    blocksCached++;
                }
                case FREE -> {
                    if (live) throw JeFault.at(address, "je.I5: expected a free one not live");
                }
                case OVERHEAD -> {}
            }
        });
        if (blocksCached != walk.cached().size()) {
            throw JeFault.at(
                    space.base(), "je.I3: expected every cached block in a slab or extent in use");
        }
        extents();
        for (JeArena arena : requests.arenas.all()) bins(arena);
    }

    private void extents() {
        long frontier = space.frontier();
        Extent before = null;
        for (long at = space.base(); at < frontier; ) {
            Extent extent = space.starting(at);
            space.verify(extent, before);
            if (extent.isSlab()) {
                int out = extent.regions() - extent.regionsFree();
                if (out == 0) throw JeFault.at(at, "je.I1: expected no empty slab in use");
                taken[extent.arena][extent.sizeClass()] += out;
            }
            before = extent;
            at = extent.end();
        }
    }

    private void bins(JeArena arena) {
        for (JeBin bin : arena.bins) {
            bin.lock.lockToLook();
            try {
                long regions = taken[arena.number][bin.sizeClass];
                if (bin.regionsNow() == regions) continue;
                throw JeFault.at(
                        space.base(),
                        "je.I6: expected %d regions taken of class %d in arena %d, counted %d"
                                .formatted(bin.regionsNow(), bin.sizeClass, arena.number, regions));
            } finally {
                bin.lock.unlock();
            }
        }
    }
}
