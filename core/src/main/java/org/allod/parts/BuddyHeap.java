package org.allod.parts;

import static org.allod.Allocator.NULL;

import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Region;
import org.allod.memory.Memory;

/// A heap of buddies: sizes and alignments turned into orders, pages committed, calls counted.
///
/// What is carved into blocks, and when, is its holder's affair: a holder calls [#give], and
/// [#allocate] serves from what was given.
///
/// Alignments up to that of the grid's origin come with a block's order. A larger one is honoured
/// by a block so large that an aligned address lies early enough in it:
///
/// ```
///   block, 2^k                       address: first multiple of alignment
///   ├──────────────┬─────────────────────┬───────┤
///   │ < alignment  │ size                │       │
/// ```
///
/// Threads: owner thread only.
public final class BuddyHeap {
    private static final byte FRESH = (byte) 0xAA;
    private static final byte FREED = 0x55;

    /// How much of a block the patterns cover: enough to be noticed, not to touch gigabytes.
    private static final long FILL_BYTES_MAX = 1 << 16;

    private final String name;
    private final RegionSet regions = new RegionSet();
    private final BuddyGrid grid;
    private final BuddyBlocks blocks;
    private final int pageLog2 = Long.numberOfTrailingZeros(Region.pageSize());

    /// Largest alignment that a block of the grid has by its order alone.
    private final long gridAlignment;

    /// The bits that no alignment up to [#gridAlignment] has.
    private final long beyondGrid;

    private long requested;
    private long granted;
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;
    private boolean closed;

    /// An empty heap whose grid starts at the base of a region, rounded up to 16 bytes.
    ///
    /// @param name of the allocator, for messages
    /// @param first the region; it is not added
    /// @param unitLog2 log2 of the smallest block; larger where the region is above 2^31 of them
    /// @param orders the largest block has 2^(`orders` - 1) bytes
    public BuddyHeap(String name, Region first, int unitLog2, int orders) {
        this.name = name;
        long origin = first.base() + (-first.base() & Layout.DEFAULT_ALIGNMENT - 1);
        int sizeLog2 = Long.SIZE - Long.numberOfLeadingZeros(first.bytes() - 1);
        int unit = Math.max(unitLog2, sizeLog2 - 31);
        int topLimit = Math.clamp(orders - 1, unit, unit + 30);
        this.grid = new BuddyGrid(regions, origin, unit);
        this.blocks = new BuddyBlocks(name, grid, topLimit);
        this.gridAlignment = Long.lowestOneBit(origin);
        this.beyondGrid = -(gridAlignment << 1);
    }

    // ---- memory ----

    /// Takes a region in, without giving any of it to the lists.
    ///
    /// @throws IllegalArgumentException if it is too small for one block, overlaps another, or lies
    ///     farther from the first than links reach
    /// @throws IllegalStateException after [#close]
    public void add(Region region) {
        checkOpen();
        if (start(region) >= end(region)) {
            throw new IllegalArgumentException(
                    String.format(
                            "region=%d bytes, expected at least %d for one block of %s",
                            region.bytes(), start(region) - region.base() + grid.unit(), name));
        }
        regions.add(region);
        blocks.cover(start(region), end(region));
    }

    /// First address of the grid's units in a region.
    public long start(Region region) {
        return grid.start(region);
    }

    /// First address after the grid's units in a region.
    public long end(Region region) {
        return grid.end(region);
    }

    /// Cuts `[start, end)` into the largest aligned blocks, from the left, and frees them.
    ///
    /// Those below a page are committed: [#allocate] commits where it takes a page or more.
    ///
    /// @return first address that was not given: `end`, but where there is no room for a page
    public long give(long start, long end) {
        for (long at = start, size; at < end; at += size) {
            long offset = at - grid.origin();
            size = Math.min(Long.highestOneBit(end - at), 1L << blocks.top());
            if (offset != 0) size = Math.min(size, Long.lowestOneBit(offset));
            int order = Long.numberOfTrailingZeros(size);
            if (order < pageLog2 && !grid.commit(at, order)) return at;
            blocks.give(at, order);
        }
        return end;
    }

