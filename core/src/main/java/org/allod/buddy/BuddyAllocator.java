package org.allod.buddy;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.parts.BuddyHeap;

/// rCore's buddy system: blocks of powers of two, split on demand and merged at once.
///
/// ```java
/// try (var heap = new BuddyAllocator(Region.reserved(1 << 20))) {
///     long block = heap.allocate(100, 16);        // takes 128 bytes
///     heap.deallocate(block, 100, 16);
/// }
/// ```
///
/// A block has no header: `size` and `alignment` given to [#deallocate] must be those of the
/// allocation. A double free, a foreign address and a layout of another class are seen
/// ([org.allod.CorruptHeapError]); a wrong layout of the same class is not.
///
/// Cost: at most one list operation for each of at most 33 orders; memory, the rounding to powers
/// of two (a third on average) and 1/8 of what is in use for the map. Threads: owner thread only.
///
/// Source: `buddy_system_allocator` 0.11 of the rCore project (Jiajie Chen and others).
public final class BuddyAllocator implements Allocator {
    /// Orders 0 to 32: the largest block has 4 GiB. Source: `Heap<33>` in its README.
    public static final int DEFAULT_ORDERS = 33;

    private static final String NAME = "buddy";

    /// Log2 of the smallest block: a word. Source: the original.
    private static final int WORD_LOG2 = 3;

    private final BuddyHeap heap;

    /// Over one region, with orders up to 4 GiB.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for one block
    /// @throws HeapExhaustedException if there is no address space for the map, or the region's
    ///     limit leaves no room for a part of a page at its ends
    public BuddyAllocator(Region region) {
        this(region, DEFAULT_ORDERS);
    }

    /// Over one region.
    ///
    /// The grid starts at the region's base, rounded up to 16 bytes. Blocks count from there, so
    /// that a region at any address serves what fits in it. In a region above 16 GiB the smallest
    /// block is larger than a word: the power of two at or above size / 2^31.
    ///
    /// @param region belongs to the allocator from now on
    /// @param orders the largest block has 2^(`orders` - 1) bytes; 4 to 34
    /// @throws IllegalArgumentException if the region is too small for one block, or `orders` is
    ///     out of range
    /// @throws HeapExhaustedException if there is no address space for the map, or the region's
    ///     limit leaves no room for a part of a page at its ends
    public BuddyAllocator(Region region, int orders) {
        if (orders < 4 || orders > 34) {
            throw new IllegalArgumentException("orders=" + orders + ", expected 4 to 34");
        }
        this.heap = new BuddyHeap(NAME, region, WORD_LOG2, orders);
        add(region);
    }

    /// Adds memory. Where it continues memory that is there, blocks merge across the border.
    ///
    /// @param region belongs to the allocator from now on; it may not overlap another
    /// @throws IllegalArgumentException if it is too small for one block, overlaps, or lies farther
    ///     than 8 GiB below or 16 GiB above the first region (more where the smallest block is
    ///     larger than a word)
    /// @throws HeapExhaustedException if there is no address space for the map, or the region's
    ///     limit leaves no room for a part of a page at its ends
    /// @throws IllegalStateException after [#close]
    public void add(Region region) {
        heap.add(region);
        if (heap.give(heap.start(region), heap.end(region)) != heap.end(region)) {
            throw new HeapExhaustedException(
                    Region.pageSize(), 1, "the region's limit leaves no room for one page");
        }
    }

    // ---- the contract ----

    @Override
    public long allocate(long size, long alignment) {
        long address = heap.allocate(size, alignment);
        return address != NULL ? address : heap.fail();
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        long address = heap.allocateZeroed(size, alignment);
        return address != NULL ? address : heap.fail();
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        heap.deallocate(address, size, alignment);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        long moved = heap.reallocate(address, size, alignment, newSize);
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
        heap.walk(Long.MAX_VALUE, visitor);
    }

    @Override
    public void verify() {
        heap.verify(Long.MAX_VALUE);
    }

    @Override
    public void close() {
        heap.close();
    }

    /// Words of lists and map examined by frees so far, counted where assertions are on.
    long examined() {
        return heap.examined();
    }
}
