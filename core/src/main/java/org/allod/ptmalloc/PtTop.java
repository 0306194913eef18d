package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import org.allod.Region;

/// The last chunk of an arena, and how it grows and shrinks with its heap.
///
/// Top always has at least 32 bytes, and the chunk before it is in use. Threads: who holds the
/// arena's lock.
///
/// Source: spec 2.2, 2.4 (9), 2.6, 2.8.
final class PtTop {
    /// Bytes of pages that are committed at once beyond those needed. Tuned: one call in four
    /// pages.
    private static final long AHEAD = 16 << 10;

    private final PtArena arena;
    private final PtHeaps heaps;
    private long chunk;
    private int heap;

    /// Top's pages are committed up to here; those of free chunks that merged into it may not be.
    private long committed;

    /// Whether pages went back since the last ones came.
    private boolean trimmed;

    private long systemBytes;
    private long systemBytesMax;

    /// At the start of the arena's first heap.
    PtTop(PtArena arena, int heap) {
        this.arena = arena;
        this.heaps = arena.heaps;
        startAt(heap, PtHeaps.FIRST);
    }

    private void startAt(int newHeap, long offset) {
        heap = newHeap;
        long start = heaps.start(newHeap);
        long bytes = heaps.opened(newHeap) - start;
        addSystem(bytes);
        committed = endOf(start + offset);
        set(start + offset, bytes - offset & -PtChunk.ALIGNMENT);
    }

    /// End of the page in which the links of a chunk end, inside the heap.
    private long endOf(long newChunk) {
        return Math.min(PtHeaps.upToPage(newChunk + PtChunk.LINKS_END), heaps.opened(heap));
    }

    private void addSystem(long bytes) {
        systemBytes += bytes;
        systemBytesMax = Math.max(systemBytesMax, systemBytes);
    }

    // ---- looking ----

    long chunk() {
        return chunk;
    }

    long size() {
        return PtChunk.size(chunk);
    }

    /// The heap that it lies in.
    int heap() {
        return heap;
    }

    /// Bytes opened of all heaps of the arena now.
    long systemBytes() {
        return systemBytes;
    }

    /// The most so far.
    long systemBytesMax() {
        return systemBytesMax;
    }

    // ---- carve ----

    /// Top is a chunk of so many bytes now.
    void set(long newChunk, long size) {
        chunk = newChunk;
        PtChunk.setHead(newChunk, size | PtChunk.P);
    }

    /// Whether a chunk can be cut off.
    boolean fits(long size) {
        long bytes = size();
        if (bytes > systemBytes) {
            throw heaps.fault.chunk(chunk, "pt.I7: the size of the free end was overwritten");
        }
        return bytes >= size + PtChunk.MIN;
    }

    /// Cuts a chunk off its low end, where [#fits] says that it can be; NULL where pages are
    /// refused.
    long carve(long size) {
        long bytes = size();
        long carved = chunk;
        long rest = carved + size;
        if (rest + PtChunk.LINKS_END > committed && !commitTo(rest)) return NULL;
        if (!arena.isReady(carved, Math.min(bytes, size + PtChunk.LINKS_END))) return NULL;
        PtChunk.setHead(carved, size | PtChunk.P);
        set(rest, bytes - size);
        arena.countOut(size);
        return carved;
    }

    private boolean commitTo(long rest) {
        if (committed == heaps.opened(heap)) return true;
        if (trimmed) {
            trimmed = false;
            arena.tuning.learnFromGrowth();
        }
        long least = endOf(rest);
        long more = Math.min(least + AHEAD, heaps.opened(heap));
        if (heaps.region.commit(committed, more - committed)) {
            committed = more;
            return true;
        }
        if (least > committed && !heaps.region.commit(committed, least - committed)) return false;
        committed = Math.max(committed, least);
        return true;
    }

    // ---- grow ----

    /// Makes room for a chunk of `size` bytes; in another heap where this one is full.
    boolean grow(long size) {
        if (size >= heaps.region.bytes()) return false;
        long grown = heaps.grow(heap, size + PtChunk.MIN - size());
        if (grown > 0) {
            addSystem(grown);
            set(chunk, heaps.opened(heap) - chunk & -PtChunk.ALIGNMENT);
            return true;
        }
        return growIntoNewHeap(size);
    }

