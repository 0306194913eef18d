package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.jemalloc.extent.ArenaPages;
import org.allod.jemalloc.stats.StatsTree;
import org.allod.memory.Memory;

/// What jemalloc adds to C's malloc: requests with flags, arenas and caches of one's own, the
/// numbers.
///
/// ```java
/// JeControl control = heap.control();
/// int arena = control.arenaCreate();
/// long block = control.mallocx(1000, JeFlags.arena(arena) | JeFlags.ZERO);
/// control.arenaReset(arena);                   // all its blocks are gone at once
/// ```
///
/// A block of an arena of one's own never goes to a cache, so that nothing outlives the arena.
///
/// Threads: any; an explicit cache serves one at a time.
///
/// Source: jemalloc's non-standard API and mallctl, spec 3.7.
public final class JeControl {
    private record Cache(ReentrantLock lock, JeCache blocks) {}

    private final JeMalloc heap;
    private final JeRequests requests;
    private final JeDiary diary;
    private final JeThread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Cache> caches = new ArrayList<>();

    JeControl(JeMalloc heap, JeRequests requests, JeDiary diary) {
        this.heap = heap;
        this.requests = requests;
        this.diary = diary;
        this.thread = new JeThread(heap, requests);
    }

    // ---- requests with flags ----

    /// A block of at least `size` bytes, or NULL.
    ///
    /// @param flags of [JeFlags]
    public long mallocx(long size, int flags) {
        heap.checkOpen();
        long alignment = JeFlags.alignmentOf(flags);
        boolean zero = JeFlags.isZero(flags);
        int number = JeFlags.arenaOf(flags);
        if (number >= 0) {
            return heap.counted(requests.direct(arena(number), size, alignment, zero));
        }
        int cache = JeFlags.cacheOf(flags);
        if (cache == -2) {
            return zero ? heap.allocateZeroed(size, alignment) : heap.allocate(size, alignment);
        }
        if (cache == -1) {
            JeArena own = requests.arenas.shared();
            return heap.counted(requests.direct(own, size, alignment, zero));
        }
        Cache chosen = cache(cache);
        chosen.lock.lock();
        try {
            return heap.counted(requests.take(chosen.blocks, size, alignment, zero));
        } finally {
            chosen.lock.unlock();
        }
    }

    /// Resizes a block; NULL, and the old one as it was, where there is no room.
    public long rallocx(long address, long newSize, int flags) {
        heap.checkOpen();
        int index = requests.classOf(address);
        long usable = JeClasses.size(index);
        long alignment = JeFlags.alignmentOf(flags);
        boolean own = JeFlags.arenaOf(flags) < 0 && JeFlags.cacheOf(flags) == -2;
        long moved;
        if (own || requests.isKept(address, index, alignment, newSize)) {
            moved = heap.reallocate(address, usable, alignment, newSize);
        } else {
            moved = mallocx(newSize, flags & ~JeFlags.ZERO);
            if (moved == NULL) return NULL;
            Memory.copy(address, moved, Math.min(usable, newSize));
            dallocx(address, flags);
        }
        if (moved != NULL && JeFlags.isZero(flags)) {
            long now = JeClasses.size(requests.classOf(moved));
            if (now > usable) Memory.fill(moved + usable, now - usable, (byte) 0);
        }
        return moved;
    }

    /// Resizes a block where it is, to `size` bytes and, if that can be, up to `extra` more.
    ///
    /// @return its usable size now, be it changed or not
    public long xallocx(long address, long size, long extra, int flags) {
        heap.checkOpen();
        int index = requests.classOf(address);
        long before = JeClasses.size(index);
        long most = size + extra < 0 ? Long.MAX_VALUE : size + extra;
        if (index < JeClasses.SMALL || most < JeClasses.LARGE_MIN) return before;
        boolean done =
                requests.inPlace(address, JeClasses.of(most), most)
                        || size >= JeClasses.LARGE_MIN
                                && requests.inPlace(address, JeClasses.of(size), size);
        long now = JeClasses.size(requests.classOf(address));
        if (done && JeFlags.isZero(flags) && now > before) {
            Memory.fill(address + before, now - before, (byte) 0);
        }
        return now;
    }

    /// Usable size of a block.
    public long sallocx(long address) {
        return heap.usableSize(address);
    }

    /// Usable size that a block of `size` bytes would have; 0 where there can be none.
    public long nallocx(long size, int flags) {
        if (size < 0) return 0;
        int index = JeRequests.classFor(size, JeFlags.alignmentOf(flags));
        return index < JeClasses.COUNT ? JeClasses.size(index) : 0;
    }

    /// Frees a block.
    ///
    /// @param flags which cache it goes to
    public void dallocx(long address, int flags) {
        heap.checkOpen();
        int cache = JeFlags.cacheOf(flags);
        if (cache == -2 || address == NULL) {
            heap.free(address);
            return;
        }
        int index = requests.classOf(address);
        if (cache == -1) {
            JeCache own = heap.cache();
            if (own != null) own.past(0, JeClasses.size(index));
            requests.freeDirect(address, index);
            return;
        }
        Cache chosen = cache(cache);
        chosen.lock.lock();
        try {
            requests.free(chosen.blocks, address, index);
        } finally {
            chosen.lock.unlock();
        }
    }

