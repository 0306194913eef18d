package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// A heap of its own with a lock: fastbins, bins, top. Several threads may share one.
///
/// ```
///  first heap                                                        opened
///  │ 48 │ record, 2200 │ U │ F │ U │ f │ U │  F  │ U │      top       │ not committed ...
///                            ▲       ▲
///                      in a bin     in a fastbin: looks as if in use
///
///  next heap, when that is full
///  │ 48 │ U │ F │ U │ ...  │ top │ ...              the first one ends in two fenceposts of 16
/// ```
///
/// Threads: [#take], [#release] and all that changes chunks need the lock.
///
/// Source: spec 2.2 to 2.8.
final class PtArena {
    /// Answer of [#take] where the request should have pages of its own.
    static final long DIRECT = -1;

    /// Chunks that one search files at most. Source: spec 2.4, 5.
    private static final int FILED_MAX = 10_000;

    /// A free chunk of at least so many bytes makes the arena tidy up. Source: spec 2.5, 5.
    private static final long TIDY = 65536;

    private static final int SPINS = 64;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(PtArena.class, "word", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final int number;
    final PtHeaps heaps;
    final PtTuning tuning;
    final PtBins bins;
    final PtFast fast;
    final PtTop top;
    final PtResize resize;
    private final long unsorted;
    private final boolean smallAtOnce;
    private final long unsortedLimit;
    private long lastRemainder;

    private volatile int word;

    /// Whether a free chunk may have pages that are not committed.
    boolean holes;

    /// Chunks that left, to callers and to caches, less those that came back; their bytes.
    long blocksOut;

    long bytesOut;

    /// Requests that callers had served, and resizes.
    long allocations;

    long reallocations;

    /// Chunks that came back.
    private long releases;

    /// Platform threads that use it first. Changed under the lock of [PtCaches].
    int threads;

    /// @param heap opened for it, with room for the record and two chunks
    PtArena(int number, PtHeaps heaps, PtTuning tuning, int heap) {
        this.number = number;
        this.heaps = heaps;
        this.tuning = tuning;
        long record = heaps.start(heap) + PtHeaps.INFO;
        this.bins = new PtBins(heaps, record);
        this.unsorted = bins.header(PtBins.UNSORTED);
        this.fast = new PtFast(this, tuning.options.mxfast());
        this.top = new PtTop(this, heap);
        this.resize = new PtResize(this);
        this.smallAtOnce = tuning.options.smallAtOnce();
        this.unsortedLimit = tuning.options.tcacheUnsortedLimit();
    }

    // ---- lock ----

    /// Waits for the arena.
    void lock() {
        if (!WORD.compareAndSet(this, 0, 1)) lockSlowly();
    }

    boolean tryLock() {
        return word == 0 && WORD.compareAndSet(this, 0, 1);
    }

    void unlock() {
        WORD.setRelease(this, 0);
    }

    private void lockSlowly() {
        for (int tries = 0; !tryLock(); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < 2 * SPINS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    // ---- take ----

    /// A chunk of at least `size` bytes for a caller; NULL where there is no room, [#DIRECT] where
    /// the heap would have to grow for one that should have pages of its own.
    ///
    /// One long method, and so is [#merge]: compilers draw their lines around those, and the loads
    /// in them stay machine instructions however deep the caller is.
    ///
    /// @param size of a chunk
    /// @param cache of the caller, which gets others of the same size on the way, or null
    /// @param directFrom sizes from which on [#DIRECT] is an answer
    long take(long size, PtCache cache, long directFrom) {
        long chunk;
        if (size <= fast.max() && (chunk = fast.take(size, cache)) != NULL) return chunk;
        if (size < PtChunk.LARGE) {
            long header = bins.header(PtBins.binOf(size));
            chunk = bins.last(header);
            if (chunk != NULL && isReady(chunk, size)) {
                bins.removeLast(header, chunk);
                handOut(chunk, size);
                if (cache != null && cache.hasRoom(size)) stash(header, size, cache);
                return chunk;
            }
        } else if (fast.hasChunks()) {
            fast.consolidate();
        }
        while (true) {
            boolean cached = false;
            int filed = 0;
            while ((chunk = bins.last(unsorted)) != NULL) {
                long bytes = checkedUnsorted(chunk);
                boolean again =
                        size < PtChunk.LARGE
                                && chunk == lastRemainder
                                && bytes > size + PtChunk.MIN
                                && PtChunk.bk(chunk) == unsorted;
                bins.removeLast(unsorted, chunk);
                if (again) return split(chunk, size);
                if (bytes == size && isReady(chunk, size)) {
                    handOut(chunk, size);
                    if (cache == null || !cache.hasRoom(size)) return chunk;
                    cache.put(chunk, size);
                    cached = true;
                    continue;
                }
                bins.file(chunk, bytes);
                filed++;
                if (cached && unsortedLimit > 0 && filed > unsortedLimit) break;
                if (filed >= FILED_MAX) break;
            }
            if (cached) return cache.takeBack(size);
            chunk = size >= PtChunk.LARGE ? bins.takeFromOwn(size) : NULL;
            if (chunk == NULL) chunk = bins.takeFromLarger(size);
            if (chunk != NULL) return split(chunk, size);
            if (top.fits(size)) return top.carve(size);
            if (!fast.hasChunks()) return size >= directFrom ? DIRECT : grow(size);
            fast.consolidate();
        }
    }

    private long grow(long size) {
        return top.grow(size) ? top.carve(size) : NULL;
    }

    /// Moves more chunks of a small bin to a cache that has room.
    private void stash(long header, long size, PtCache cache) {
        do {
            long other = bins.last(header);
            if (other == NULL || !isReady(other, size)) return;
            bins.removeLast(header, other);
            handOut(other, size);
            cache.put(other, size);
        } while (cache.hasRoom(size));
    }

    private long checkedUnsorted(long chunk) {
        long bytes = PtChunk.size(chunk);
        long next = chunk + bytes;
        if (bytes < PtChunk.MIN || bytes > top.systemBytes() || !heaps.isLink(next)) {
            throw heaps.fault.chunk(chunk, "pt.I3: the size of a free block was overwritten");
        }
        if (PtChunk.prevSize(next) != bytes) {
            throw heaps.fault.chunk(chunk, "pt.I2: the sizes at a free block's ends differ");
        }
        long nextHead = PtChunk.head(next);
        if (nextHead < PtChunk.FENCE || nextHead > top.systemBytes()) {
            throw heaps.fault.chunk(chunk, "pt.I1: the tag behind a free block was overwritten");
        }
        if ((nextHead & PtChunk.P) != 0) {
            throw heaps.fault.chunk(
                    chunk, "pt.I1: the tag behind a free block says that it is in use");
        }
        return bytes;
    }

    /// Cuts a free chunk that is in no bin; the rest goes to the unsorted queue.
    private long split(long chunk, long size) {
        long bytes = PtChunk.size(chunk);
        long rest = bytes - size;
        if (!isReady(chunk, Math.min(bytes, size + PtChunk.LINKS_END))) {
            bins.file(chunk, bytes);
            return NULL;
        }
        if (rest < PtChunk.MIN) {
            handOut(chunk, bytes);
            return chunk;
        }
        long remainder = chunk + size;
        bins.pushUnsorted(remainder, rest);
        if (size < PtChunk.LARGE) lastRemainder = remainder;
        PtChunk.setHead(chunk, size | PtChunk.P);
        PtChunk.setFree(remainder, rest);
        countOut(size);
        return chunk;
    }

    /// A whole free chunk becomes one in use.
    private void handOut(long chunk, long size) {
        PtChunk.setPrevUsed(chunk + size);
        countOut(size);
    }

    void countOut(long size) {
        blocksOut++;
        bytesOut += size;
    }

    /// Whether the first bytes of a free chunk have pages now.
    boolean isReady(long chunk, long bytes) {
        return !holes || heaps.region.commit(chunk, bytes);
    }

    // ---- release ----

    /// Frees a chunk that left: to a fastbin or to the bins, never to a cache.
    void release(long chunk, long size) {
        long merged = 0;
        if (size <= fast.max()) {
            fast.push(chunk, size);
        } else {
            merged = merge(chunk, size);
        }
        blocksOut--;
        bytesOut -= size;
        releases++;
        if (merged >= TIDY) tidy(size);
    }

    /// @param size of the chunk that was freed
    private void tidy(long size) {
        if (size >= TIDY) tuning.learnFromArena(size);
        if (fast.hasChunks()) fast.consolidate();
        top.trimAbove(tuning.trimThreshold());
    }

    /// Merges a chunk with its free neighbours and puts the whole into the unsorted queue or top.
    ///
    /// @return bytes of the whole
    long merge(long chunk, long size) {
        if (chunk == top.chunk()) {
            throw heaps.fault.chunk(chunk, "expected a live block, found the free end of a heap");
        }
        long next = chunk + size;
        if (!heaps.isLink(next)) {
            throw heaps.fault.chunk(chunk, "pt.I1: the tag of a block was overwritten");
        }
        long nextHead = PtChunk.head(next);
        if ((nextHead & PtChunk.P) == 0) {
            throw heaps.fault.chunk(chunk, "expected a live block, found a free one");
        }
        long nextSize = PtChunk.sizeOf(nextHead);
        if (nextSize < PtChunk.FENCE
                || nextSize >= top.systemBytes()
                || !PtChunk.isPlain(nextHead)
                || !heaps.isLink(next + nextSize - PtChunk.ALIGNMENT)) {
            throw heaps.fault.chunk(chunk, "pt.I1: the tag behind a block was overwritten");
        }
        if (!PtChunk.isPrevUsed(chunk)) {
            long before = PtChunk.prevSize(chunk);
            long previous = chunk - before;
            if (!heaps.isLink(previous) || PtChunk.size(previous) != before) {
                throw heaps.fault.chunk(chunk, "pt.I2: the sizes at a free block's ends differ");
            }
            bins.unlink(previous);
            PtChunk.setHead(chunk, 0);
            chunk = previous;
            size += before;
        }
        if (next == top.chunk()) {
            PtChunk.setHead(next, 0);
            size += nextSize;
            top.set(chunk, size);
            return size;
        }
        if (!PtChunk.isPrevUsed(next + nextSize)) {
            bins.unlink(next);
            PtChunk.setHead(next, 0);
            size += nextSize;
        } else {
            PtChunk.setHead(next, nextHead & ~PtChunk.P);
        }
        PtChunk.setFree(chunk, size);
        if (smallAtOnce && size < PtChunk.LARGE) {
            bins.file(chunk, size);
        } else {
            bins.pushUnsorted(chunk, size);
        }
        return size;
    }

    // ---- give back ----

    /// A number that is another one after each use.
    long activity() {
        return allocations + releases + reallocations;
    }

    /// Merges all that is free and gives back whole pages of it.
    ///
    /// @param pad bytes that top keeps
    /// @param shrinks whether address space is given up as well
    /// @return bytes given back
    long trim(long pad, boolean shrinks) {
        lock();
        try {
            return trimLocked(pad, shrinks);
        } finally {
            unlock();
        }
    }

    /// The same with the lock held.
    long trimLocked(long pad, boolean shrinks) {
        if (fast.hasChunks()) fast.consolidate();
        long bytes = top.trimAbove(Long.MAX_VALUE) + top.trim(pad);
        if (shrinks) top.shrink();
        return heaps.isLazy() ? bytes + punch() : bytes;
    }

    private long punch() {
        long bytes = 0;
        for (int bin = PtBins.UNSORTED; bin <= PtBins.count(); bin++) {
            if (bin > PtBins.UNSORTED && !bins.isMarked(bin)) continue;
            long header = bins.header(bin);
            for (long chunk = PtChunk.fd(header); chunk != header; chunk = PtChunk.fd(chunk)) {
                bins.checked(chunk, header);
                long rest = PtChunk.size(chunk) - PtChunk.LINKS_END;
                if (rest > 0) {
                    bytes += heaps.region.decommit(chunk + PtChunk.LINKS_END, rest);
                }
            }
        }
        holes |= bytes > 0;
        return bytes;
    }
}