    private boolean growIntoNewHeap(long size) {
        long least = size + PtChunk.MIN + PtHeaps.INFO;
        long old = chunk;
        long rest = size() - PtChunk.MIN & -PtChunk.ALIGNMENT;
        if (least > heaps.heapBytes() || !heaps.region.commit(old + rest, PtChunk.MIN))
            return false;
        long wanted = Math.min(least + arena.tuning.options.topPad(), heaps.heapBytes());
        int next = heaps.open(least, wanted, heap);
        if (next < 0) return false;
        heaps.assign(next, arena);
        arena.holes |= committed < heaps.opened(heap);
        startAt(next, PtHeaps.INFO);
        close(old, rest);
        return true;
    }

    /// Ends a heap with fenceposts and frees what was top there. The last one knows how many bytes
    /// those before it have: 16, or 32 where what was top is too small for a chunk.
    private void close(long old, long rest) {
        long fence = old + rest;
        PtChunk.setHead(fence + PtChunk.FENCE, PtChunk.P);
        if (rest >= PtChunk.MIN) {
            PtChunk.setHead(fence, PtChunk.FENCE | PtChunk.P);
            PtChunk.setPrevSize(fence + PtChunk.FENCE, PtChunk.FENCE);
            PtChunk.setHead(old, rest | PtChunk.P);
            arena.merge(old, rest);
        } else {
            PtChunk.setHead(fence, PtChunk.FENCE | PtChunk.P);
            PtChunk.setHead(old, PtChunk.FENCE | PtChunk.P);
            PtChunk.setPrevSize(fence + PtChunk.FENCE, rest + PtChunk.FENCE);
        }
    }

    // ---- give back ----

    /// Gives heaps back that are empty, and top's pages above the pad if those committed are at
    /// least `threshold` bytes.
    ///
    /// @return bytes given back
    long trimAbove(long threshold) {
        long bytes = heaps.before(heap) < 0 ? 0 : dropEmptyHeaps();
        if (committed - chunk < threshold) return bytes;
        long given = trim(arena.tuning.options.topPad());
        trimmed |= given > 0;
        return bytes + given;
    }

    /// Gives back top's pages but for the first `pad` bytes. Top keeps its size: no block will lie
    /// elsewhere for it.
    ///
    /// @return bytes given back
    long trim(long pad) {
        long from = endOf(chunk + Math.min(pad, size()));
        if (from >= committed) return 0;
        long bytes = heaps.region.decommit(from, committed - from);
        if (bytes > 0) committed = from;
        return bytes;
    }

    /// Gives up the address space that has no pages, for direct runs.
    ///
    /// @return bytes given up
    long shrink() {
        long bytes = heaps.shrink(heap, committed);
        systemBytes -= bytes;
        if (bytes > 0) set(chunk, committed - chunk & -PtChunk.ALIGNMENT);
        return bytes;
    }

    /// While top is all that its heap holds, and the heap before has room: goes back there.
    private long dropEmptyHeaps() {
        long given = 0;
        while (heaps.before(heap) >= 0 && chunk == heaps.start(heap) + PtHeaps.INFO) {
            int before = heaps.before(heap);
            long last = heaps.opened(before) - PtChunk.FENCE;
            long fence = last - PtChunk.prevSize(last);
            long size = last - fence + PtChunk.FENCE;
            boolean joins = !PtChunk.isPrevUsed(fence);
            if (joins) size += PtChunk.prevSize(fence);
            long pad = arena.tuning.options.topPad();
            if (size + heaps.unopened(before) < pad + PtChunk.MIN + Region.pageSize()) break;
            systemBytes -= heaps.opened(heap) - heaps.start(heap);
            given += heaps.close(heap);
            heap = before;
            if (joins) {
                fence -= PtChunk.prevSize(fence);
                arena.bins.unlink(fence);
            }
            set(fence, size);
            committed = heaps.opened(before);
            arena.holes = true;
        }
        return given;
    }
}
