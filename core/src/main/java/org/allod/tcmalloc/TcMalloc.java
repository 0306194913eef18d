package org.allod.tcmalloc;

import java.util.concurrent.atomic.AtomicLong;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.PageHeap;
import org.allod.parts.PageMap;
import org.allod.parts.ThreadCaches;
import org.allod.profile.HeapProfile;

/// TCMalloc as in gperftools: a cache of every size class for each thread, central lists behind
/// them, spans of pages behind those.
///
/// ```java
/// try (var heap = new TcMalloc(Region.reserved(1L << 32))) {
///     long block = heap.allocate(100, 16);        // 112 bytes, no header
///     heap.free(block);                           // to this thread's cache
///     block = heap.allocate(110, 16);             // the same block, no lock
///     heap.idle();                                // before the thread waits for long
/// }
/// ```
///
/// Seen in a free, always: an address outside the region, a page that is not in use, the inside of
/// a large block, a large block freed twice, a small one freed twice in a row, the inside of a
/// small one ([CorruptHeapError]); what goes back to a span that has all its blocks, and a link
/// that was overwritten, when it is followed. Not seen: a small block freed twice with others in
/// between, a free of a block that was handed out again.
///
/// Cost: blocks have no header; sizes are rounded to one of 85 classes, by an eighth at most, above
/// 256 KiB to pages of 8 KiB. A cached block costs a look-up of the thread and a dozen loads and
/// stores. All caches together hold at most 32 MiB.
///
/// Threads: any thread, own cache first.
///
/// Source: gperftools 2.10 and 2.18 by Sanjay Ghemawat and others, from a description of them.
public final class TcMalloc implements Malloc {
    static final String NAME = "tcmalloc";

    private static final byte FRESH = (byte) 0xAA;
    private static final byte FREED = 0x55;

    /// Bits that an alignment has if it is above that of every class.
    private static final long BEYOND = -32;

    /// Largest alignment of a size by its class alone.
    private static final long ALIGNMENT = 16;

    private final Region region;
    private final PageHeap heap;
    private final PageMap map;
    private final TcRequests requests;
    private final TcCaches caches;
    private final ThreadCaches<TcCache> threads;
    private final TcProperties properties;
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean closed;

    /// Over one region, with [TcOptions#DEFAULT].
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region has no whole page of 8 KiB
    public TcMalloc(Region region) {
        this(region, TcOptions.DEFAULT);
    }

    /// Over one region, with options.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region has no whole page of 8 KiB
    public TcMalloc(Region region, TcOptions options) {
        this.region = region;
        this.heap = new PageHeap(region, TcClasses.PAGE_SHIFT);
        this.map = heap.map();
        this.requests = new TcRequests(heap, options);
        this.caches = requests.caches;
        this.threads = caches.threads();
        this.properties = new TcProperties(region, requests, options);
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        TcCache cache = threads.mine();
        if (cache != null && isCacheable(size, alignment)) {
            long address = cache.pop(classOf(size, alignment));
            if (address != NULL) {
                assert isFilled(address, FRESH);
                return address;
            }
        }
        return allocateMissed(cache, size, alignment, false);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        release(address, size);
    }

    @Override
    public void free(long address) {
        release(address, 0);
    }

    private void release(long address, long size) {
        int kind = map.kindAt(address);
        TcCache cache = threads.mine();
        if (kind == 0
                || cache == null
                || Long.compareUnsigned(size, TcClasses.BYTES[kind - 1]) > 0
                || !isStart(address, kind)
                || cache.newest(kind - 1) == address) {
            releaseMissed(cache, address, size);
            return;
        }
        assert isFilled(address, FREED);
        if (cache.push(kind - 1, address)) caches.release(cache, kind - 1);
    }

    /// Whether a block of a class begins here: told by the address alone where spans have one page.
    private boolean isStart(long address, int kind) {
        return kind <= TcClasses.ONE_PAGE_END
                ? TcClasses.isOnGrid(kind - 1, (int) (address & TcClasses.PAGE - 1))
                : requests.isStart(address, kind);
    }

    private static boolean isCacheable(long size, long alignment) {
        return Long.compareUnsigned(size, TcClasses.SIZE_MAX) <= 0
                && alignment != 0
                && (alignment & (alignment - 1 | BEYOND)) == 0;
    }

    /// Blocks of 8 bytes lie at multiples of 8, all larger ones at multiples of 16.
    private static int classOf(long size, long alignment) {
        return TcClasses.SIZES.of(Math.max(size, alignment - 7));
    }

    // ---- cold: the caller's cache has none ----

    private long allocateMissed(TcCache cache, long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        int sizeClass = classAligned(size, alignment);
        long address =
                sizeClass < 0
                        ? requests.takeLarge(cache, size, alignment, zeroed)
                        : requests.takeSmall(cache, sizeClass, size);
        if (address == NULL) return fail();
        if (zeroed) {
            if (sizeClass >= 0) Memory.fill(address, size, (byte) 0);
        } else {
            assert isFilled(address, FRESH);
        }
        return address;
    }

    /// The smallest class that has room and whose blocks are aligned, or -1.
    private int classAligned(long size, long alignment) {
        if (Long.compareUnsigned(size, TcClasses.SIZE_MAX) > 0 || alignment > TcClasses.PAGE) {
            return -1;
        }
        if (alignment <= ALIGNMENT) return classOf(size, alignment);
        for (int c = TcClasses.SIZES.of(Math.max(1, size)); c < TcClasses.COUNT; c++) {
            if ((TcClasses.BYTES[c] & alignment - 1) == 0) return c;
        }
        return -1;
    }

