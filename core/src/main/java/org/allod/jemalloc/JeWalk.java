package org.allod.jemalloc;

import java.util.HashSet;
import java.util.Set;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;

/// Shows what is where, in address order.
///
/// ```
///   │ before the first │ slab: USED, CACHED, FREE regions │ pad, USED, pad │ free extent │ not yet
///   │ page: OVERHEAD   │                                  │ OVERHEAD twice │ FREE        │ FREE
/// ```
///
/// Needs quiet.
final class JeWalk {
    private final JeRequests requests;
    private final Space space;
    private final Set<Long> cached = new HashSet<>();

    JeWalk(JeRequests requests) {
        this.requests = requests;
        this.space = requests.space;
        for (JeCache cache : requests.caches.all()) {
            for (int index = 0; index < requests.caches.tuning.cached; index++) {
                for (int at = cache.head(index); at < cache.end(index); at++) {
                    long address = cache.cells()[at];
                    if (!cached.add(address)) {
                        throw JeFault.at(address, "je.I3: expected it once in all caches");
                    }
                }
            }
        }
    }

    /// Whether a block is in a cache.
    boolean isCached(long address) {
        return cached.contains(address);
    }

    /// Blocks in caches.
    Set<Long> cached() {
        return cached;
    }

    /// As [org.allod.Allocator#walk].
    void walk(BlockVisitor visitor) {
        requests.arenas.lockPages();
        try {
            tiles(visitor);
        } finally {
            requests.arenas.unlockPages();
        }
    }

    private void tiles(BlockVisitor visitor) {
        Region region = space.region();
        piece(visitor, region.base(), space.base(), Kind.OVERHEAD);
        long frontier = space.frontier();
        for (long at = space.base(); at < frontier; ) {
            Extent extent = space.starting(at);
            if (extent == null || extent.address() != at) {
                throw JeFault.at(at, "extent.I3: expected an extent to start here");
            }
            show(visitor, extent);
            at = extent.end();
        }
        piece(visitor, frontier, space.end(), Kind.FREE);
        piece(visitor, space.end(), region.end(), Kind.OVERHEAD);
    }

    private void show(BlockVisitor visitor, Extent extent) {
        if (extent.state() != Extent.State.ACTIVE) {
            piece(visitor, extent.address(), extent.end(), Kind.FREE);
        } else if (extent.isSlab()) {
            slab(visitor, extent);
        } else {
            large(visitor, extent);
        }
    }

    private void slab(BlockVisitor visitor, Extent slab) {
        long size = JeClasses.size(slab.sizeClass());
        for (int i = 0; i < slab.regions(); i++) {
            long address = slab.address() + i * size;
            Kind kind = Kind.FREE;
            if (slab.isTaken(i)) kind = isCached(address) ? Kind.CACHED : Kind.USED;
            piece(visitor, address, address + size, kind);
        }
    }

    private void large(BlockVisitor visitor, Extent extent) {
        long address = addressIn(extent);
        long end = address + JeClasses.size(extent.sizeClass());
        piece(visitor, extent.address(), address, Kind.OVERHEAD);
        piece(visitor, address, end, isCached(address) ? Kind.CACHED : Kind.USED);
        piece(visitor, end, extent.end(), Kind.OVERHEAD);
    }

    /// Where the block of a large extent starts: at the one line that is live or in a cache.
    long addressIn(Extent extent) {
        for (long at = extent.address(); at < extent.address() + Space.PAGE; at += 64) {
            if (requests.blocks.kind(at) != 0 || isCached(at)) return at;
        }
        throw JeFault.at(extent.address(), "je.I4: expected a block in the first page");
    }

    private static void piece(BlockVisitor visitor, long from, long to, Kind kind) {
        if (to > from) visitor.block(from, to - from, kind);
    }
}
