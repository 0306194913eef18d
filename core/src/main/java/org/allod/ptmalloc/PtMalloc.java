package org.allod.ptmalloc;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.Decay;
import org.allod.parts.ThreadCaches;

/// ptmalloc as in glibc 2.36: a cache of small blocks for each thread, arenas of boundary-tagged
/// chunks behind them.
///
/// ```java
/// try (var heap = new PtMalloc(Region.reserved(1L << 32))) {
///     long block = heap.allocate(100, 16);        // a chunk of 112 bytes
///     heap.free(block);                           // to this thread's cache
///     block = heap.allocate(104, 16);             // the same block, no lock
/// }
/// ```
///
/// Seen in a free, always: an address outside the region or not a multiple of 16, a block that is
/// free, in whatever cache or bin, a tag before or behind it that was overwritten; in an
/// allocation, links and sizes of free blocks that were ([CorruptHeapError]). Not seen: an address
/// inside a block whose contents look like a tag, two threads that free the same block at the same
/// moment, a double free of a block that was handed out again.
///
/// Cost: 8 bytes a block, sizes a multiple of 16, at least 32. A request of up to 1032 bytes that
/// the caller's cache has costs a look-up of the thread and a dozen loads and stores; else an
/// arena's lock and what its bins cost. A cache holds up to 7 blocks of each of 64 sizes.
///
/// Threads: any thread, own cache first.
///
/// Source: ptmalloc by Wolfram Gloger and Doug Lea, in glibc 2.36 with its contributors' tcache;
/// written from a description of it.
public final class PtMalloc implements Malloc {
    private static final String NAME = "ptmalloc";
    private static final byte FRESH = (byte) 0xAA;
    private static final byte FREED = 0x55;

    /// Bits that an alignment has if it is above that of every block.
    private static final long BEYOND = -2 * PtChunk.ALIGNMENT;

    private final Region region;
    private final PtHeaps heaps;
    private final PtCaches caches;
    private final ThreadCaches<PtCache> threads;
    private final PtRequests requests;
    private final int perturb;
    private final boolean zeroFrees;

    /// Requests below are served by caches.
    private final long cachedEnd;

    private final AtomicLong failures = new AtomicLong();
    private volatile boolean closed;

    /// Held here, and weakly by the thread that runs it; null if nothing goes back by itself.
    private final PtQuiet quiet;

    /// Over one region, with [PtOptions#DEFAULT].
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for one arena
    public PtMalloc(Region region) {
        this(region, PtOptions.DEFAULT);
    }

