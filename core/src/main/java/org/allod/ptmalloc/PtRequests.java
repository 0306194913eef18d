package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.concurrent.atomic.AtomicLong;
import org.allod.CorruptHeapError;
import org.allod.memory.Memory;

/// Serves what no cache does: finds the arena, locks it, and looks elsewhere where it has no room.
///
/// Threads: any. Source: spec 2.4 (2, 10), 2.5, 2.10.
final class PtRequests {
    final PtHeaps heaps;
    final PtTuning tuning;
    final PtRuns runs;
    final PtArenas arenas;
    final PtCaches caches;

    /// Resizes that neither an arena nor the runs counted.
    final AtomicLong moves = new AtomicLong();

    private final long largest;

    PtRequests(PtHeaps heaps, PtTuning tuning) {
        this.heaps = heaps;
        this.tuning = tuning;
        this.runs = new PtRuns(heaps, tuning);
        this.arenas = new PtArenas(heaps, tuning);
        this.caches = new PtCaches(arenas, tuning);
        this.largest = heaps.end - heaps.origin;
    }

    // ---- take ----

    /// A block for a caller, or NULL.
    ///
    /// @param cache of the caller, or null
    /// @param size bytes wanted, unsigned
    /// @param alignment a power of two
    /// @param zeroed whether they are to be zero
    long take(PtCache cache, long size, long alignment, boolean zeroed) {
        if (Long.compareUnsigned(size, largest) >= 0 || alignment >= largest) return NULL;
        PtArena arena = arenaFor(cache, size);
        long address = takeFirst(arena, cache, size, alignment, zeroed);
        return address != NULL ? address : takeElsewhere(arena, size, alignment, zeroed);
    }

    private PtArena arenaFor(PtCache cache, long size) {
        return cache != null ? cache.arena : arenas.shared(size);
    }

    private long takeFirst(
            PtArena arena, PtCache cache, long size, long alignment, boolean zeroed) {
        if (arena == null) return NULL;
        long chunk = takeFrom(arena, cache, size, alignment, tuning.directFrom());
        if (chunk == PtArena.DIRECT) {
            long address = runs.take(size, alignment, zeroed);
            if (address != NULL) return address;
            chunk = takeFrom(arena, cache, size, alignment, Long.MAX_VALUE);
        }
        return chunk == NULL ? NULL : zeroed(chunk, size, zeroed);
    }

    private static long zeroed(long chunk, long size, boolean zeroed) {
        if (zeroed) Memory.fill(PtChunk.address(chunk), size, (byte) 0);
        return PtChunk.address(chunk);
    }

    private long takeFrom(
            PtArena arena, PtCache cache, long size, long alignment, long directFrom) {
        long bytes = PtChunk.sizeFor(size);
        arena.lock();
        try {
            long chunk =
                    alignment <= PtChunk.ALIGNMENT
                            ? arena.take(bytes, cache, directFrom)
                            : arena.resize.takeAligned(bytes, alignment, cache, directFrom);
            if (chunk != NULL && chunk != PtArena.DIRECT) arena.allocations++;
            return chunk;
        } finally {
            arena.unlock();
        }
    }

    private long takeElsewhere(PtArena but, long size, long alignment, boolean zeroed) {
        long address = takeAnywhere(but, size, alignment);
        if (address == NULL && release()) address = takeAnywhere(null, size, alignment);
        if (address == NULL) return runs.take(size, alignment, zeroed);
        if (zeroed) Memory.fill(address, size, (byte) 0);
        return address;
    }

    /// @param but an arena that has no room, or null
    private long takeAnywhere(PtArena but, long size, long alignment) {
        for (PtArena arena : arenas.all()) {
            if (arena == but) continue;
            long chunk = takeFrom(arena, null, size, alignment, Long.MAX_VALUE);
            if (chunk != NULL) return PtChunk.address(chunk);
        }
        return NULL;
    }

    /// Merges what caches and fastbins hold, and gives back what arenas have too much of.
    private boolean release() {
        boolean some = caches.release();
        for (PtArena arena : arenas.all()) some |= arena.trim(0, true) > 0;
        return some;
    }

    // ---- release ----

    /// Frees a block of which nobody knows yet that it is one.
    void free(long address, long size, PtCache cache) {
        long chunk = PtChunk.ofAddress(address);
        long bytes = checkedSize(address, size);
        if (bytes < 0) {
            runs.free(address, size);
            return;
        }
        if (bytes <= PtCache.SIZE_MAX && !PtChunk.isPrevUsed(chunk + bytes)) {
            throw fault(address, "expected a live block, found a free one");
        }
        if (cache != null && cache.push(address, bytes)) return;
        if (Thread.currentThread().isVirtual() && caches.pushShared(address, bytes)) return;
        release(chunk, bytes);
    }

