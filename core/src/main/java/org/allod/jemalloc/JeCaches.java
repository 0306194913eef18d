package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;
import org.allod.parts.HeapCaches;
import org.allod.parts.ThreadCaches;
import org.allod.profile.SampleWait;

/// All caches of a heap, how they are filled and flushed, and what those did that are gone.
///
/// Nothing here waits for a lock while it holds a stripe. Source: spec 3.2.
final class JeCaches {
    /// Blocks that a virtual thread's miss takes for its stripe, at most.
    private static final int SHARED_FILL = 16;

    final JeTuning tuning;
    private final JeArenas arenas;
    private final Space space;
    private final JeProfiles profiles;
    private final HeapCaches<JeCache> caches = new HeapCaches<>();

    /// Some of the platform threads' caches, each at the place of its thread's id.
    private final JeCache[] known = new JeCache[JeMalloc.KNOWN];

    private final List<JeCache> explicit = new CopyOnWriteArrayList<>();

    /// Held while counters are summed and while a cache is retired; before an arena's locks.
    private final ReentrantLock census = new ReentrantLock();

    private long goneResizes;

    JeCaches(JeArenas arenas, JeTuning tuning, JeProfiles profiles) {
        this.arenas = arenas;
        this.space = arenas.space;
        this.tuning = tuning;
        this.profiles = profiles;
    }

    /// Where a platform thread's cache is looked up, for the fast path.
    ThreadCaches<JeCache> threads() {
        return caches.threads();
    }

    /// A table for the fast path: a cache in it counts for its owner alone, who put it there.
    JeCache[] known() {
        return known;
    }

    // ---- making ----

    /// A cache for the calling platform thread, which has none; null where nothing is cached, or
    /// all is closed. The dead are buried first.
    JeCache add() {
        if (tuning.cached == 0) return null;
        bury();
        JeArena arena = arenas.attach();
        JeCache made = make(arena, Thread.currentThread());
        if (caches.add(made)) {
            known[place(made)] = made;
            return made;
        }
        arenas.detach(arena);
        return null;
    }

    private static int place(JeCache cache) {
        return (int) cache.owner.threadId() & JeMalloc.KNOWN - 1;
    }

    /// A new cache.
    ///
    /// @param owner the thread that it belongs to, or null
    JeCache make(JeArena arena, Thread owner) {
        return new JeCache(
                arena,
                owner,
                tuning,
                new SampleWait(profiles.sampleMean(), ThreadLocalRandom.current().nextLong()),
                new SampleWait(profiles.wasteMean(), ThreadLocalRandom.current().nextLong()));
    }

    /// A cache that serves requests which name it.
    JeCache makeExplicit() {
        JeCache made = make(arenas.shared(), null);
        explicit.add(made);
        return made;
    }

    /// Empties such a cache for ever.
    void retireExplicit(JeCache cache) {
        census.lock();
        try {
            explicit.remove(cache);
            retire(cache);
        } finally {
            census.unlock();
        }
    }

    /// Takes over the caches of dead threads.
    ///
    /// @return how many there were
    int bury() {
        census.lock();
        try {
            var dead = caches.takeDead();
            for (JeCache cache : dead) {
                if (known[place(cache)] == cache) known[place(cache)] = null;
                retire(cache);
                arenas.detach(cache.arena);
            }
            return dead.size();
        } finally {
            census.unlock();
        }
    }

    /// Empties a cache that nobody will use again, and keeps its counts.
    void retire(JeCache cache) {
        census.lock();
        try {
            empty(cache);
            settle(cache);
            goneResizes += cache.resizes;
        } finally {
            census.unlock();
        }
    }

    /// Counts what a cache served as its arena's own. Under the lock.
    private void settle(JeCache cache) {
        for (int i = 0; i < tuning.cached; i++) {
            cache.arena.goneRequests[i] += cache.requests(i);
            cache.settle(i);
        }
    }

    /// Gives the caller's own cache another arena: for what it misses from now on.
    void move(JeCache cache, JeArena arena) {
        census.lock();
        try {
            settle(cache);
            arenas.move(cache.arena, arena);
            cache.arena = arena;
        } finally {
            census.unlock();
        }
    }

    // ---- filling and flushing ----

    /// Fills an empty class of the caller's cache and takes one block of it, or NULL.
    long fill(JeCache cache, int index) {
        int count = cache.fillCount(index);
        int end = cache.end(index);
        if (index >= JeClasses.SMALL) {
            long address = cache.arena.takeLarge(index, 1, false, false);
            if (address == NULL) return NULL;
            cache.cells()[end - 1] = address;
            cache.filled(index, 1);
            return cache.pop(index + 1);
        }
        long[] cells = cache.cells();
        int got = cache.arena.take(index, cells, end - count, count, 0);
        if (got == 0) return NULL;
        if (got < count) System.arraycopy(cells, end - count, cells, end - got, got);
        cache.filled(index, got);
        return cache.pop(index + 1);
    }

    /// Puts a block into the caller's cache, whose place for it is full: the older half leaves,
    /// or what the options say.
    void pushFull(JeCache cache, int index, long address) {
        flush(cache, index, tuning.keptOf(index));
        cache.push(index + 1, address);
    }

    /// Gives all but the newest `keep` blocks of a class back.
    private void flush(JeCache cache, int index, int keep) {
        int end = cache.end(index);
        int count = cache.count(index);
        if (count <= keep) return;
        try {
            giveBack(index, cache.cells(), end - count + keep, end);
        } finally {
            cache.kept(index, keep);
        }
    }

