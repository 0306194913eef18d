package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.parts.HeapCaches;
import org.allod.parts.ThreadCaches;

/// All caches of a heap: one for each platform thread, a few for all virtual ones; and what those
/// did that are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class PtCaches {
    private final PtArenas arenas;
    private final PtTuning tuning;
    private final HeapCaches<PtCache> caches = new HeapCaches<>();

    /// Held while counters are summed and while a cache is retired; before an arena's lock.
    private final ReentrantLock census = new ReentrantLock();

    private long goneHits;
    private long records;
    private long recordBytes;

    PtCaches(PtArenas arenas, PtTuning tuning) {
        this.arenas = arenas;
        this.tuning = tuning;
    }

    /// Where a platform thread's cache is looked up, for the fast path.
    ThreadCaches<PtCache> threads() {
        return caches.threads();
    }

    /// The calling platform thread's cache, or null.
    PtCache mine() {
        return caches.mine();
    }

    // ---- virtual threads ----

    /// As [PtCache#pop], of a stripe.
    long popShared(int index) {
        int stripe = caches.take();
        if (stripe < 0) return NULL;
        PtCache cache;
        long address = NULL;
        try {
            cache = caches.shared(stripe);
            if (cache != null) address = cache.pop(index);
        } finally {
            caches.release(stripe);
        }
        if (cache == null) makeShared(stripe);
        return address;
    }

    /// As [PtCache#push], to a stripe.
    boolean pushShared(long address, long size) {
        int stripe = caches.take();
        if (stripe < 0) return false;
        try {
            PtCache cache = caches.shared(stripe);
            return cache != null && cache.push(address, size);
        } finally {
            caches.release(stripe);
        }
    }

    private void makeShared(int stripe) {
        PtArena arena = arenas.shared(PtCache.RECORD_BYTES);
        PtCache made = arena == null ? null : make(arena);
        if (made == null) return;
        if (!caches.addShared(stripe, made)) retire(made);
    }

    // ---- cold ----

    /// A cache for the calling platform thread, which has none; null where there is no room for
    /// one, or all is closed. The dead are buried first.
    PtCache add() {
        bury();
        PtArena arena = arenas.attach(PtCache.RECORD_BYTES);
        if (arena == null) return null;
        PtCache made = make(arena);
        if (made != null) {
            if (caches.add(made)) return made;
            retire(made);
        }
        arenas.detach(arena);
        return null;
    }

    private PtCache make(PtArena arena) {
        long chunk;
        arena.lock();
        try {
            chunk = arena.take(PtChunk.sizeFor(PtCache.RECORD_BYTES), null, Long.MAX_VALUE);
        } finally {
            arena.unlock();
        }
        if (chunk == NULL) return null;
        census.lock();
        try {
            records++;
            recordBytes += PtChunk.size(chunk) - PtChunk.OVERHEAD;
        } finally {
            census.unlock();
        }
        return new PtCache(arena, PtChunk.address(chunk), tuning.options);
    }

    /// Takes over the caches of dead threads: their blocks and records go to the arenas.
    ///
    /// @return how many there were
    int bury() {
        census.lock();
        try {
            List<PtCache> dead = caches.takeDead();
            for (PtCache cache : dead) {
                retire(cache);
                arenas.detach(cache.arena);
            }
            return dead.size();
        } finally {
            census.unlock();
        }
    }

    private void retire(PtCache cache) {
        empty(cache);
        long record;
        census.lock();
        try {
            goneHits += cache.hits();
            record = cache.retire();
            records--;
            recordBytes -= PtChunk.size(PtChunk.ofAddress(record)) - PtChunk.OVERHEAD;
        } finally {
            census.unlock();
        }
        giveBack(record);
    }

    /// Empties a cache of the caller's own into the arenas.
    ///
    /// @return whether there was anything
    boolean empty(PtCache cache) {
        boolean some = false;
        for (int index = 0; index < PtCache.COUNT; index++) {
            some |= freeStack(cache, index, cache.takeAll(index));
        }
        return some;
    }

    private boolean freeStack(PtCache cache, int index, long first) {
        for (long address = first, below; address != NULL; address = below) {
            below = cache.below(index, address);
            PtChunk.setKey(address, 0);
            giveBack(address);
        }
        return first != NULL;
    }

    private void giveBack(long address) {
        long chunk = PtChunk.ofAddress(address);
        PtArena arena = arenas.of(chunk);
        arena.lock();
        try {
            arena.release(chunk, PtChunk.size(chunk));
        } finally {
            arena.unlock();
        }
    }

    /// Empties the caller's cache, the stripes that nobody has, and those of dead threads.
    ///
    /// @return whether anything may have become free
    boolean release() {
        boolean some = bury() > 0;
        PtCache own = mine();
        if (own != null) some |= empty(own);
        for (int stripe = 0; stripe < caches.stripes(); stripe++) {
            for (int index = 0; index < PtCache.COUNT; index++) {
                some |= releaseStripe(stripe, index);
            }
        }
        return some;
    }

    private boolean releaseStripe(int stripe, int index) {
        PtCache cache = caches.tryTake(stripe);
        if (cache == null) return false;
        long first;
        try {
            first = cache.takeAll(index);
        } finally {
            caches.release(stripe);
        }
        return freeStack(cache, index, first);
    }

    /// From now on no thread has a cache.
    void close() {
        caches.close();
    }

    // ---- looking ----

    /// Waits until no cache is being buried; none is until [#unlock].
    void lock() {
        census.lock();
    }

    void unlock() {
        census.unlock();
    }

    /// Those that have not been taken from their threads, and the stripes'.
    List<PtCache> all() {
        return caches.all();
    }

    /// The sums of all counters, as of now.
    PtCensus census() {
        census.lock();
        try {
            long hits = goneHits;
            long blocks = 0;
            long bytes = 0;
            for (PtCache cache : all()) {
                if (cache.record() == NULL) continue;
                hits += cache.hits();
                for (int index = 0; index < PtCache.COUNT; index++) {
                    int count = cache.count(index);
                    blocks += count;
                    bytes += count * (PtCache.sizeOf(index) - PtChunk.OVERHEAD);
                }
            }
            return new PtCensus(hits, blocks, bytes, records, recordBytes);
        } finally {
            census.unlock();
        }
    }
}
