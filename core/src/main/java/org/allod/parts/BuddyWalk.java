package org.allod.parts;

import static org.allod.Allocator.NULL;

import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Walks and checks the blocks of a grid. Owner thread only, in quiet. O(blocks).
public final class BuddyWalk {
    private final BuddyBlocks blocks;
    private final BuddyGrid grid;
    private final long[] freeOfOrder = new long[Long.SIZE];
    private long granted;
    private long used;

    private BuddyWalk(BuddyGrid grid, BuddyBlocks blocks) {
        this.blocks = blocks;
        this.grid = grid;
    }

    /// Shows the pieces of each region. A block that crosses from one region into the next is one
    /// piece.
    ///
    /// @param end first address that is not carved into blocks; what follows is overhead
    public static void walk(BuddyGrid grid, BuddyBlocks blocks, long end, BlockVisitor visitor) {
        long unit = grid.unit();
        long at = Long.MIN_VALUE;
        for (Region region : grid.regions().all()) {
            at = Math.max(at, region.base());
            long start = Math.min(grid.start(region), region.end());
            if (start > at) {
                visitor.block(at, start - at, Kind.OVERHEAD);
                at = start;
            }
            while (at + unit <= region.end() && at < end) {
                int tag = blocks.tag(at);
                if (tag == 0) throw noBlock(blocks, at);
                long size = 1L << BuddyTag.order(tag);
                visitor.block(at, size, BuddyTag.isFree(tag) ? Kind.FREE : Kind.USED);
                at += size;
            }
            if (at < region.end()) {
                visitor.block(at, region.end() - at, Kind.OVERHEAD);
                at = region.end();
            }
        }
    }

    private static CorruptHeapError noBlock(BuddyBlocks blocks, long address) {
        return new CorruptHeapError(
                blocks.owner(), address, "buddy.I1: expected a block of the map, found none");
    }

    /// Gives back the pages of free blocks, and of the map there.
    ///
    /// @return bytes of the regions given back
    public static long trim(BuddyGrid grid, BuddyBlocks blocks) {
        long bytes = 0;
        for (int order = 0; order <= blocks.top(); order++) {
            long size = 1L << order;
            if (size < Region.pageSize()) continue;
            for (long at = NULL; (at = blocks.nextFree(at, order)) != NULL; ) {
                bytes += grid.trim(at, size);
            }
        }
        return bytes;
    }

    /// Checks buddy.I1 to buddy.I4, and the counters.
    ///
    /// @param end as for [#walk]
    /// @param granted bytes of used blocks
    /// @param used number of used blocks
    /// @throws CorruptHeapError naming the first that does not hold
    public static void verify(
            BuddyGrid grid, BuddyBlocks blocks, long end, long granted, long used) {
        BuddyWalk walk = new BuddyWalk(grid, blocks);
        walk(grid, blocks, end, (address, bytes, kind) -> walk.checkBlock(address, kind));
        for (int order = 0; order < Long.SIZE; order++) walk.checkList(order);
        walk.check(walk.granted == granted, NULL, "granted=" + granted, walk.granted);
        walk.check(walk.used == used, NULL, "blocksUsed=" + used, walk.used);
    }

    private void checkBlock(long address, Kind kind) {
        if (kind == Kind.OVERHEAD) return;
        long offset = address - grid.origin();
        int tag = blocks.tag(address);
        int order = BuddyTag.order(tag);
        check(
                1L << order >= grid.unit() && order <= blocks.top(),
                address,
                "buddy.I1: order",
                order);
        check((offset & (1L << order) - 1) == 0, address, "buddy.I1: aligned to its order", order);
        if (kind == Kind.USED) {
            granted += 1L << order;
            used++;
            return;
        }
        freeOfOrder[order]++;
        if (order < blocks.top()) {
            long buddy = grid.origin() + (offset ^ 1L << order);
            check(blocks.tag(buddy) != tag, address, "buddy.I4: merged with its free buddy", order);
        }
    }

    private void checkList(int order) {
        long listed = 0;
        for (long at = blocks.nextFree(NULL, order), prev = NULL; at != NULL; ) {
            check(blocks.isLinkedFrom(at, prev, order), at, "buddy.I2: linked both ways", order);
            check(++listed <= freeOfOrder[order], at, "buddy.I2: listed once", order);
            prev = at;
            at = blocks.nextFree(at, order);
        }
        check(listed == freeOfOrder[order], NULL, "buddy.I2: all free blocks listed", order);
        check((blocks.orderFree(order) == order) == (listed != 0), NULL, "buddy.I3: mask", order);
    }

    private void check(boolean holds, long address, String expected, long found) {
        if (!holds) {
            throw new CorruptHeapError(
                    blocks.owner(), address, "expected " + expected + ", found " + found);
        }
    }
}
