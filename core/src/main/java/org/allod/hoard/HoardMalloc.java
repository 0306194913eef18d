package org.allod.hoard;

import java.util.ArrayList;
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
import org.allod.parts.SizeClasses;
import org.allod.parts.ThreadCaches;
import org.allod.profile.HeapProfile;
import org.allod.profile.HeapProfiler;

/// Hoard: superblocks of one size of block, heaps of superblocks, and a rule that bounds what a
/// heap may hold beyond its blocks.
///
/// ```java
/// try (var heap = new HoardMalloc(Region.reserved(1L << 32))) {
///     long block = heap.allocate(100, 16);        // 112 bytes of a superblock of this thread's
///     heap.free(block);                           // to this thread's buffer
///     block = heap.allocate(104, 16);             // the same block, no lock
/// }
/// ```
///
/// Seen in a free, always: an address outside, inside a block, or of what was never handed out; a
/// block that is free, in whatever superblock or buffer; in an allocation, the mark of a block in
/// the buffer that was overwritten ([CorruptHeapError]). Seen later: two threads that free the same
/// block at the same moment. Not seen: a double free of a block that was handed out again, or that
/// is in a buffer and whose first word was written to since.
///
/// Cost: no bytes a block; sizes grow by a fifth. A request that the caller's buffer has costs a
/// look-up of the thread and a dozen loads and stores; else the lock of a heap. A free of another
/// thread's block costs a lock and goes straight to its superblock. A buffer holds up to 16 KiB of
/// each size.
///
/// Threads: any thread, own cache first.
///
/// Source: E. Berger, K. McKinley, R. Blumofe, P. Wilson: Hoard: A Scalable Memory Allocator for
/// Multithreaded Applications, ASPLOS 2000; written from a description of it.
public final class HoardMalloc implements Malloc {
    private static final byte FRESH = (byte) 0xAA;

    /// Bits that an alignment has if it is above that of every block.
    private static final long BEYOND = -2L * HoardSizes.ALIGNMENT;

    private final Region region;
    private final HoardRequests requests;
    private final HoardCaches caches;
    private final ThreadCaches<HoardCache> threads;
    private final SizeClasses classes;
    private final int smallMax;
    private final AtomicLong failures = new AtomicLong();

    /// Null where nothing is sampled.
    private final HeapProfiler profiler;

    /// Held here, and weakly by the thread that runs it; null if nothing goes back by itself.
    private final HoardQuiet quiet;

    private volatile boolean closed;

    /// Over one region, with [HoardOptions#DEFAULT].
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region has not one whole page
    public HoardMalloc(Region region) {
        this(region, HoardOptions.DEFAULT);
    }

    /// Over one region, with options.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region has not one whole page
    public HoardMalloc(Region region, HoardOptions options) {
        this.region = region;
        this.requests = new HoardRequests(region, options);
        this.classes = requests.sizes.classes;
        this.smallMax = requests.sizes.smallMax;
        this.caches = requests.caches;
        this.threads = caches.threads();
        long mean = options.profileMean();
        this.profiler = mean == 0 ? null : new HeapProfiler(mean, HeapProfiler.DEPTH);
        long millis = options.quietMillis();
        this.quiet = millis == 0 ? null : new HoardQuiet(requests, millis);
        if (quiet != null) Decay.add(quiet);
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        HoardCache cache = threads.mine();
        if (cache != null && isPlain(size, alignment) && !(profiler != null && cache.isDue(size))) {
            long address = cache.pop(classes.of(size));
            if (address != NULL) {
                assert isFilled(address);
                return address;
            }
        }
        return allocateMissed(cache, size, alignment, false);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        HoardCache cache = threads.mine();
        if (cache == null || !cache.push(address, size)) releaseMissed(cache, address, size);
    }

    @Override
    public void free(long address) {
        HoardCache cache = threads.mine();
        if (cache == null || !cache.push(address, 0)) releaseMissed(cache, address, 0);
    }

    private boolean isPlain(long size, long alignment) {
        return Long.compareUnsigned(size, smallMax) <= 0
                && alignment != 0
                && (alignment & (alignment - 1 | BEYOND)) == 0;
    }

    // ---- cold: the caller's buffer has none, or no place ----

    private long allocateMissed(HoardCache cache, long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        HoardCache own = orAdded(cache);
        long address =
                profiler != null && own != null && isDue(own, size, alignment)
                        ? sample(own, size, alignment, zeroed)
                        : requests.take(own, size, alignment, zeroed);
        if (address == NULL) return fail();
        assert zeroed || isFilled(address);
        return address;
    }