    /// Over one region, with options.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for one arena
    public PtMalloc(Region region, PtOptions options) {
        this.region = region;
        this.heaps = new PtHeaps(NAME, region);
        this.requests = new PtRequests(heaps, new PtTuning(options));
        this.caches = requests.caches;
        this.threads = caches.threads();
        this.perturb = options.perturb();
        this.zeroFrees = options.reallocZeroFrees();
        this.cachedEnd = options.tcacheCount() == 0 ? 0 : options.tcacheMax() + 1;
        long millis = options.trimQuietMillis();
        this.quiet = millis == 0 ? null : new PtQuiet(requests, millis);
        if (quiet != null) Decay.add(quiet);
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        PtCache cache = threads.mine();
        if (cache != null && isCacheable(size, alignment)) {
            long address = cache.pop(PtCache.indexFor(size));
            if (address != NULL) {
                assert isFilled(address, FRESH);
                if (perturb != 0) fill(address, perturb ^ 0xFF);
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
        PtCache cache = threads.mine();
        if (cache == null || !heaps.isQuick(address)) {
            releaseMissed(cache, address, size);
            return;
        }
        long chunk = PtChunk.ofAddress(address);
        long head = PtChunk.head(chunk);
        long bytes = PtChunk.sizeOf(head);
        if (!PtChunk.isPlain(head)
                || bytes < PtChunk.MIN
                || bytes <= PtCache.SIZE_MAX && !PtChunk.isPrevUsed(chunk + bytes)
                || Long.compareUnsigned(size, bytes - PtChunk.OVERHEAD) > 0) {
            releaseMissed(cache, address, size);
            return;
        }
        assert isFilled(address, FREED);
        if (perturb != 0) fill(address, perturb);
        if (!cache.push(address, bytes)) requests.release(chunk, bytes);
    }

    private boolean isCacheable(long size, long alignment) {
        return Long.compareUnsigned(size, cachedEnd) < 0
                && alignment != 0
                && (alignment & (alignment - 1 | BEYOND)) == 0;
    }

    // ---- cold: the caller's cache has none ----

    private long allocateMissed(PtCache cache, long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        if (Thread.currentThread().isVirtual()) {
            if (isCacheable(size, alignment)) {
                long address = caches.popShared(PtCache.indexFor(size));
                if (address != NULL) {
                    if (zeroed) Memory.fill(address, size, (byte) 0);
                    return address;
                }
            }
        } else if (cache == null && alignment <= PtChunk.ALIGNMENT) {
            cache = caches.add();
        }
        long address = requests.take(cache, size, alignment, zeroed);
        if (address == NULL) return fail();
        if (!zeroed) {
            assert isFilled(address, FRESH);
            if (perturb != 0) fill(address, perturb ^ 0xFF);
        }
        return address;
    }

    private void releaseMissed(PtCache cache, long address, long size) {
        checkOpen();
        if (address == NULL) return;
        requests.checkedSize(address, size);
        if (cache == null && !Thread.currentThread().isVirtual()) cache = caches.add();
        assert isFilled(address, FREED);
        if (perturb != 0) fill(address, perturb);
        requests.free(address, size, cache);
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
        fill(address, value);
        return true;
    }

    private void fill(long address, int value) {
        Memory.fill(address, requests.usable(address, 0), (byte) value);
    }

    // ---- cold ----

    @Override
    public long allocateZeroed(long size, long alignment) {
        return allocateMissed(threads.mine(), size, alignment, true);
    }

    @Override
    public long usableSize(long address) {
        checkOpen();
        return requests.usable(address, 0);
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, PtChunk.ALIGNMENT, newSize);
    }

    /// As [Malloc#reallocate]. Grows into what is free behind the block, moves it otherwise; caches
    /// are not asked.
    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        checkOpen();
        long usable = requests.usable(address, size);
        if (newSize == 0 && zeroFrees) {
            free(address);
            return NULL;
        }
        PtCache cache = threads.mine();
        if (cache == null && !Thread.currentThread().isVirtual()) cache = caches.add();
        long resized = requests.resize(address, usable, alignment, newSize, cache);
        return resized != NULL ? resized : fail();
    }

    /// Empties the calling thread's cache into the arenas: for a thread that will not allocate for
    /// a while. Virtual threads have none.
    public void idle() {
        checkOpen();
        PtCache cache = threads.mine();
        if (cache != null) caches.empty(cache);
    }

    /// Arenas that there are now.
    public int arenas() {
        checkOpen();
        return requests.arenas.all().length;
    }

    // ---- looking ----

    /// Arenas that somebody holds now.
    int locksHeld() {
        int held = 0;
        for (PtArena arena : requests.arenas.all()) {
            if (!arena.tryLock()) held++;
            else arena.unlock();
        }
        return held;
    }

    /// Empties the caches that can be, and gives back whole pages of all that is free.
    @Override
    public long trim() {
        checkOpen();
        caches.release();
        long bytes = 0;
        for (PtArena arena : requests.arenas.all()) bytes += arena.trim(0, false);
        return bytes;
    }

    /// What C's `mallinfo2` tells. O(free chunks).
    public MallInfo2 mallinfo2() {
        checkOpen();
        return new PtInfo(requests).mallinfo2();
    }

    /// What each arena holds and retains, as `malloc_info` tells. O(free chunks + pages).
    public List<ArenaInfo> mallocInfo() {
        checkOpen();
        caches.bury();
        return new PtInfo(requests).arenas();
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        caches.bury();
        return PtWalk.stats(requests, failures.get());
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
        still(() -> new PtWalk(requests).walk(visitor));
    }

    @Override
    public void verify() {
        checkOpen();
        still(() -> new PtVerifier(requests).verify());
    }

    /// Looks while neither the background thread nor one in an arena changes anything.
    private void still(Runnable look) {
        Decay.pause(() -> {
            PtArena[] locked = requests.lockAll();
            try {
                look.run();
            } finally {
                requests.unlockAll(locked);
            }
        });
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (quiet != null) quiet.stop();
        PtArena[] locked = requests.lockAll();
        try {
            caches.close();
            requests.arenas.close();
            requests.runs.close();
            heaps.close();
            region.close();
        } finally {
            requests.unlockAll(locked);
        }
    }
}
