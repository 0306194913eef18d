package org.allod.tcmalloc;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.memory.Memory;
import org.allod.parts.PageHeap;
import org.allod.parts.PageMap;
import org.allod.parts.Span;
import org.allod.profile.HeapProfile;
import org.allod.profile.HeapProfiler;

/// Serves what no cache does: misses, large and aligned blocks, samples, resizes.
///
/// `NULL` means that there is no room. No stripe may be held. Threads: any.
///
/// Source: spec 1.4, 1.5, 1.7.
final class TcRequests {
    /// Classes, from the smallest, of which the heap itself has a block: so it is in gperftools,
    /// once its library has started. With them each block lies where the original's does.
    static final int START = 2;

    /// Pages of a heap that starts so; a smaller one has none to spare.
    private static final long START_PAGES_MIN = 128;

    /// Frames of a stack that are kept. Source: spec 1.8.
    private static final int DEPTH = 31;

    final PageHeap heap;
    final PageMap map;
    final TcCentrals centrals;
    final TcCaches caches;

    /// Null if nothing is sampled.
    final HeapProfiler profiler;

    /// Resizes that succeeded.
    final AtomicLong resizes = new AtomicLong();

    /// Live blocks that have a span of their own.
    final AtomicLong largeBlocks = new AtomicLong();

    private final ReentrantLock starting = new ReentrantLock();
    private final long[] started = new long[START];
    private volatile boolean isStarted;

    TcRequests(PageHeap heap, TcOptions options) {
        this.heap = heap;
        this.map = heap.map();
        this.centrals = new TcCentrals(heap, options);
        this.caches = new TcCaches(map, centrals, options);
        long mean = options.sampleParameter();
        this.profiler = mean == 0 ? null : new HeapProfiler(mean, DEPTH);
    }

    // ---- take ----

    /// A small block that the caller's cache does not have.
    ///
    /// @param cache of the caller, or null
    /// @param size asked for
    long takeSmall(TcCache cache, int sizeClass, long size) {
        start();
        if (cache == null && !Thread.currentThread().isVirtual()) {
            cache = caches.add();
            if (cache != null) cache.isSampled(TcClasses.BYTES[sizeClass]);
        }
        if (cache != null && cache.isDue()) {
            cache.waitAgain();
            return sampled(size, 1, TcClasses.BYTES[sizeClass]);
        }
        long address = takeSmallOnce(cache, sizeClass);
        if (address == NULL && cache == null && caches.isSampledShared(0, true)) {
            return sampled(size, 1, TcClasses.BYTES[sizeClass]);
        }
        if (address == NULL && release()) address = takeSmallOnce(cache, sizeClass);
        return address;
    }

    private long takeSmallOnce(TcCache cache, int sizeClass) {
        if (cache != null) return caches.fetch(cache, sizeClass);
        return caches.takeShared(sizeClass);
    }

    /// A block with a span of its own.
    ///
    /// @param size unsigned
    long takeLarge(TcCache cache, long size, long alignment, boolean zeroed) {
        start();
        if (size < 0 || size > map.pages() << TcClasses.PAGE_SHIFT) return NULL;
        if (profiler != null && isSampled(cache, size)) return sampled(size, alignment, size);
        Span span = takeSpan(size, alignment);
        if (span == null) return NULL;
        long address = heap.address(span);
        if (zeroed && !span.isZero()) Memory.fill(address, size, (byte) 0);
        return counted(address);
    }

    private boolean isSampled(TcCache cache, long size) {
        if (cache == null) return caches.isSampledShared(size, false);
        if (!cache.isSampled(size)) return false;
        cache.waitAgain();
        return true;
    }

    private Span takeSpan(long size, long alignment) {
        long pages = TcClasses.pagesFor(size);
        Span span = heap.takeAligned(pages, alignment);
        if (span == null && release()) span = heap.takeAligned(pages, alignment);
        return span;
    }

    private long counted(long address) {
        largeBlocks.incrementAndGet();
        caches.countAllocation();
        return address;
    }

