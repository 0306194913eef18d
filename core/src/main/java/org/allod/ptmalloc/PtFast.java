package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

/// Chunks of up to 128 bytes that were freed and not merged: ten stacks of one size each.
///
/// They look as if in use, so that no neighbour merges with them, until [#consolidate]. Links are
/// masked: an overwritten one is most likely no multiple of 16 any more.
///
/// Threads: who holds the arena's lock. Source: spec 2.3, 2.7, 2.9.
final class PtFast {
    /// Stacks. Source: spec 2.3.
    static final int COUNT = 10;

    private final PtArena arena;
    private final PtHeaps heaps;
    private final long max;
    private final long[] heads = new long[COUNT];
    private boolean some;

    /// @param mxfast largest request
    PtFast(PtArena arena, long mxfast) {
        this.arena = arena;
        this.heaps = arena.heaps;
        this.max = mxfast + PtChunk.OVERHEAD & -PtChunk.ALIGNMENT;
    }

    /// Largest chunk.
    long max() {
        return max;
    }

    /// Whether there may be any.
    boolean hasChunks() {
        return some;
    }

    private static int indexOf(long size) {
        return (int) (size >>> 4) - 2;
    }

    /// The newest chunk of a size up to [#max], or NULL; the cache gets more of them, as far as it
    /// has room.
    long take(long size, PtCache cache) {
        int index = indexOf(size);
        long chunk = pop(index, size);
        if (chunk == NULL) return NULL;
        while (cache != null && cache.hasRoom(size)) {
            long other = pop(index, size);
            if (other == NULL) break;
            cache.put(other, size);
        }
        return chunk;
    }

    private long pop(int index, long size) {
        long chunk = heads[index];
        if (chunk == NULL) return NULL;
        heads[index] = next(chunk, size);
        PtChunk.setKey(PtChunk.address(chunk), 0);
        arena.countOut(size);
        return chunk;
    }

    /// The chunk below one of a stack, or NULL.
    ///
    /// @param size that it must have
    long next(long chunk, long size) {
        long address = PtChunk.address(chunk);
        if (PtChunk.size(chunk) != size) {
            throw heaps.fault.chunk(
                    chunk, "pt.I6: the size of a block in a fastbin was overwritten");
        }
        long link = PtChunk.link(address);
        if (link != NULL && !heaps.isLink(link)) {
            throw heaps.fault.chunk(
                    chunk, "pt.I6: the link of a block in a fastbin was overwritten");
        }
        return link;
    }

    /// Puts a chunk on the stack of its size.
    void push(long chunk, long size) {
        int index = indexOf(size);
        long head = heads[index];
        if (head == chunk) {
            throw heaps.fault.chunk(chunk, "expected a live block, found a free one");
        }
        long next = chunk + size;
        long nextHead = heaps.isLink(next) ? PtChunk.head(next) : 0;
        if (PtChunk.sizeOf(nextHead) < PtChunk.FENCE
                || nextHead >= arena.top.systemBytes()
                || !PtChunk.isPlain(nextHead)) {
            throw heaps.fault.chunk(chunk, "pt.I1: the tag behind a block was overwritten");
        }
        if ((nextHead & PtChunk.P) == 0) {
            throw heaps.fault.chunk(chunk, "expected a live block, found a free one");
        }
        long address = PtChunk.address(chunk);
        long key = PtChunk.key(address);
        if (key == heaps.key || key == ~heaps.key) {
            throw heaps.fault.chunk(chunk, "expected a live block, found a free one");
        }
        PtChunk.setLink(address, head);
        PtChunk.setKey(address, ~heaps.key);
        heads[index] = chunk;
        some = true;
    }

    /// Merges all of them with their neighbours.
    void consolidate() {
        some = false;
        for (int index = 0; index < COUNT; index++) {
            long size = index + 2L << 4;
            long chunk = heads[index];
            heads[index] = NULL;
            while (chunk != NULL) {
                long next = next(chunk, size);
                PtChunk.setKey(PtChunk.address(chunk), 0);
                arena.merge(chunk, size);
                chunk = next;
            }
        }
    }

    /// The newest chunk of a stack, or NULL.
    long head(int index) {
        return heads[index];
    }
}
