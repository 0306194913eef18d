package org.allod.jemalloc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.jemalloc.extent.LiveMap;
import org.allod.jemalloc.extent.Space;
import org.allod.memory.Memory;
import org.allod.parts.Decay;
import org.allod.parts.ThreadCaches;
import org.allod.profile.HeapProfile;
import org.allod.profile.WasteProfile;

/// jemalloc 5.3: a cache of small blocks for each thread, arenas of slabs without remainder behind
/// them, pages that go back by themselves.
///
/// ```java
/// try (var heap = new JeMalloc(Region.reserved(1L << 32))) {
///     long block = heap.allocate(100, 16);        // 112 bytes
///     heap.free(block);                           // to this thread's cache
///     block = heap.allocate(112, 16);             // the same block, no lock
///     heap.idle();                                // before the thread waits for long
/// }
/// ```
///
/// Seen in a free, always: an address that is no live block's, be it free in whatever cache or
/// slab, inside of a block, or foreign; a size of another class ([CorruptHeapError]).
///
/// Cost: four size classes a doubling; a byte beside it for each 16. A request of up to 32 KiB that
/// the caller's cache has takes no lock; else one of a bin, or of an arena's pages.
///
/// Threads: any thread, own cache first. Source: jemalloc 5.3 by Jason Evans and others; written
/// from a description of it.
public final class JeMalloc implements Malloc {
    private static final byte FRESH = (byte) 0xA5;
    private static final byte FREED = 0x5A;

    /// Of every class from 16 on: largest of the fast path.
    private static final long ALIGNMENT = 16;

    /// Places for caches by the low bits of their thread's id; a power of two.
    static final int KNOWN = 64;

    private final Region region;
    private final Space space;
    private final LiveMap live;
    private final JeArenas arenas;
    private final JeCaches caches;
    private final ThreadCaches<JeCache> threads;
    private final JeCache[] known;
    private final JeRequests requests;
    private final JeOptions options;
    private final JeProfiles profiles;
    private final JeControl control;
    private final boolean fills;
    private final byte[] kinds;
    private final int cached;
    private final JeDiary diary;
    private final JeQuiet quiet;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong resizes = new AtomicLong();
    private volatile boolean closed;

    /// Over one region, with [JeOptions#DEFAULT]; as the other one.
    public JeMalloc(Region region) {
        this(region, JeOptions.DEFAULT);
    }

    /// Over one region, which belongs to the allocator from now on, with options.
    ///
    /// @throws IllegalArgumentException if the region has no whole page
    public JeMalloc(Region region, JeOptions options) {
        this(region, options, System::nanoTime);
    }

    /// With a clock of nanoseconds.
    JeMalloc(Region region, JeOptions options, LongSupplier clock) {
        this.region = region;
        this.space = new Space(region);
        this.live = space.live();
        JeTuning tuning = new JeTuning(options);
        this.arenas = new JeArenas(space, tuning, clock);
        this.options = options;
        this.profiles = new JeProfiles(space, tuning);
        this.caches = new JeCaches(arenas, tuning, profiles);
        this.threads = caches.threads();
        this.known = caches.known();
        this.requests = new JeRequests(space, arenas, caches, profiles);
        this.diary = new JeDiary(this, region);
        this.control = new JeControl(this, requests, diary);
        this.fills = options.zero() || options.junkAlloc() || options.junkFree();
        this.kinds = fills ? new byte[0] : tuning.kinds;
        this.cached = fills ? 0 : tuning.cached;
        this.quiet = options.backgroundThread() ? new JeQuiet(this) : null;
        if (quiet != null) Decay.add(quiet);
    }

    // ---- allocate, free ----