    /// Largest order that a block can have.
    public int orderMax() {
        return blocks.top();
    }

    /// The first start of a block of `order` at or above `address`.
    public long alignUp(long address, int order) {
        return grid.alignUp(address, order);
    }

    /// Whether a block of `order` or more is free.
    public boolean hasFree(int order) {
        return blocks.orderFree(order) != Long.SIZE;
    }

    // ---- allocate, deallocate ----

    /// A block, or [org.allod.Allocator#NULL] where none that was given fits. No failure is
    /// counted.
    public long allocate(long size, long alignment) {
        if (!isOrdinary(alignment)) return allocateBeyondGrid(size, alignment);
        return allocateOrder(size, blocks.orderOf(size, alignment));
    }

    private long allocateOrder(long size, int order) {
        int from = blocks.orderFree(order);
        if (from == Long.SIZE) return NULL;
        if (from >= pageLog2 && !grid.commit(blocks.first(from), order)) return NULL;
        long address = blocks.take(from, order);
        count(size, order);
        assert fill(address, order, FRESH);
        return address;
    }

    /// As [org.allod.Allocator#deallocate].
    public void deallocate(long address, long size, long alignment) {
        if (address == NULL || !isOrdinary(alignment)) {
            deallocateBeyondGrid(address, size, alignment);
        } else {
            deallocateOrder(address, size, blocks.orderOf(size, alignment));
        }
    }

    private void deallocateOrder(long block, long size, int order) {
        if (!blocks.isUsed(block, order)) throw wrongFree(block, order);
        assert fill(block, order, FREED);
        blocks.give(block, order);
        requested -= size;
        granted -= 1L << order;
        frees++;
    }

    // ---- cold ----

    /// Whether it is a power of two that blocks of the grid have by their order.
    private boolean isOrdinary(long alignment) {
        return (alignment & (alignment - 1 | beyondGrid)) == 0 && alignment != 0;
    }

    /// An alignment above that of the grid's origin: the block is so large that an aligned address
    /// lies early enough in it.
    private long allocateBeyondGrid(long size, long alignment) {
        Layout.checkAlignment(alignment);
        int order = orderBeyondGrid(size, alignment);
        long block = allocateOrder(size, order);
        return block == NULL ? NULL : (block + alignment - 1) & -alignment;
    }

    private void deallocateBeyondGrid(long address, long size, long alignment) {
        checkOpen();
        Layout.checkAlignment(alignment);
        if (address == NULL) return;
        int order = orderBeyondGrid(size, alignment);
        if ((address & alignment - 1) != 0 || order >= Long.SIZE - 1)
            throw wrongFree(address, order);
        deallocateOrder(grid.alignDown(address, order), size, order);
    }

    /// Order of the block that serves a request, or above 63 if there is none.
    public int orderFor(long size, long alignment) {
        Layout.checkAlignment(alignment);
        return orderBeyondGrid(size, alignment);
    }

    private int orderBeyondGrid(long size, long alignment) {
        if (alignment <= gridAlignment) return blocks.orderOf(size, alignment);
        long room = Math.max(1, size) + (alignment - gridAlignment);
        return size < 0 || room < 0 ? Long.SIZE : blocks.orderOf(room, 1);
    }

    /// As [#allocate], zeroed: pages that are fresh from the system are not written to.
    public long allocateZeroed(long size, long alignment) {
        int order = blocks.orderOf(size, alignment);
        if (!isOrdinary(alignment) || order < pageLog2) {
            long address = allocate(size, alignment);
            if (address != NULL) Memory.fill(address, size, (byte) 0);
            return address;
        }
        int from = blocks.orderFree(order);
        if (from == Long.SIZE) return NULL;
        long address = blocks.take(from, order);
        if (!regions.commitZeroed(address, size) || !grid.commit(address, order)) {
            blocks.give(address, order);
            return NULL;
        }
        count(size, order);
        return address;
    }