    /// Small requests have been counted.
    private boolean isDue(HoardCache cache, long size, long alignment) {
        return isPlain(size, alignment) ? cache.isDue(0) : size >= 0 && cache.isDue(size);
    }

    /// A block with pages of its own, so that other frees need not ask whether theirs was sampled.
    private long sample(HoardCache cache, long size, long alignment, boolean zeroed) {
        cache.rearm();
        long address = requests.bigs.take(size, alignment, zeroed, HoardBigs.SAMPLED);
        if (address == NULL) return requests.take(cache, size, alignment, zeroed);
        profiler.sampled(address, size, Math.max(1, size));
        return address;
    }

    private void releaseMissed(HoardCache cache, long address, long size) {
        checkOpen();
        if (address == NULL) return;
        if (profiler != null && requests.bigs.isSampled(address)) profiler.freed(address);
        requests.free(orAdded(cache), address, size);
    }

    private HoardCache orAdded(HoardCache cache) {
        return cache != null || Thread.currentThread().isVirtual() ? cache : caches.add();
    }

    private long fail() {
        checkOpen();
        region.checkAlive();
        failures.incrementAndGet();
        return NULL;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    HoardFault.NAME + " is closed, expected an open allocator");
        }
    }

    private boolean isFilled(long address) {
        Memory.fill(address, requests.usable(address, 0), FRESH);
        return true;
    }

    // ---- cold ----

    @Override
    public long allocateZeroed(long size, long alignment) {
        if (!isPlain(size, alignment)) {
            return allocateMissed(threads.mine(), size, alignment, true);
        }
        long address = allocate(size, alignment);
        if (address != NULL) Memory.fill(address, size, (byte) 0);
        return address;
    }

    @Override
    public long usableSize(long address) {
        checkOpen();
        return requests.usable(address, 0);
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, HoardSizes.ALIGNMENT, newSize);
    }

    /// As [Malloc#reallocate]. A small block stays where it is if at least half of it is used, a
    /// large one if the pages behind it are free, or if it shrinks.
    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        checkOpen();
        long usable = requests.usable(address, size);
        if (staysWhere(address, usable, newSize)) {
            caches.countResize(threads.mine());
            return address;
        }
        long moved = allocate(newSize, alignment);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, newSize >= 0 ? Math.min(usable, newSize) : usable);
        free(address);
        caches.countResize(threads.mine());
        return moved;
    }

    private boolean staysWhere(long address, long usable, long newSize) {
        if (requests.isSmall(address)) {
            return newSize >= 0 && newSize <= usable && 2 * newSize >= usable;
        }
        return newSize > smallMax && requests.bigs.resize(address, usable, newSize);
    }

    /// Sends the blocks in the calling thread's buffer home: for a thread that will not allocate
    /// for a while. Virtual threads have none.
    public void idle() {
        checkOpen();
        HoardCache cache = threads.mine();
        if (cache != null) caches.empty(cache);
    }

    /// Who allocated what, by the sampled requests of platform threads.
    ///
    /// @throws IllegalStateException if [HoardOptions#profileMean] is 0
    public HeapProfile profile() {
        checkOpen();
        if (profiler == null) {
            throw new IllegalStateException("profileMean=0, expected a heap that samples");
        }
        return profiler.profile();
    }

    // ---- looking ----

    /// Empties the buffers that can be, and gives back all superblocks without blocks and all large
    /// blocks that are free.
    @Override
    public long trim() {
        checkOpen();
        caches.bury();
        long before = region.committed();
        caches.release();
        requests.release();
        return Math.max(0, before - region.committed());
    }

    /// What each heap holds, the global one first.
    public List<HoardHeapInfo> heaps() {
        checkOpen();
        List<HoardHeapInfo> infos = new ArrayList<>();
        for (int i = 0; i < requests.heaps.count(); i++) infos.add(requests.heaps.info(i));
        return infos;
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        caches.bury();
        return HoardWalk.stats(requests, failures.get());
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
        Decay.pause(() -> new HoardWalk(requests).walk(visitor));
    }

    @Override
    public void verify() {
        checkOpen();
        Decay.pause(() -> new HoardVerifier(requests).verify());
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (quiet != null) quiet.stop();
        requests.close();
        region.close();
    }

    HoardRequests requests() {
        return requests;
    }
}