    private void releaseMissed(TcCache cache, long address, long size) {
        checkOpen();
        if (address == NULL) return;
        int kind = map.kindAt(address);
        if (kind == 0) {
            requests.freeLarge(address, size);
            return;
        }
        TcRequests.checkSize(address, size, TcClasses.BYTES[kind - 1]);
        if (!requests.isStart(address, kind)) throw TcRequests.inside(address);
        if (cache != null && cache.newest(kind - 1) == address) throw TcRequests.twice(address);
        assert isFilled(address, FREED);
        requests.freeSmall(cache, kind - 1, address);
    }

    private long fail() {
        checkOpen();
        region.checkAlive();
        failures.incrementAndGet();
        return NULL;
    }

    private void checkOpen() {
        if (closed)
            throw new IllegalStateException(NAME + " is closed, expected an open allocator");
    }

    private boolean isFilled(long address, byte value) {
        Memory.fill(address, requests.usable(address), value);
        return true;
    }

    // ---- cold ----

    @Override
    public long allocateZeroed(long size, long alignment) {
        if (!isCacheable(size, alignment))
            return allocateMissed(threads.mine(), size, alignment, true);
        long address = allocate(size, alignment);
        if (address != NULL) Memory.fill(address, size, (byte) 0);
        return address;
    }

    @Override
    public long usableSize(long address) {
        checkOpen();
        return requests.usable(address);
    }

    @Override
    public long reallocate(long address, long newSize) {
        if (address == NULL) return allocate(newSize, ALIGNMENT);
        checkOpen();
        long usable = requests.usable(address);
        return resized(address, usable, usable, ALIGNMENT, newSize);
    }

    /// As [Malloc#reallocate]. Keeps the block if it has room and half of it stays in use; else
    /// moves it, to one larger by a quarter at least if it grows.
    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        checkOpen();
        long usable = requests.usable(address);
        TcRequests.checkSize(address, size, usable);
        return resized(address, usable, size, alignment, newSize);
    }

    /// @param kept bytes of the block that the caller uses
    private long resized(long address, long usable, long kept, long alignment, long newSize) {
        boolean fits = Long.compareUnsigned(newSize, usable) <= 0;
        if (!fits || newSize < usable / 2) {
            long moved = moved(address, usable, kept, alignment, newSize);
            if (moved == NULL && !fits) return fail();
            if (moved != NULL) address = moved;
        }
        requests.resizes.incrementAndGet();
        return address;
    }

    private long moved(long address, long usable, long kept, long alignment, long newSize) {
        long generous = usable + usable / 4;
        long moved = NULL;
        if (newSize > usable && newSize < generous) moved = taken(generous, alignment);
        if (moved == NULL) moved = taken(newSize, alignment);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(kept, newSize));
        release(address, 0);
        return moved;
    }

    /// As [#allocate]; a refusal is not counted.
    private long taken(long size, long alignment) {
        TcCache cache = threads.mine();
        int sizeClass = classAligned(size, alignment);
        if (sizeClass < 0) return requests.takeLarge(cache, size, alignment, false);
        long address = cache == null ? NULL : cache.pop(sizeClass);
        return address != NULL ? address : requests.takeSmall(cache, sizeClass, size);
    }

    // ---- threads ----

    /// Empties the calling thread's cache into the central lists and gives up its share of the
    /// budget: for a thread that will not allocate for a while. Virtual threads have none. The
    /// original's `MarkThreadIdle`.
    public void idle() {
        checkOpen();
        TcCache cache = threads.mine();
        if (cache != null) caches.idle(cache);
    }

    /// Makes the calling platform thread's cache, if it has none yet. The original's
    /// `MarkThreadBusy`.
    public void markThreadBusy() {
        checkOpen();
        if (threads.mine() == null && !Thread.currentThread().isVirtual()) caches.add();
    }

    /// Caches that there are now: of living threads, and those that virtual threads share.
    public int caches() {
        checkOpen();
        caches.bury();
        return caches.all().size();
    }

    // ---- looking ----

    /// Empties the caches that can be and the central lists, and gives back all free pages.
    @Override
    public long trim() {
        checkOpen();
        long before = region.committed();
        requests.release();
        heap.release(region.bytes());
        return before - region.committed();
    }

    /// A number by its name in gperftools, as `tcmalloc.pageheap_free_bytes`.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public long property(String name) {
        checkOpen();
        caches.bury();
        return properties.get(name);
    }

    /// Sets one of the four limits: `tcmalloc.max_total_thread_cache_bytes`,
    /// `tcmalloc.min_per_thread_cache_bytes`, `tcmalloc.aggressive_memory_decommit`,
    /// `tcmalloc.heap_limit_mb`.
    ///
    /// @throws IllegalArgumentException if there is none of that name, or it cannot be so
    public void setProperty(String name, long value) {
        checkOpen();
        properties.set(name, value);
    }

    /// What is where, as gperftools prints it: lines that begin with `MALLOC:`.
    ///
    /// @param level 1 for the sums; 2 for each class and each length of free spans as well
    public String statistics(int level) {
        checkOpen();
        caches.bury();
        return new TcText(requests, properties).text(level);
    }

    /// Who allocated what, by samples; empty if nothing is sampled.
    public HeapProfile profile() {
        checkOpen();
        return requests.profile();
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        caches.bury();
        return properties.stats(failures.get());
    }

    @Override
    public boolean owns(long address) {
        checkOpen();
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return true;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        checkOpen();
        new TcWalk(region, requests).walk(visitor);
    }

    @Override
    public void verify() {
        checkOpen();
        new TcVerifier(requests).verify();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        caches.close();
        heap.close();
        region.close();
    }
}
