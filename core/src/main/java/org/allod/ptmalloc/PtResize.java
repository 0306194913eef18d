package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// Aligned and resized chunks of one arena: both cut chunks that are in use.
///
/// Threads: who holds the arena's lock. Source: spec 2.10.
final class PtResize {
    /// Bytes behind a grown chunk that get pages as well. Derived: the rest may go to a cache or a
    /// fastbin, all of it; of a larger one the links are enough.
    private static final long REST = PtCache.SIZE_MAX + PtChunk.LINKS_END;

    private final PtArena arena;
    private final PtHeaps heaps;

    PtResize(PtArena arena) {
        this.arena = arena;
        this.heaps = arena.heaps;
    }

    // ---- aligned ----

    /// A chunk of at least `size` bytes whose address is a multiple of `alignment`, a power of two
    /// above 16; otherwise as [PtArena#take]. What is cut off goes the way of every free.
    long takeAligned(long size, long alignment, PtCache cache, long directFrom) {
        long unit = Math.max(alignment, PtChunk.MIN);
        long padded = PtChunk.sizeFor(size + unit + PtChunk.MIN);
        long chunk = arena.take(padded, cache, directFrom);
        if (chunk == NULL || chunk == PtArena.DIRECT) return chunk;
        long lead = -PtChunk.address(chunk) & unit - 1;
        if (lead != 0) {
            if (lead < PtChunk.MIN) lead += unit;
            chunk = cutLow(chunk, lead, cache);
        }
        if (PtChunk.size(chunk) > size + PtChunk.MIN) cutHigh(chunk, size, cache);
        return chunk;
    }

    private long cutLow(long chunk, long bytes, PtCache cache) {
        long rest = PtChunk.size(chunk) - bytes;
        long high = chunk + bytes;
        PtChunk.setHead(high, rest | PtChunk.P);
        PtChunk.setHead(chunk, PtChunk.head(chunk) & PtChunk.P | bytes);
        arena.blocksOut++;
        freeInside(chunk, bytes, cache);
        return high;
    }

    /// Frees what a chunk in use has above `size`, at least 32 bytes.
    private void cutHigh(long chunk, long size, PtCache cache) {
        long rest = PtChunk.size(chunk) - size;
        PtChunk.setHead(chunk, PtChunk.head(chunk) & PtChunk.P | size);
        PtChunk.setHead(chunk + size, rest | PtChunk.P);
        arena.blocksOut++;
        freeInside(chunk + size, rest, cache);
    }

    /// Frees a chunk with the lock held: to the caller's cache if it has room, or to the arena.
    void freeInside(long chunk, long size, PtCache cache) {
        if (cache != null && cache.hasRoom(size)) {
            cache.put(chunk, size);
        } else {
            arena.release(chunk, size);
        }
    }

    // ---- resize ----

    /// Resizes a chunk in use.
    ///
    /// @param size that it has
    /// @param newSize of a chunk
    /// @param moves whether it may become another one
    /// @return the chunk, or another one with its contents; NULL, and the chunk as it was, where
    ///     there is no room
    long resize(long chunk, long size, long newSize, boolean moves, PtCache cache) {
        if (size < newSize) {
            long grown = growUp(chunk, size, newSize);
            if (grown == NULL) return moves ? move(chunk, size, newSize, cache) : NULL;
        }
        long bytes = PtChunk.size(chunk);
        if (bytes - newSize >= PtChunk.MIN) cutHigh(chunk, newSize, cache);
        return chunk;
    }

    /// Takes what it needs of top, or the whole of a free neighbour.
    private long growUp(long chunk, long size, long newSize) {
        long next = chunk + size;
        long more = newSize - size;
        if (next == arena.top.chunk()) {
            if (!arena.top.fits(more)) return NULL;
            if (arena.top.carve(more) == NULL) return NULL;
            arena.blocksOut--;
            join(chunk, newSize);
            return chunk;
        }
        long nextSize = PtChunk.size(next);
        if (nextSize < more || PtChunk.isPrevUsed(next + nextSize)) return NULL;
        if (!arena.isReady(next, Math.min(nextSize, more + REST))) return NULL;
        arena.bins.unlink(next);
        PtChunk.setPrevUsed(next + nextSize);
        arena.bytesOut += nextSize;
        join(chunk, size + nextSize);
        return chunk;
    }

    private static void join(long chunk, long size) {
        long next = chunk + PtChunk.size(chunk);
        PtChunk.setHead(next, 0);
        PtChunk.setHead(chunk, PtChunk.head(chunk) & PtChunk.P | size);
    }

    private long move(long chunk, long size, long newSize, PtCache cache) {
        long moved = arena.take(newSize, cache, arena.tuning.directFrom());
        if (moved == NULL || moved == PtArena.DIRECT) return NULL;
        if (moved == chunk + size) {
            long both = size + PtChunk.size(moved);
            arena.blocksOut--;
            join(chunk, both);
            if (both - newSize >= PtChunk.MIN) cutHigh(chunk, newSize, cache);
            return chunk;
        }
        Memory.copy(PtChunk.address(chunk), PtChunk.address(moved), size - PtChunk.OVERHEAD);
        freeInside(chunk, size, cache);
        arena.allocations++;
        return moved;
    }
}