    /// Frees a block that has `size` bytes.
    ///
    /// @throws CorruptHeapError if it has not
    public void sdallocx(long address, long size, int flags) {
        heap.checkOpen();
        if (address != NULL) requests.checkedClass(address, size);
        dallocx(address, flags);
    }

    /// What the calling thread has done, its arena and its cache.
    public JeThread thread() {
        return thread;
    }

    // ---- arenas ----

    /// Makes an arena that no thread uses by itself.
    ///
    /// @return its number, that of a destroyed one if there is any
    public int arenaCreate() {
        heap.checkOpen();
        return requests.arenas.create().number;
    }

    /// Frees all blocks of an arena at once; its pages are dirty then.
    ///
    /// @throws IllegalArgumentException if no user made it
    public void arenaReset(int arena) {
        heap.checkOpen();
        requests.reset(explicit(arena));
    }

    /// As [#arenaReset]; its pages go back and its number may be given again.
    public void arenaDestroy(int arena) {
        heap.checkOpen();
        JeArena gone = explicit(arena);
        requests.reset(gone);
        gone.pages.purge();
        requests.arenas.destroy(gone);
    }

    /// Gives all free pages of an arena back.
    ///
    /// @return bytes
    public long arenaPurge(int arena) {
        heap.checkOpen();
        return arena(arena).pages.purge();
    }

    /// Sets how long an arena's free pages stay: milliseconds, 0 not at all, -1 for ever.
    public void arenaDecay(int arena, long dirtyMillis, long muzzyMillis) {
        heap.checkOpen();
        ArenaPages pages = arena(arena).pages;
        for (long millis : new long[] {dirtyMillis, muzzyMillis}) {
            if (millis < -1 || millis > Long.MAX_VALUE >>> 24) {
                throw new IllegalArgumentException(
                        "decay_ms=" + millis + ", expected -1 to " + (Long.MAX_VALUE >>> 24));
            }
        }
        pages.decay(dirtyMillis, muzzyMillis);
    }

    /// The arena of a block; as `arenas.lookup`.
    ///
    /// @throws CorruptHeapError if there is no live block at the address
    public int arenaOf(long address) {
        heap.checkOpen();
        requests.classOf(address);
        return requests.space.at(address).arena;
    }

    private JeArena arena(int number) {
        JeArena[] all = requests.arenas.all();
        if (number >= 0 && number < all.length && !all[number].destroyed) return all[number];
        throw new IllegalArgumentException(
                "arena=" + number + ", expected one of 0 to " + (all.length - 1) + " that lives");
    }

    private JeArena explicit(int number) {
        JeArena arena = arena(number);
        if (arena.explicit) return arena;
        throw new IllegalArgumentException(
                "arena=" + number + ", expected one that arenaCreate made");
    }

    // ---- caches ----

    /// Makes a cache that serves requests which name it.
    ///
    /// @return its number
    public int cacheCreate() {
        heap.checkOpen();
        Cache made = new Cache(new ReentrantLock(), requests.caches.makeExplicit());
        lock.lock();
        try {
            int free = caches.indexOf(null);
            if (free < 0) caches.add(made);
            else caches.set(free, made);
            return free < 0 ? caches.size() - 1 : free;
        } finally {
            lock.unlock();
        }
    }

    /// Gives a cache's blocks back.
    public void cacheFlush(int cache) {
        heap.checkOpen();
        Cache chosen = cache(cache);
        chosen.lock.lock();
        try {
            requests.caches.empty(chosen.blocks);
        } finally {
            chosen.lock.unlock();
        }
    }

    /// As [#cacheFlush]; its number may be given again.
    public void cacheDestroy(int cache) {
        cacheFlush(cache);
        lock.lock();
        try {
            requests.caches.retireExplicit(caches.set(cache, null).blocks);
        } finally {
            lock.unlock();
        }
    }

    private Cache cache(int number) {
        lock.lock();
        try {
            Cache cache = number >= 0 && number < caches.size() ? caches.get(number) : null;
            if (cache != null) return cache;
        } finally {
            lock.unlock();
        }
        throw new IllegalArgumentException(
                "cache=" + number + ", expected one that cacheCreate made");
    }

    // ---- numbers ----

    /// All statistics, options and constants, by their `mallctl` names, as of now.
    public Map<String, Object> statistics() {
        return tree().values();
    }

    /// The statistics as text, like `malloc_stats_print`.
    ///
    /// @param options letters of what is left out, as there: g general, m merged, d destroyed, a
    ///     per arena, b bins, l large, e extents, x mutexes; h huge pages, which are not here; J
    ///     for JSON
    /// @throws IllegalArgumentException if a letter is none of those
    public String statsText(String options) {
        return tree().text(options);
    }

    /// The statistics as JSON: names nested at their dots.
    public String statsJson() {
        return tree().json("");
    }

    // ---- profiles ----

    /// Writes the heap profile as `heap_v2` to a file whose name begins with `prof_prefix`; as
    /// `prof.dump`.
    ///
    /// @return the file
    /// @throws IllegalStateException unless the option `prof` is on
    public Path profDump() throws IOException {
        heap.checkOpen();
        return diary.dump('m');
    }

    /// What it tells by itself.
    JeDiary diary() {
        return diary;
    }

    /// As [#profDump()], to a file of the caller's choice.
    public void profDump(Path file) throws IOException {
        heap.checkOpen();
        diary.dump(file);
    }

    private StatsTree tree() {
        heap.checkOpen();
        return new JeReport(requests, heap.options()).tree();
    }
}