    @Override
    public long allocate(long size, long alignment) {
        JeCache cache = mine();
        long slot = (size - 1 | alignment - 1) >>> 3;
        if (cache != null && slot < kinds.length && isPlain(alignment)) {
            int kind = kinds[(int) slot];
            long address = cache.pop(kind);
            if (address != NULL) {
                live.set(address, kind);
                if (cache.left <= 0) events(cache, address);
                assert isFilled(address, FRESH);
                return address;
            }
        }
        return allocateMissed(cache, size, alignment, false);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        long place = live.place(address);
        int kind = Memory.getByte(place);
        JeCache cache = mine();
        boolean missed = cache == null || isOther(kind) || !cache.isFor(kind, size);
        if (missed) deallocateMissed(address, size);
        else release(cache, address, place, kind);
    }

    @Override
    public void free(long address) {
        long place = live.place(address);
        int kind = Memory.getByte(place);
        JeCache cache = mine();
        if (cache == null || isOther(kind)) freeMissed(address);
        else release(cache, address, place, kind);
    }

    private void release(JeCache cache, long address, long place, int kind) {
        assert isFilled(address, FREED);
        Memory.putByte(place, (byte) 0);
        if (!cache.push(kind, address)) caches.pushFull(cache, kind - 1, address);
        if (cache.leftFreed <= 0) collectFreed(cache);
    }

    /// Whether a kind is none that goes to the caller's cache without a second look.
    private boolean isOther(int kind) {
        return Integer.compareUnsigned(kind - 1, cached) >= 0;
    }

    /// Whether every class from 16 on has the alignment. One branch: small requests come with 8 and
    /// with 16 in no order, so that one on which of them it is would be guessed wrongly.
    private static boolean isPlain(long alignment) {
        return alignment != 0 && (alignment & (alignment - 1 | -2 * ALIGNMENT)) == 0;
    }

    /// The calling platform thread's cache, or null. Most look-ups end in the table here, which is
    /// final, of a fixed length, and holds the caches themselves: three loads less than the one of
    /// [ThreadCaches], which alone costs 1.8 ns of a pair's 8.3.
    private JeCache mine() {
        Thread thread = Thread.currentThread();
        JeCache cache = known[(int) thread.threadId() & KNOWN - 1];
        return cache != null && cache.owner == thread ? cache : threads.mine();
    }

    // ---- cold ----

    private void events(JeCache cache, long address) {
        int due = cache.events();
        if (due > 1) profiles.note(due, address, JeClasses.size(requests.classOf(address)));
        if ((due & 1) == 0) return;
        caches.collect(cache);
        diary.allocated(cache.untold());
    }

    private void collectFreed(JeCache cache) {
        cache.eventsFreed();
        caches.collect(cache);
    }

    /// The calling platform thread's cache, made if there is none; null where none can be.
    JeCache cache() {
        JeCache cache = mine();
        if (cache != null || Thread.currentThread().isVirtual()) return cache;
        return caches.add();
    }

    private long allocateMissed(JeCache cache, long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        if (cache == null) cache = cache();
        long address = requests.take(cache, size, alignment, zeroed);
        if (address == NULL) return fail();
        if (cache == null) uncounted(address);
        else if (cache.left <= 0) events(cache, address);
        assert zeroed || isFilled(address, FRESH);
        return zeroed || !fills ? address : filled(address);
    }

    private long filled(long address) {
        if (options.zero()) isFilled(address, (byte) 0);
        else if (options.junkAlloc()) isFilled(address, FRESH);
        return address;
    }

    private void deallocateMissed(long address, long size) {
        checkOpen();
        if (address != NULL) freed(address, requests.checkedClass(address, size));
    }

    private void freeMissed(long address) {
        checkOpen();
        if (address != NULL) freed(address, requests.classOf(address));
    }

    private void freed(long address, int index) {
        assert isFilled(address, FREED);
        if (fills && options.junkFree()) isFilled(address, FREED);
        boolean starts = mine() == null; // and so the block is another's, with its cache line
        JeCache cache = cache();
        if (starts && cache != null) {
            cache.past(0, JeClasses.size(index));
            requests.freeDirect(address, index);
        } else {
            requests.free(cache, address, index);
        }
        if (cache != null && cache.leftFreed <= 0) collectFreed(cache);
    }

