package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// From requests in bytes to chunks: rounding, growth, alignment, direct page runs.
///
/// The chunks it answers are in use, and marked where footers are asked for; `NULL` means that
/// there is no room. Nothing is counted.
final class DlRequests {
    final DlPages pages;
    final DlHeap heap;
    final DlRuns runs;

    /// Added to a request before it is rounded down to the alignment of chunks.
    private final long pad;

    /// Largest request that a small chunk serves: 232 bytes, 224 with footers.
    private final long smallMax;

    private final boolean footers;

    /// Requests from this size on start a granule where the heap has to grow for them.
    private final long apartFrom;

    private final String name;

    DlRequests(String name, DlPages pages, DlOptions options) {
        this.pages = pages;
        this.footers = options.footers();
        this.apartFrom = options.apartFrom();
        this.name = name;
        this.heap = new DlHeap(name, pages, options);
        this.runs = new DlRuns(name, pages, options.directFrom());
        this.pad = heap.overhead + DlChunk.ALIGNMENT - 1;
        this.smallMax = DlChunk.TREE_MIN - 1 - pad;
    }

    // ---- take ----

    /// A chunk for `size` bytes, unsigned.
    long take(long size) {
        long chunk =
                Long.compareUnsigned(size, smallMax) <= 0
                        ? takeSmall(chunkSize(size))
                        : takeLarge(size);
        if (footers && chunk != NULL) heap.mark(chunk);
        assert chunk == NULL || runs.find(DlChunk.address(chunk)) >= 0 || isSound(chunk, size);
        return chunk;
    }

    private long takeSmall(long bytes) {
        long chunk = heap.takeSmall(bytes);
        return chunk != NULL || !heap.grow(bytes) ? chunk : heap.takeSmall(bytes);
    }

    private long takeLarge(long size) {
        if (isTooLarge(size)) return NULL;
        long bytes = chunkSize(size);
        long chunk = heap.takeLarge(bytes);
        if (chunk != NULL) return chunk;
        chunk = runs.take(size);
        if (chunk == NULL && size >= apartFrom) chunk = takeApart(bytes);
        return chunk != NULL || !heap.grow(bytes) ? chunk : heap.takeLarge(bytes);
    }

    /// A chunk 16 bytes into the next granule; what top has before it becomes free.
    private long takeApart(long bytes) {
        long before = pages.nextGranule() + DlChunk.ALIGNMENT - heap.top();
        if (before < DlChunk.MIN || !heap.grow(before + bytes)) return NULL;
        long leader = heap.takeTop(before);
        if (leader == NULL) return NULL;
        long chunk = heap.takeTop(bytes);
        heap.release(leader);
        return chunk;
    }

    /// Size of the chunk that serves a request.
    long chunkSize(long size) {
        return Math.max(DlChunk.MIN, size + pad & -DlChunk.ALIGNMENT);
    }

    // ---- cold ----

    /// True, or an error. Source: spec 1.20, what a debug build checks of each new block.
    private boolean isSound(long chunk, long size) {
        long bytes = DlChunk.size(chunk);
        long address = DlChunk.address(chunk);
        if (heap.isUsed(address)
                && heap.usable(chunk) >= size
                && bytes < Math.max(DlChunk.MIN, chunkSize(size)) + DlChunk.MIN) {
            return true;
        }
        throw DlFault.unsound(name, address, size);
    }

    /// A chunk for `size` bytes whose caller's address is a multiple of a power of two.
    ///
    /// Takes so much that an aligned block is in it, and frees what lies before and behind.
    long takeAligned(long size, long alignment) {
        if (alignment <= DlChunk.ALIGNMENT) return take(size);
        if (isTooLarge(size)) return NULL;
        long apart = Math.max(alignment, DlChunk.MIN);
        if (isTooLarge(apart)) return NULL;
        long bytes = chunkSize(size);
        long chunk = take(bytes + apart + DlChunk.MIN - heap.overhead);
        if (chunk == NULL) return NULL;
        long address = DlChunk.address(chunk);
        long aligned = address + apart - 1 & -apart;
        int run = runs.find(address);
        if (run >= 0) return runs.move(run, DlChunk.ofAddress(aligned));
        if (aligned != address) {
            if (aligned - address < DlChunk.MIN) aligned += apart;
            long leader = chunk;
            chunk = heap.split(leader, aligned - address);
            heap.release(leader);
        }
        if (DlChunk.size(chunk) > bytes + DlChunk.MIN) heap.release(heap.split(chunk, bytes));
        if (footers) heap.mark(chunk);
        return chunk;
    }

    /// As [#takeAligned], zeroed. Memory that the heap has just grown into is not written to.
    long takeZeroed(long size, long alignment) {
        long fresh = pages.frontier();
        pages.growZeroed(true);
        long chunk;
        try {
            chunk = takeAligned(size, alignment);
        } finally {
            pages.growZeroed(false);
        }
        if (chunk == NULL) return NULL;
        long address = DlChunk.address(chunk);
        if (address < fresh) Memory.fill(address, Math.min(size, fresh - address), (byte) 0);
        return chunk;
    }

    /// A chunk for `size` bytes that is to be cut in pieces: no page run.
    long takeForPieces(long size) {
        if (isTooLarge(size)) return NULL;
        long bytes = chunkSize(size);
        long chunk = bytes < DlChunk.TREE_MIN ? heap.takeSmall(bytes) : heap.takeLarge(bytes);
        if (chunk != NULL || !heap.grow(bytes)) return chunk;
        return bytes < DlChunk.TREE_MIN ? heap.takeSmall(bytes) : heap.takeLarge(bytes);
    }

    private boolean isTooLarge(long size) {
        return Long.compareUnsigned(size, pages.rangeBytes()) >= 0;
    }

    /// Resizes a live block where it is. False, and nothing done, where that cannot be.
    boolean resize(long address, long size) {
        if (isTooLarge(size)) return false;
        int run = runs.find(address);
        if (run >= 0) return runs.resize(run, size);
        long chunk = DlChunk.ofAddress(address);
        if (!heap.resize(chunk, chunkSize(size))) return false;
        if (footers) heap.mark(chunk);
        return true;
    }
}
