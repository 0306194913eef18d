package org.allod.hoard;

import java.util.BitSet;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;

/// Shows what is where: superblocks block by block, runs of pages, and what is neither.
///
/// ```
///   superblock   │ USED │ FREE │ USED │ CACHED │ ... │ OVERHEAD: not cut yet, tail │
///   run          │ USED                 │
///   other pages  │ FREE
/// ```
///
/// Needs quiet.
final class HoardWalk {
    private static final int UNIT_LOG2 = 4;

    private final HoardRequests requests;
    private final HoardTable table;
    private final HoardPages pages;
    private final Region region;

    /// Blocks in buffers, by their address in units of 16 bytes.
    private final BitSet cached = new BitSet();

    HoardWalk(HoardRequests requests) {
        this.requests = requests;
        this.table = requests.table;
        this.pages = requests.pages;
        this.region = pages.region;
    }

    /// As [org.allod.Allocator#walk].
    void walk(BlockVisitor visitor) {
        for (HoardCache cache : requests.caches.all()) {
            for (int c = 0; c < table.sizes.count; c++) note(cache, c);
        }
        for (long at = region.base(), next; at < region.end(); at = next) {
            next =
                    HoardTable.classOf(table.tagAt(at)) >= 0
                            ? superblock(at, visitor)
                            : run(at, visitor);
        }
    }

    private void note(HoardCache cache, int sizeClass) {
        int count = cache.count(sizeClass);
        for (int i = 0; i < count; i++) cached.set(unit(cache.block(sizeClass, i)));
    }

    private int unit(long block) {
        return (int) (block - table.origin >>> UNIT_LOG2);
    }

    private long superblock(long start, BlockVisitor visitor) {
        long tag = table.tagAt(start);
        long end = start + table.sizes.bytes;
        if (HoardTable.isEmpty(tag)) {
            visitor.block(start, table.sizes.bytes, Kind.FREE);
            return end;
        }
        int size = table.sizes.size(HoardTable.classOf(tag));
        long limit = start + HoardTable.cut(tag);
        for (long block = start; block < limit; block += size) {
            visitor.block(block, size, kind(block));
        }
        if (limit < end) visitor.block(limit, end - limit, Kind.OVERHEAD);
        return end;
    }

    private Kind kind(long block) {
        if (table.isFree(block)) return Kind.FREE;
        return cached.get(unit(block)) ? Kind.CACHED : Kind.USED;
    }

    /// A run of pages, or what is free up to the next one or to the next superblock.
    private long run(long start, BlockVisitor visitor) {
        long page = pages.pageOf(start);
        int kind = pages.address(page) == start ? requests.bigs.kind(page) : 0;
        if (kind != 0) {
            long bytes = requests.bigs.count(page) << pages.shift;
            visitor.block(start, bytes, Kind.USED);
            return start + bytes;
        }
        long end = page + 1;
        boolean whole = pages.address(page) >= region.base() && end <= pages.end();
        while (whole && end < pages.end() && !pages.isTaken(end)) end++;
        long limit = Math.min(region.end(), pages.address(end));
        visitor.block(start, limit - start, whole ? Kind.FREE : Kind.OVERHEAD);
        return limit;
    }

    /// As [org.allod.Allocator#stats].
    static AllocatorStats stats(HoardRequests requests, long failures) {
        Region region = requests.pages.region;
        HoardCensus census = requests.caches.census();
        HoardHeaps heaps = requests.heaps;
        HoardBigs bigs = requests.bigs;
        long allocations = census.pops() + heaps.allocations() + bigs.allocations();
        long frees = census.pushes() + heaps.frees() + bigs.frees();
        return AllocatorStats.builder()
                .live(-1, Math.max(0, heaps.used() - census.bytes()) + bigs.live())
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(requests.metadata(), region.committedMax() + requests.metadataMax())
                .cached(census.blocks(), census.bytes())
                .calls(allocations, frees, census.resizes(), failures)
                .build();
    }
}
