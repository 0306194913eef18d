package org.allod.nedmalloc;

import java.util.concurrent.atomic.AtomicLong;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.ThreadCaches;

/// Niall Douglas' nedmalloc 1.10: a cache of small blocks for each thread, several dlmalloc heaps
/// behind them.
///
/// ```java
/// try (var heap = new NedMalloc(Region.reserved(1 << 30))) {
///     long block = heap.allocate(100, 16);        // 128 bytes
///     heap.free(block);                           // to this thread's cache
///     block = heap.allocate(120, 16);             // the same block, no lock
///     heap.idle();                                // before the thread waits for long
/// }
/// ```
///
/// Seen in a free, always: an address outside the region or not a multiple of 16, a block that is
/// free, in whatever cache, a head or footer that was overwritten, the inside of a block, another
/// heap's block; in an allocation, links and tags of a cached block that were overwritten
/// ([CorruptHeapError]). Not seen: two threads that free the same block at the same moment, a
/// double free of a block that was handed out again.
///
/// Cost: requests of up to 8 KiB take the next power of two, and 16 bytes. A cached block costs a
/// look-up of the thread and a dozen loads and stores; else the lock of a space, and what dlmalloc
/// costs. A cache holds up to 1 MiB, and so does each of the few that virtual threads share.
///
/// Threads: any thread, own cache first.
///
/// Source: nedmalloc 1.10 beta 4 by Niall Douglas, 2014; written from a description of it.
public final class NedMalloc implements Malloc {
    /// In [#malloc2] and [#realloc2]: the bytes that are new to the caller are zero.
    public static final int ZERO_MEMORY = 1;

    /// In [#realloc2]: the block stays where it is, or [#NULL].
    public static final int PREVENT_MOVE = 2;

    /// Spaces made at most where no number is given. Source: spec 3.2, DEFAULTMAXTHREADSINPOOL.
    public static final int SPACES = 4;

    private static final String NAME = "nedmalloc";
    private static final byte FRESH = (byte) 0xAA;
    private static final byte FREED = 0x55;

    /// Bits that an alignment has if it is above that of every block.
    private static final long BEYOND = -2 * NedBlock.ALIGNMENT;

    /// A resize that leaves fewer bytes unused does nothing. Source: spec 3.7.
    private static final long SLACK = 1024;

    private final Region region;
    private final NedMarks marks;
    private final NedSpaces spaces;
    private final NedCaches caches;
    private final ThreadCaches<NedCache> threads;
    private final NedRequests requests;
    private final AtomicLong failures = new AtomicLong();

    private volatile boolean closed;

    /// Over one region, with up to [#SPACES] spaces.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for a space's state
    /// @throws HeapExhaustedException if its limit leaves no room for that
    public NedMalloc(Region region) {
        this(region, SPACES);
    }

    /// Over one region.
    ///
    /// @param region belongs to the allocator from now on
    /// @param spacesMax how many spaces are made at most when threads find all busy, 1 to 16; each
    ///     new one takes half of another's address space
    /// @throws IllegalArgumentException if the region is too small for a space's state, or
    ///     `spacesMax` out of range
    /// @throws HeapExhaustedException if the region's limit leaves no room for that
    public NedMalloc(Region region, int spacesMax) {
        if (spacesMax < 1 || spacesMax > NedMarks.SPACES_MAX) {
            throw new IllegalArgumentException(
                    "spacesMax=" + spacesMax + ", expected 1 to " + NedMarks.SPACES_MAX);
        }
        this.region = region;
        this.marks = new NedMarks(NAME, region);
        this.spaces = new NedSpaces(NAME, region, marks, spacesMax);
        this.caches = new NedCaches(marks, spaces);
        this.threads = caches.threads();
        this.requests = new NedRequests(region, spaces, caches);
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        NedCache cache = threads.mine();
        if (cache != null && isCacheable(size, alignment)) {
            long address = cache.pop(size);
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
        long usable = marks.usableLive(address);
        if (usable < 0 || Long.compareUnsigned(size, usable) > 0) {
            refuse(address, size, usable);
        } else {
            release(address, usable);
        }
    }

    @Override
    public void free(long address) {
        long usable = marks.usableLive(address);
        if (usable < 0) {
            refuse(address, 0, usable);
        } else {
            release(address, usable);
        }
    }

    private void release(long address, long usable) {
        NedCache cache = threads.mine();
        if (cache == null || !NedCache.takes(usable)) {
            releaseMissed(cache, address, usable);
            return;
        }
        assert isFilled(address, FREED);
        if (!cache.push(address, usable)) {
            releaseMissed(cache, address, usable);
        } else if (cache.isFull()) {
            spaces.freeChain(cache.takeOld());
        }
    }

    private static boolean isCacheable(long size, long alignment) {
        return size >= 0
                && size <= NedCache.SIZE_MAX
                && alignment != 0
                && (alignment & (alignment - 1 | BEYOND)) == 0;
    }

    // ---- cold: the caller's cache has none ----

    private long allocateMissed(NedCache cache, long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        long bytes = Long.compareUnsigned(size, NedBlock.MIN) < 0 ? NedBlock.MIN : size;
        if (isCacheable(size, alignment)) {
            bytes = NedCache.roundUp(size);
            if (cache == null && Thread.currentThread().isVirtual()) {
                long address = caches.popShared(size);
                if (address != NULL) {
                    assert isFilled(address, FRESH);
                    return address;
                }
            }
        }
        if (cache == null && !Thread.currentThread().isVirtual()) cache = caches.add();
        return orFail(requests.take(cache, bytes, alignment, zeroed));
    }

    private void releaseMissed(NedCache cache, long address, long usable) {
        checkOpen();
        if (NedCache.takes(usable) && cache == null) {
            if (Thread.currentThread().isVirtual()) {
                assert isFilled(address, FREED);
                if (caches.pushShared(address, usable)) return;
            } else {
                cache = caches.add();
                if (cache != null && cache.push(address, usable)) return;
            }
        }
        spaces.owner(address, usable).free(address);
    }

    private void refuse(long address, long size, long usable) {
        checkOpen();
        if (address == NULL) return;
        throw usable < 0 ? marks.notLive(address) : marks.size(address, size, usable);
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
        Memory.fill(address, usableSize(address), value);
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
        long usable = marks.usableLive(address);
        if (usable < 0) throw marks.notLive(address);
        return usable;
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, NedBlock.ALIGNMENT, newSize);
    }

