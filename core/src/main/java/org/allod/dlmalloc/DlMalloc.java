package org.allod.dlmalloc;

import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;

/// Doug Lea's malloc 2.8.6: boundary tags, exact small bins, bitwise tries, best fit.
///
/// ```java
/// try (var heap = new DlMalloc(Region.reserved(1 << 30))) {
///     long block = heap.allocate(100);            // takes 112 bytes
///     block = heap.reallocate(block, 1000);       // in place: nothing lies behind it
///     heap.free(block);
/// }
/// ```
///
/// Seen in a free, always: an address outside the heap or not a multiple of 16, a block that is
/// free, a tag before or behind the block that was overwritten, a list or trie link that was; with
/// footers also another heap's block and a write behind the block ([CorruptHeapError]). Not seen:
/// an address inside a block whose contents look like a tag, a double free of a block that was
/// handed out again.
///
/// Cost: 8 bytes a block (16 with footers), sizes a multiple of 16, at least 32. O(1) below 233
/// bytes, at most one step for each bit of the size above. Threads: owner thread only.
///
/// Source: dlmalloc 2.8.6 by Doug Lea, 2012, public domain; written from a description of it.
public final class DlMalloc implements Malloc {
    private static final String NAME = "dlmalloc";
    private static final byte FRESH = (byte) 0xAA;
    private static final byte FREED = 0x55;

    /// Bits that an alignment has if it is above that of every block.
    private static final long BEYOND = -2 * DlChunk.ALIGNMENT;

    private final String name;
    private final boolean ownsRegion;
    private final DlRequests requests;
    private final DlHeap heap;

    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;
    private boolean closed;

    /// Over one region.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for the heap's own state
    /// @throws HeapExhaustedException if its limit leaves no room for that
    public DlMalloc(Region region) {
        this(region, DlOptions.DEFAULT);
    }

    /// Over one region, with options.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for the heap's own state
    /// @throws HeapExhaustedException if its limit leaves no room for that
    public DlMalloc(Region region, DlOptions options) {
        this(NAME, region, region.base(), region.end(), options, true);
    }

    /// Over a part of a region, which stays its maker's: one of several spaces.
    ///
    /// Footprint and limit are the whole region's, in [#stats] as well.
    ///
    /// @param name of the allocator, for messages
    /// @param start first address
    /// @param end first address after it
    /// @throws IllegalArgumentException if the range is too small or leaves the region
    /// @throws HeapExhaustedException if the region's limit leaves no room for the heap's own state
    public static DlMalloc space(
            String name, Region region, long start, long end, DlOptions options) {
        return new DlMalloc(name, region, start, end, options, false);
    }

    private DlMalloc(
            String name,
            Region region,
            long start,
            long end,
            DlOptions options,
            boolean ownsRegion) {
        this.name = name;
        this.ownsRegion = ownsRegion;
        var pages = new DlPages(name, region, start, end, options.granule());
        this.requests = new DlRequests(name, pages, options);
        this.heap = requests.heap;
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        if ((alignment & (alignment - 1 | BEYOND)) != 0 || alignment == 0) {
            return allocateAligned(size, alignment);
        }
        return handOut(requests.take(size));
    }

    /// A block of at least `size` bytes, unsigned, at a multiple of 16, or [#NULL]: C's `malloc`.
    public long allocate(long size) {
        return handOut(requests.take(size));
    }

    private long handOut(long chunk) {
        if (chunk == NULL) return fail();
        allocations++;
        assert isFilled(DlChunk.address(chunk), FRESH);
        return DlChunk.address(chunk);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        if (heap.isUsed(address)
                && Long.compareUnsigned(size, heap.usable(DlChunk.ofAddress(address))) <= 0) {
            release(address);
        } else {
            freeOther(address, size);
        }
    }

    @Override
    public void free(long address) {
        if (heap.isUsed(address)) {
            release(address);
        } else {
            freeOther(address, 0);
        }
    }

    private void release(long address) {
        assert isFilled(address, FREED);
        frees++;
        heap.release(DlChunk.ofAddress(address));
    }

    // ---- cold ----

    private long allocateAligned(long size, long alignment) {
        Layout.checkAlignment(alignment);
        return handOut(requests.takeAligned(size, alignment));
    }

    /// As [Malloc#allocateZeroed]; memory that the heap has just grown into is not written to.
    @Override
    public long allocateZeroed(long size, long alignment) {
        Layout.checkAlignment(alignment);
        long chunk = requests.takeZeroed(size, alignment);
        if (chunk == NULL) return fail();
        allocations++;
        return DlChunk.address(chunk);
    }

    /// A block of its own pages, nothing, or an error.
    private void freeOther(long address, long size) {
        checkOpen();
        if (address == NULL) return;
        checkSize(address, size);
        assert isFilled(address, FREED);
        requests.runs.free(requests.runs.find(address));
        frees++;
    }

    @Override
    public long usableSize(long address) {
        if (heap.isUsed(address)) return heap.usable(DlChunk.ofAddress(address));
        checkOpen();
        int run = requests.runs.find(address);
        if (run < 0) throw DlFault.notUsed(name, heap, address);
        return requests.runs.usable(run);
    }