    /// Gives blocks of a class, free ones, back to their arenas, each bin locked once.
    void giveBack(int index, long[] blocks, int from, int end) {
        if (index >= JeClasses.SMALL) {
            for (int i = from; i < end; i++) {
                Extent extent = space.at(blocks[i]);
                arenas.of(extent).freeLarge(extent);
            }
            return;
        }
        for (int rest = end - from; rest > 0; ) {
            Extent slab = space.at(blocks[from]);
            rest = arenas.of(slab).give(index, blocks, from, from + rest);
        }
    }

    /// One class of the cache gets its look: what was not wanted goes, in part. So does what of the
    /// pages has waited for long enough.
    void collect(JeCache cache) {
        int index = cache.nextTurn();
        int unused = cache.unused(index);
        if (unused > 0) {
            flush(cache, index, cache.count(index) - (unused - (unused >> 2)));
            if (index < JeClasses.SMALL) cache.fillLess(index);
        } else if (index < JeClasses.SMALL) {
            cache.fillMore(index);
        }
        cache.mark(index);
        cache.arena.pages.decay();
    }

    /// Empties a cache of the caller's own.
    ///
    /// @return whether there was anything
    boolean empty(JeCache cache) {
        boolean some = false;
        for (int index = 0; index < tuning.cached; index++) {
            some |= cache.count(index) > 0;
            flush(cache, index, 0);
        }
        return some;
    }

    /// Empties the caller's cache, the stripes that nobody has, and those of dead threads.
    ///
    /// @return whether anything may have become free
    boolean release() {
        boolean some = bury() > 0;
        JeCache own = caches.mine();
        if (own != null) some |= empty(own);
        return releaseShared() | some;
    }

    // ---- virtual threads ----

    /// A block of a class from a stripe, or else from an arena; NULL where there is no room.
    long popShared(int index) {
        int stripe = caches.take();
        JeCache cache = null;
        if (stripe >= 0) {
            long address = NULL;
            try {
                cache = caches.shared(stripe);
                if (cache != null) address = cache.pop(index + 1);
                if (cache != null && cache.left <= 0) markShared(cache);
            } finally {
                caches.release(stripe);
            }
            if (address != NULL) return address;
            if (cache == null) makeShared(stripe);
        }
        JeArena arena = cache != null ? cache.arena : arenas.shared();
        if (index >= JeClasses.SMALL) return arena.takeLarge(index, 1, false, true);
        long[] blocks = new long[Math.min(SHARED_FILL, tuning.placesOf(index) >> 1)];
        int got = arena.take(index, blocks, 0, blocks.length, 1);
        for (int i = got - 1; i > 0; i--) {
            if (pushShared(index, blocks[i])) continue;
            giveBack(index, blocks, 1, i + 1);
            break;
        }
        return got == 0 ? NULL : blocks[0];
    }

    /// Puts a block into a stripe, or gives it back.
    void freeShared(int index, long address) {
        if (!pushShared(index, address)) giveBack(index, new long[] {address}, 0, 1);
    }

    /// Puts a block into a stripe, whose older half leaves if it is full; false if none takes it.
    private boolean pushShared(int index, long address) {
        int stripe = caches.take();
        if (stripe < 0) return false;
        long[] blocks = null;
        try {
            JeCache cache = caches.shared(stripe);
            if (cache == null) return false;
            if (cache.push(index + 1, address)) return true;
            int keep = cache.count(index) >> 1;
            int from = cache.head(index) + keep;
            blocks = Arrays.copyOfRange(cache.cells(), from, cache.end(index));
            cache.kept(index, keep);
            cache.push(index + 1, address);
        } finally {
            caches.release(stripe);
        }
        giveBack(index, blocks, 0, blocks.length);
        return true;
    }

    /// A stripe's classes are emptied by the background thread alone; its counters are folded here.
    private static void markShared(JeCache cache) {
        if ((cache.events() & 1) != 0) cache.mark(cache.nextTurn());
    }

    private void makeShared(int stripe) {
        JeCache made = make(arenas.shared(), null);
        if (!caches.addShared(stripe, made)) retire(made);
    }

    /// Empties the stripes that nobody has now.
    ///
    /// @return whether there was anything
    boolean releaseShared() {
        boolean some = false;
        for (int stripe = 0; stripe < caches.stripes(); stripe++) {
            for (int index = 0; index < tuning.cached; index++) {
                some |= releaseStripe(stripe, index);
            }
        }
        return some;
    }

    private boolean releaseStripe(int stripe, int index) {
        JeCache cache = caches.tryTake(stripe);
        if (cache == null) return false;
        long[] blocks;
        try {
            int count = cache.count(index);
            if (count == 0) return false;
            blocks = new long[count];
            System.arraycopy(cache.cells(), cache.head(index), blocks, 0, count);
            cache.kept(index, 0);
        } finally {
            caches.release(stripe);
        }
        giveBack(index, blocks, 0, blocks.length);
        return true;
    }

    /// From now on no thread has a cache.
    void close() {
        caches.close();
        Arrays.fill(known, null);
    }

    // ---- looking ----

    /// Waits until no cache is being retired; none is until [#unlock].
    void lock() {
        census.lock();
    }

    void unlock() {
        census.unlock();
    }

    /// Those that have not been taken from their threads, the stripes', and the users' own.
    List<JeCache> all() {
        List<JeCache> all = caches.all();
        all.addAll(explicit);
        return all;
    }

    /// Resizes that caches' owners counted. Under [#lock].
    long resizes() {
        long sum = goneResizes;
        for (JeCache cache : all()) sum += cache.resizes;
        return sum;
    }
}