    /// As [Malloc#reallocate]. Keeps the block where it is if that leaves less than 1 KiB unused,
    /// or if its space can do so; caches are not asked, as in the original's plain `realloc`.
    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        long usable = checkedUsable(address, size);
        if (fits(newSize, usable)) return kept(address);
        return orFail(requests.resize(address, usable, alignment, newSize));
    }

    private long checkedUsable(long address, long size) {
        long usable = usableSize(address);
        if (Long.compareUnsigned(size, usable) > 0) throw marks.size(address, size, usable);
        return usable;
    }

    private static boolean fits(long size, long usable) {
        return size >= 0 && size <= usable && usable - size < SLACK;
    }

    private long kept(long address) {
        caches.countResize();
        return address;
    }

    private long orFail(long address) {
        return address != NULL ? address : fail();
    }

    // ---- version 2 calls, caches ----

    /// A block as [#allocate] gives it; with [#ZERO_MEMORY] zeroed.
    ///
    /// @param flags 0 or [#ZERO_MEMORY]
    public long malloc2(long size, long alignment, int flags) {
        checkFlags(flags, ZERO_MEMORY);
        return flags == 0 ? allocate(size, alignment) : allocateZeroed(size, alignment);
    }

    /// Resizes a block by way of the caches: a new size of up to 8 KiB is a new block, and the old
    /// one goes to the caller's cache.
    ///
    /// @param flags [#ZERO_MEMORY]: what the old block did not have is zero; [#PREVENT_MOVE]: in
    ///     place or not at all
    /// @return the block's address, or [#NULL], and the old block as it was
    public long realloc2(long address, long newSize, long alignment, int flags) {
        checkFlags(flags, ZERO_MEMORY | PREVENT_MOVE);
        if (address == NULL) return malloc2(newSize, alignment, flags & ZERO_MEMORY);
        Layout.checkAlignment(alignment);
        long usable = usableSize(address);
        long moved = resize2(address, usable, newSize, alignment, flags);
        if (moved != NULL && (flags & ZERO_MEMORY) != 0 && newSize > usable) {
            Memory.fill(moved + usable, newSize - usable, (byte) 0);
        }
        return moved;
    }

    private long resize2(long address, long usable, long newSize, long alignment, int flags) {
        if (fits(newSize, usable)) return kept(address);
        if ((flags & PREVENT_MOVE) != 0) {
            return requests.resizeInPlace(address, usable, newSize) ? address : fail();
        }
        if (!isCacheable(newSize, alignment)) {
            return orFail(requests.resize(address, usable, alignment, newSize));
        }
        long moved = allocate(newSize, alignment);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(usable, newSize));
        release(address, usable);
        return kept(moved);
    }

    private static void checkFlags(int flags, int allowed) {
        if ((flags & ~allowed) != 0) {
            throw new IllegalArgumentException("flags=" + flags + ", expected bits of " + allowed);
        }
    }

    /// Empties the calling thread's cache into the spaces: for a thread that will not allocate for
    /// a while. Virtual threads have none. The original's `nedtrimthreadcache`.
    public void idle() {
        checkOpen();
        NedCache cache = threads.mine();
        if (cache != null) spaces.freeChain(cache.takeAll());
    }

    /// From now on the calling platform thread has no cache of this heap. The original's
    /// `neddisablethreadcache`.
    public void disableCache() {
        checkOpen();
        if (Thread.currentThread().isVirtual()) return;
        NedCache cache = threads.mine();
        if (cache == null) cache = caches.add();
        if (cache != null) caches.retire(cache);
    }

    /// Spaces that there are now: one, until threads have met.
    public int spaces() {
        checkOpen();
        return spaces.count();
    }

    /// Caches that there are now: of living threads, and those that virtual threads share.
    public int caches() {
        checkOpen();
        caches.bury();
        return caches.all().size();
    }

    // ---- looking ----

    /// Empties the caller's cache, those of dead threads and the virtual threads', and gives back
    /// what the spaces do not need.
    @Override
    public long trim() {
        checkOpen();
        caches.release();
        return spaces.trim();
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        caches.bury();
        return NedWalk.stats(region, spaces, caches, failures.get());
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
        new NedWalk(region, marks, spaces, caches).walk(visitor);
    }

    @Override
    public void verify() {
        checkOpen();
        new NedVerifier(NAME, region, marks, spaces, caches).verify();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        caches.close();
        spaces.close();
        region.close();
    }
}