    private long checkSize(long address, long size) {
        long usable = usableSize(address);
        if (Long.compareUnsigned(size, usable) > 0) throw DlFault.size(name, address, size, usable);
        return usable;
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, DlChunk.ALIGNMENT, newSize);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        long usable = checkSize(address, size);
        if (!requests.resize(address, newSize)) {
            long moved = allocate(newSize, alignment);
            if (moved == NULL) return NULL;
            Memory.copy(address, moved, Math.min(usable, newSize));
            free(address);
            address = moved;
        }
        reallocations++;
        return address;
    }

    /// Resizes a block where it is.
    ///
    /// @param newSize bytes wanted, unsigned
    /// @return false, and the block as it was, where there is no room
    /// @throws CorruptHeapError if the heap can see that this is no live block
    /// @throws IllegalStateException after [#close]
    public boolean reallocInPlace(long address, long newSize) {
        usableSize(address);
        if (!requests.resize(address, newSize)) return false;
        reallocations++;
        return true;
    }

    /// A block of at least `size` bytes at a multiple of `alignment`, or [#NULL]: C's `memalign`.
    ///
    /// @throws IllegalArgumentException if `alignment` is not a power of two
    public long memalign(long alignment, long size) {
        return allocate(size, alignment);
    }

    /// `count` zeroed blocks of `size` bytes side by side, each to be freed by itself.
    ///
    /// @param into their addresses go to its first `count` places
    /// @return false, and nothing done, where there is no room
    /// @throws IllegalArgumentException if `count` is negative or above the length of `into`
    public boolean independentCalloc(int count, long size, long[] into) {
        checkOpen();
        return counted(count, DlMany.calloc(requests, count, size, into));
    }

    /// Blocks of the given sizes side by side, each to be freed by itself.
    ///
    /// @param sizes bytes of each, unsigned
    /// @param into their addresses; at least as long
    /// @return false, and nothing done, where there is no room
    /// @throws IllegalArgumentException if `into` is shorter than `sizes`
    public boolean independentComalloc(long[] sizes, long[] into) {
        checkOpen();
        return counted(sizes.length, DlMany.comalloc(requests, sizes, into));
    }

    private boolean counted(int blocks, boolean taken) {
        if (taken) {
            allocations += blocks;
        } else {
            failures++;
        }
        return taken;
    }

    /// Frees many blocks; those that are neighbours in the array and in memory merge first. Places
    /// of freed blocks become [#NULL].
    ///
    /// @throws CorruptHeapError at the first that the heap can see is no live block; those before
    ///     it are freed
    /// @throws IllegalStateException after [#close]
    public void bulkFree(long[] addresses) {
        checkOpen();
        for (int i = 0; i < addresses.length; ) {
            int end = DlMany.joinNeighbours(heap, addresses, i);
            frees += Math.max(0, end - i - 1);
            free(addresses[i]);
            for (; i < end; i++) addresses[i] = NULL;
        }
    }

    private long fail() {
        checkOpen();
        requests.pages.region().checkAlive();
        failures++;
        return NULL;
    }

    private void checkOpen() {
        if (closed)
            throw new IllegalStateException(name + " is closed, expected an open allocator");
    }

    private boolean isFilled(long address, byte value) {
        Memory.fill(address, usableSize(address), value);
        return true;
    }

    // ---- pages ----

    /// Gives back what top has above a page, and whole pages inside free blocks.
    @Override
    public long trim() {
        checkOpen();
        return heap.trim();
    }

    /// Gives up the upper half of what it has not grown into, for another space. Only without
    /// direct page runs.
    ///
    /// @param granule the cut is at a multiple of it, and each part keeps at least one
    /// @return first address given up, or [#NULL] where that cannot be
    public long cede(long granule) {
        checkOpen();
        return requests.pages.cede(granule);
    }

    /// Bytes of pages that the heap has of the system now.
    public long footprint() {
        checkOpen();
        return requests.pages.region().committed();
    }

    /// Largest [#footprint] so far.
    public long maxFootprint() {
        checkOpen();
        return requests.pages.region().committedMax();
    }

    /// Most that [#footprint] may become; [Long#MAX_VALUE] if there is no limit.
    public long footprintLimit() {
        checkOpen();
        return requests.pages.region().limit();
    }

    /// Sets [#footprintLimit]. What the heap has it keeps.
    ///
    /// @param bytes at least 0; 0 is the least, one granule ([DlOptions#granule]), not the end of
    ///     the limit as in the original
    /// @return the limit set: `bytes` rounded up to granules
    /// @throws IllegalArgumentException if `bytes` is negative
    public long footprintLimit(long bytes) {
        checkOpen();
        return requests.pages.limit(bytes);
    }

    // ---- looking ----

    /// What C's `mallinfo` tells. Walks the heap.
    public MallInfo mallinfo() {
        checkOpen();
        return DlWalk.mallinfo(name, requests);
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        Region region = requests.pages.region();
        long blocks = allocations - frees;
        long granted = heap.used() - heap.overhead * (blocks - requests.runs.count());
        return AllocatorStats.builder()
                .live(-1, granted + requests.runs.usable())
                .pages(region.committed(), region.committedMax(), region.bytes())
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    @Override
    public boolean owns(long address) {
        checkOpen();
        return requests.pages.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return false;
    }

    /// As [Malloc#walk]: the original's `inspect_all`. Tags and what is not committed are overhead,
    /// top is free.
    @Override
    public void walk(BlockVisitor visitor) {
        checkOpen();
        DlWalk.walk(name, requests, visitor);
    }

    @Override
    public void verify() {
        checkOpen();
        new DlVerifier(name, requests).verify(allocations - frees);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        heap.close();
        requests.runs.close();
        if (ownsRegion) requests.pages.region().close();
    }
}
