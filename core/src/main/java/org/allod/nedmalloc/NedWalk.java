package org.allod.nedmalloc;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;

/// Shows what is where: each space's own walk, with its blocks told apart.
///
/// ```
///   space 0's walk            │ space 2's walk      │ space 1's walk      │
///   used: live    ──► USED      used: cached ──► CACHED
///         a cache's record or a space's lock ──► OVERHEAD
/// ```
///
/// Needs quiet.
final class NedWalk {
    private final Region region;
    private final NedMarks marks;
    private final NedSpace[] spaces;

    /// Addresses of blocks that no caller has.
    private final Set<Long> own = new HashSet<>();

    NedWalk(Region region, NedMarks marks, NedSpaces spaces, NedCaches caches) {
        this.region = region;
        this.marks = marks;
        this.spaces = spaces.all().clone();
        Arrays.sort(this.spaces, Comparator.comparingLong(space -> space.start));
        for (NedSpace space : this.spaces) own.add(space.lockBlock);
        for (NedCache cache : caches.all()) own.add(cache.record());
    }

    /// As [org.allod.Allocator#walk].
    void walk(BlockVisitor visitor) {
        for (int i = 0; i < spaces.length; i++) {
            long start = spaces[i].start;
            long end = i + 1 < spaces.length ? spaces[i + 1].start : region.end();
            spaces[i].heap.walk((address, bytes, kind) -> {
                long from = Math.max(start, address);
                long to = Math.min(end, address + bytes);
                if (from < to) visitor.block(from, to - from, kindOf(address, kind));
            });
        }
    }

    private Kind kindOf(long address, Kind kind) {
        if (kind != Kind.USED) return kind;
        if (own.contains(address)) return Kind.OVERHEAD;
        return marks.usableCached(address) >= 0 ? Kind.CACHED : Kind.USED;
    }

    /// As [org.allod.Allocator#stats]: what spaces and caches counted, less what is nobody's.
    static AllocatorStats stats(Region region, NedSpaces spaces, NedCaches caches, long failures) {
        NedCensus census = caches.census();
        long allocations = census.hits() - census.recordsMade();
        long frees = census.frees() - census.released() - census.recordsGone();
        long reallocations = census.kept();
        long granted = -census.recordBytes() - census.bytes();
        for (NedSpace space : spaces.all()) {
            AllocatorStats its = space.stats();
            allocations += its.allocations() - space.lockBlocks();
            frees += its.frees();
            reallocations += its.reallocations();
            granted += its.granted() - space.lockBytes();
        }
        return AllocatorStats.builder()
                .live(-1, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .cached(census.blocks(), census.bytes())
                .calls(allocations, frees, reallocations, failures)
                .build();
    }
}