    /// A block with a span of its own, whose stack is noted.
    ///
    /// @param drawn bytes by which the request lowered the count
    private long sampled(long size, long alignment, long drawn) {
        Span span = takeSpan(size, alignment);
        if (span == null) return NULL;
        span.special = true;
        long address = heap.address(span);
        profiler.sampled(address, drawn, Math.max(1, size));
        return counted(address);
    }

    /// Empties what is free in caches and slots.
    ///
    /// @return whether there was anything
    boolean release() {
        return caches.release() | centrals.release();
    }

    // ---- the heap's own first blocks ----

    private void start() {
        if (!isStarted) startOnce();
    }

    private void startOnce() {
        starting.lock();
        try {
            if (isStarted) return;
            if (map.pages() >= START_PAGES_MIN) {
                TcChain chain = new TcChain();
                for (int c = 0; c < START; c++) {
                    centrals.of(c).take(1, chain.empty());
                    started[c] = chain.head;
                }
                caches.startFollows();
            }
            isStarted = true;
        } finally {
            starting.unlock();
        }
    }

    /// Addresses of blocks of the smallest classes that nobody gets; 0 where there is none.
    long[] started() {
        return started;
    }

    // ---- free ----

    /// Frees a block of a class that the caller's cache cannot take.
    void freeSmall(TcCache cache, int sizeClass, long address) {
        if (cache == null && !Thread.currentThread().isVirtual()) cache = caches.add();
        if (cache == null) caches.giveShared(sizeClass, address);
        else if (cache.push(sizeClass, address)) caches.release(cache, sizeClass);
    }

    /// Frees a block that has a span of its own.
    void freeLarge(long address, long size) {
        Span span = spanOf(address);
        checkSize(address, size, heap.bytes(span));
        if (span.special) profiler.freed(address);
        largeBlocks.decrementAndGet();
        heap.free(span);
    }

    // ---- what is at an address ----

    /// Bytes that the caller of a live block may use.
    ///
    /// @throws CorruptHeapError if it is none, as far as span and page map can tell
    long usable(long address) {
        int kind = map.kindAt(address);
        if (kind == 0) return heap.bytes(spanOf(address));
        if (!isStart(address, kind)) throw inside(address);
        return TcClasses.BYTES[kind - 1];
    }

    /// Whether a block of a class begins here and was cut from its span before.
    boolean isStart(long address, int kind) {
        Span span = heap.at(address);
        return span != null
                && address < span.fresh
                && TcClasses.isOnGrid(kind - 1, (int) (address - heap.address(span)));
    }

    private Span spanOf(long address) {
        Span span = heap.at(address);
        if (span == null || span.kind != 0 || heap.address(span) != address) {
            String found =
                    map.pageOf(address) < 0 || map.pageOf(address) >= map.pages()
                            ? "an address outside it"
                            : "a free one, or the inside of one";
            throw fault(address, "expected a live block of this heap, found " + found);
        }
        return span;
    }

    static CorruptHeapError inside(long address) {
        return fault(address, "expected the start of a live block, found the inside of one");
    }

    static CorruptHeapError twice(long address) {
        return fault(address, "expected a live block, found a free one");
    }

    static CorruptHeapError fault(long address, String expected) {
        return new CorruptHeapError(TcMalloc.NAME, address, expected);
    }

    static void checkSize(long address, long size, long usable) {
        if (Long.compareUnsigned(size, usable) <= 0) return;
        throw fault(
                address,
                "expected a block of at least "
                        + Long.toUnsignedString(size)
                        + " bytes, found one of "
                        + usable);
    }

    /// Who allocated what, by samples; empty if nothing is sampled.
    HeapProfile profile() {
        return profiler == null ? new HeapProfile(1, List.of()) : profiler.profile();
    }

    /// Bytes of tables beside the region.
    long tableBytes() {
        return heap.tableBytes()
                + centrals.tableBytes()
                + caches.all().size() * TcCache.tableBytes();
    }
}