    /// As [org.allod.Allocator#reallocate]; in place within a class, down, and up where the upper
    /// halves are free. [org.allod.Allocator#NULL] where no room was given for a move; no failure
    /// is counted.
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        if (!isOrdinary(alignment)) {
            Layout.checkAlignment(alignment);
            return move(address, size, alignment, newSize);
        }
        int order = blocks.orderOf(size, alignment);
        int newOrder = blocks.orderOf(newSize, alignment);
        if (!blocks.isUsed(address, order)) throw wrongFree(address, order);
        if (newOrder > order) {
            if (!blocks.canGrow(address, order, newOrder)) {
                return move(address, size, alignment, newSize);
            }
            if (!grid.commit(address, newOrder)) return NULL;
            blocks.grow(address, order, newOrder);
        } else if (newOrder < order) {
            blocks.shrink(address, order, newOrder);
        }
        requested += newSize - size;
        granted += (1L << newOrder) - (1L << order);
        reallocations++;
        return address;
    }

    private long move(long address, long size, long alignment, long newSize) {
        long moved = allocate(newSize, alignment);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(size, newSize));
        deallocate(address, size, alignment);
        reallocations++;
        return moved;
    }

    private void count(long size, int order) {
        requested += size;
        granted += 1L << order;
        allocations++;
    }

    /// Counts a failure.
    ///
    /// @return [org.allod.Allocator#NULL]
    /// @throws IllegalStateException after [#close], or when a fixed region's segment is closed
    public long fail() {
        checkOpen();
        regions.checkAlive();
        failures++;
        return NULL;
    }

    private Error wrongFree(long address, int order) {
        checkOpen();
        if (!regions.contains(address)) {
            return new CorruptHeapError(name, address, "expected an address of this heap");
        }
        if ((address - grid.origin() & grid.unit() - 1) != 0) {
            return new CorruptHeapError(name, address, "expected the start of a block");
        }
        int tag = blocks.tag(address);
        String found =
                tag == 0
                        ? "the inside of a block"
                        : (BuddyTag.isFree(tag) ? "a free" : "a live")
                                + " block of 2^"
                                + BuddyTag.order(tag)
                                + " bytes";
        return new CorruptHeapError(
                name, address, "expected a live block of 2^" + order + " bytes, found " + found);
    }

    private void checkOpen() {
        if (closed)
            throw new IllegalStateException(name + " is closed, expected an open allocator");
    }

    private static boolean fill(long address, int order, byte value) {
        Memory.fill(address, Math.min(1L << order, FILL_BYTES_MAX), value);
        return true;
    }

    // ---- looking ----

    /// Gives back the pages of free blocks.
    public long trim() {
        checkOpen();
        return BuddyWalk.trim(grid, blocks);
    }

    /// As [org.allod.Allocator#stats].
    public AllocatorStats stats() {
        checkOpen();
        return AllocatorStats.builder()
                .live(requested, granted)
                .pages(regions.committed(), regions.committedMax(), regions.bytes())
                .tables(grid.bytes(), grid.bytesMax())
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    /// As [org.allod.Allocator#owns].
    public boolean owns(long address) {
        checkOpen();
        return regions.contains(address);
    }

    /// As [org.allod.Allocator#walk].
    ///
    /// @param end first address that has not been given
    public void walk(long end, BlockVisitor visitor) {
        checkOpen();
        BuddyWalk.walk(grid, blocks, end, visitor);
    }

    /// As [org.allod.Allocator#verify].
    ///
    /// @param end first address that has not been given
    public void verify(long end) {
        checkOpen();
        BuddyWalk.verify(grid, blocks, end, granted, allocations - frees);
    }

    /// As [org.allod.Allocator#close].
    public void close() {
        if (closed) return;
        closed = true;
        blocks.close();
        regions.close();
    }

    /// Words of lists and map examined by frees so far, counted where assertions are on.
    public long examined() {
        return blocks.examined();
    }
}
