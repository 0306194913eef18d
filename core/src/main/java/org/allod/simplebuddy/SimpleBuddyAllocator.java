package org.allod.simplebuddy;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.Region;
import org.allod.parts.BuddyHeap;

/// The tutorial chapter's own allocator: buddies carved from the region as they are asked for.
///
/// ```java
/// try (var heap = new SimpleBuddyAllocator(Region.reserved(1 << 20))) {
///     long block = heap.allocate(100, 16);        // takes 128 bytes at the region's start
///     heap.deallocate(block, 100, 16);
/// }
/// ```
///
/// A block has no header: `size` and `alignment` given to [#deallocate] must be those of the
/// allocation. A double free, a foreign address and a layout of another class are seen
/// ([org.allod.CorruptHeapError]); a wrong layout of the same class is not.
///
/// Cost: as the buddy allocator, with a smallest block of 16 bytes, and 1/16 of what is in use for
/// the map. Threads: owner thread only.
///
/// Source: `Buddy` in GodOS and rCoreloongArch (Godones).
public final class SimpleBuddyAllocator implements Allocator {
    private static final String NAME = "simplebuddy";

    /// Log2 of the smallest block: two links of a word. Source: the original.
    private static final int NODE_LOG2 = 4;

    /// Orders 0 to 34; the original's 32 lists end at 2 GiB and larger sizes break it.
    private static final int ORDERS = 35;

    private final BuddyHeap heap;

    /// What has not been carved yet: `[fresh, end)`.
    private long fresh;

    private final long end;

    /// Over one region.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for one block
    public SimpleBuddyAllocator(Region region) {
        this.heap = new BuddyHeap(NAME, region, NODE_LOG2, ORDERS);
        heap.add(region);
        this.fresh = heap.start(region);
        this.end = heap.end(region);
    }

    @Override
    public long allocate(long size, long alignment) {
        long address = heap.allocate(size, alignment);
        return address != NULL ? address : allocateFresh(size, alignment, false);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        heap.deallocate(address, size, alignment);
    }

    // ---- cold ----

    private long allocateFresh(long size, long alignment, boolean zeroed) {
        if (!carve(heap.orderFor(size, alignment))) return heap.fail();
        long address =
                zeroed ? heap.allocateZeroed(size, alignment) : heap.allocate(size, alignment);
        return address != NULL ? address : heap.fail();
    }

    /// Makes a block of `order` free: carves it, or what lies before it if that merges to as much.
    private boolean carve(int order) {
        if (order > heap.orderMax()) return false;
        long start = heap.alignUp(fresh, order);
        if (start > end - (1L << order)) return false;
        if (start > fresh) {
            // The gap is not lost: it goes to the lists, where it may complete a block.
            if (!giveUpTo(start)) return false;
            if (heap.hasFree(order)) return true;
        }
        return giveUpTo(start + (1L << order));
    }

    private boolean giveUpTo(long address) {
        fresh = heap.give(fresh, address);
        return fresh == address;
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        long address = heap.allocateZeroed(size, alignment);
        return address != NULL ? address : allocateFresh(size, alignment, true);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        long moved = heap.reallocate(address, size, alignment, newSize);
        if (moved != NULL) return moved;
        if (!carve(heap.orderFor(newSize, alignment))) return heap.fail();
        moved = heap.reallocate(address, size, alignment, newSize);
        return moved != NULL ? moved : heap.fail();
    }

    /// Gives back the pages of free blocks.
    @Override
    public long trim() {
        return heap.trim();
    }

    @Override
    public AllocatorStats stats() {
        return heap.stats();
    }

    @Override
    public boolean owns(long address) {
        return heap.owns(address);
    }

    @Override
    public boolean threadSafe() {
        return false;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        heap.walk(fresh, visitor);
    }

    @Override
    public void verify() {
        heap.verify(fresh);
    }

    @Override
    public void close() {
        heap.close();
    }
}