    /// Frees a chunk in use that no cache takes.
    void release(long chunk, long bytes) {
        PtArena arena = arenas.of(chunk);
        arena.lock();
        try {
            arena.release(chunk, bytes);
        } finally {
            arena.unlock();
        }
    }

    /// Size of the chunk in use at an address, or -1 for a direct run's.
    ///
    /// @param size that the caller may use at least
    /// @throws CorruptHeapError if it is none
    long checkedSize(long address, long size) {
        long chunk = PtChunk.ofAddress(address);
        if ((address & PtChunk.ALIGNMENT - 1) != 0) {
            throw fault(address, "expected the start of a block, a multiple of 16");
        }
        if (!heaps.isLink(chunk)) {
            throw fault(address, "expected a live block of this heap, found an address outside it");
        }
        long head = PtChunk.head(chunk);
        if ((head & PtChunk.M) != 0 && runs.usableAt(address) >= 0) return -1;
        long bytes = PtChunk.sizeOf(head);
        if (!PtChunk.isPlain(head) || bytes < PtChunk.MIN || !heaps.isLink(chunk + bytes)) {
            throw fault(
                    address,
                    "expected a live block, found the tag 0x"
                            + Long.toHexString(head)
                            + ": freed twice, overwritten, or the inside of a block");
        }
        long key = PtChunk.key(address);
        if (!PtChunk.isPrevUsed(chunk + bytes) || key == heaps.key || key == ~heaps.key) {
            throw fault(address, "expected a live block, found a free one");
        }
        long usable = bytes - PtChunk.OVERHEAD;
        if (Long.compareUnsigned(size, usable) > 0) throw heaps.fault.size(address, size, usable);
        return bytes;
    }

    private Error fault(long address, String expected) {
        return heaps.fault.address(address, expected);
    }

    /// Bytes that the caller of a live block may use.
    long usable(long address, long size) {
        long bytes = checkedSize(address, size);
        if (bytes >= 0) return bytes - PtChunk.OVERHEAD;
        long usable = runs.usableAt(address);
        if (Long.compareUnsigned(size, usable) > 0) throw heaps.fault.size(address, size, usable);
        return usable;
    }

    // ---- resize ----

    /// Resizes a block that the caller has.
    ///
    /// @param usable bytes that it has
    /// @param newSize bytes wanted, unsigned
    long resize(long address, long usable, long alignment, long newSize, PtCache cache) {
        if (Long.compareUnsigned(newSize, largest) >= 0) return NULL;
        boolean moves = alignment <= PtChunk.ALIGNMENT;
        long chunk = PtChunk.ofAddress(address);
        long resized;
        if ((PtChunk.head(chunk) & PtChunk.M) != 0) {
            boolean slides = alignment <= PtRuns.SLIDES_MAX;
            resized = runs.resize(address, 0, newSize, slides);
        } else {
            PtArena arena = arenas.of(chunk);
            arena.lock();
            try {
                resized =
                        arena.resize.resize(
                                chunk, PtChunk.size(chunk), PtChunk.sizeFor(newSize), moves, cache);
                if (resized != NULL) {
                    arena.reallocations++;
                    resized = PtChunk.address(resized);
                }
            } finally {
                arena.unlock();
            }
        }
        return resized != NULL ? resized : move(address, usable, alignment, newSize, cache);
    }

    private long move(long address, long usable, long alignment, long newSize, PtCache cache) {
        long moved = take(cache, newSize, alignment, false);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(usable, newSize));
        free(address, 0, cache);
        moves.incrementAndGet();
        return moved;
    }

    /// Waits for all arenas and for caches that are being buried, so that everything is as it is.
    ///
    /// @return those locked, to be given to [#unlockAll]
    PtArena[] lockAll() {
        caches.lock();
        PtArena[] all = arenas.all();
        for (PtArena arena : all) arena.lock();
        return all;
    }

    void unlockAll(PtArena[] locked) {
        for (PtArena arena : locked) arena.unlock();
        caches.unlock();
    }

    /// Bytes of tables beside the region: of heaps and of direct runs.
    long tableBytes() {
        return runs.tableBytes() + heaps.tableBytes();
    }
}