    private long fail() {
        checkOpen();
        region.checkAlive();
        failures.incrementAndGet();
        return NULL;
    }

    /// As an answer to the caller: a block that no thread's cache gave, or NULL.
    long counted(long address) {
        if (address == NULL) return fail();
        JeCache cache = cache();
        if (cache != null) cache.past(JeClasses.size(requests.classOf(address)), 0);
        uncounted(address);
        return address;
    }

    private void uncounted(long address) {
        long usable = JeClasses.size(requests.classOf(address));
        profiles.throwDice(address, usable);
        diary.allocated(usable);
    }

    void checkOpen() {
        if (closed) throw JeFault.closed();
    }

    private boolean isFilled(long address, byte value) {
        Memory.fill(address, JeClasses.size(requests.classOf(address)), value);
        return true;
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        if (!isPlain(alignment) || size <= 0 || size > JeClasses.SMALL_MAX) {
            return allocateMissed(mine(), size, alignment, true);
        }
        long address = allocate(size, alignment);
        if (address != NULL) Memory.fill(address, size, (byte) 0);
        return address;
    }

    @Override
    public long usableSize(long address) {
        checkOpen();
        return JeClasses.size(requests.classOf(address));
    }

    @Override
    public long reallocate(long address, long newSize) {
        checkOpen();
        if (address == NULL) return allocate(newSize, ALIGNMENT);
        return resized(address, requests.classOf(address), ALIGNMENT, newSize);
    }

    /// As [Malloc#reallocate]. A block of the same class stays, and a large one that can grow.
    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        Layout.checkAlignment(alignment);
        checkOpen();
        return resized(address, requests.checkedClass(address, size), alignment, newSize);
    }

    private long resized(long address, int index, long alignment, long newSize) {
        JeCache cache = cache();
        long resized = requests.resize(cache, address, index, alignment, newSize);
        if (resized == NULL) return fail();
        if (cache == null) {
            resizes.incrementAndGet();
            return resized;
        }
        cache.resizes++;
        if (resized == address) {
            long now = JeClasses.size(requests.classOf(resized));
            cache.resizedInPlace(JeClasses.size(index), now);
        }
        if (cache.left <= 0) events(cache, resized);
        if (cache.leftFreed <= 0) collectFreed(cache);
        return resized;
    }

    /// Empties the calling thread's cache: for one that will not allocate for a while.
    public void idle() {
        checkOpen();
        JeCache cache = mine();
        if (cache != null) caches.empty(cache);
    }

    // ---- looking ----

    /// Requests with flags, arenas and caches of one's own, statistics.
    public JeControl control() {
        return control;
    }

    /// The options that it was made with.
    public JeOptions options() {
        return options;
    }

    /// Who has allocated what, and what of it lives.
    ///
    /// @throws IllegalStateException unless the option `prof` is on
    public HeapProfile profile() {
        checkOpen();
        return profiles.profile();
    }

    /// Whose live blocks pin how much free memory in partly used slabs.
    ///
    /// @throws IllegalStateException unless the option `prof_waste` is on
    public WasteProfile wasteProfile() {
        checkOpen();
        return profiles.waste();
    }

    @Override
    public long trim() {
        checkOpen();
        caches.release();
        return arenas.purge();
    }

    /// One turn of the background thread.
    boolean turn() {
        if (!closed) requests.turn();
        return !closed;
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        caches.bury();
        return new JeCensus(requests, failures.get(), resizes.get()).stats();
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
        Decay.pause(() -> new JeWalk(requests).walk(visitor));
    }

    @Override
    public void verify() {
        checkOpen();
        Decay.pause(() -> new JeVerifier(requests).verify());
    }

    @Override
    public void close() {
        if (closed) return;
        diary.tellLast();
        closed = true;
        caches.close();
        space.close();
    }
}
