package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.parts.HeapCaches;
import org.allod.parts.ThreadCaches;

/// All caches of a heap: one for each platform thread, a few for all virtual ones; and what those
/// did that are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class NedCaches {
    private final NedMarks marks;
    private final NedSpaces spaces;
    private final HeapCaches<NedCache> caches = new HeapCaches<>();

    /// Held while counters are summed and while a record leaves a cache.
    private final ReentrantLock census = new ReentrantLock();

    /// Resizes that neither a space nor a cache counted.
    private final AtomicLong resizes = new AtomicLong();

    /// What caches did that have no record any more.
    private long goneHits;

    private long goneFrees;
    private long goneReleased;
    private long goneKept;

    /// Records made and freed so far, and bytes between the tags of those that live.
    private long recordsMade;

    private long recordsGone;

    private long recordBytes;

    NedCaches(NedMarks marks, NedSpaces spaces) {
        this.marks = marks;
        this.spaces = spaces;
    }

    /// Where a platform thread's cache is looked up, for the fast path.
    ThreadCaches<NedCache> threads() {
        return caches.threads();
    }

    /// The calling platform thread's cache, or null.
    NedCache mine() {
        return caches.mine();
    }

    // ---- virtual threads ----

    /// As [NedCache#pop], of a stripe.
    long popShared(long size) {
        int stripe = caches.take();
        if (stripe < 0) return NULL;
        NedCache cache;
        long address = NULL;
        try {
            cache = caches.shared(stripe);
            if (cache != null) address = cache.pop(size);
        } finally {
            caches.release(stripe);
        }
        if (cache == null) makeShared(stripe);
        return address;
    }

    /// As [NedCache#push], of a stripe; old blocks leave.
    boolean pushShared(long address, long usable) {
        int stripe = caches.take();
        if (stripe < 0) return false;
        NedCache cache;
        boolean pushed = false;
        long old = NULL;
        try {
            cache = caches.shared(stripe);
            if (cache != null) pushed = cache.push(address, usable);
            if (pushed && cache.isFull()) old = cache.takeOld();
        } finally {
            caches.release(stripe);
        }
        spaces.freeChain(old);
        return pushed;
    }

    private void makeShared(int stripe) {
        NedCache made = make(0);
        if (made.record() == NULL) return;
        if (!caches.addShared(stripe, made)) retire(made);
    }

    // ---- cold ----

    /// Counts a resize that no space did.
    void countResize() {
        NedCache own = mine();
        if (own == null || !own.countKept()) resizes.incrementAndGet();
    }

    /// A cache for the calling platform thread, which has none; null where there is no room for
    /// one, or all is closed. The dead are buried first.
    NedCache add() {
        bury();
        NedCache made = make(spaces.start());
        if (made.record() != NULL) {
            if (caches.add(made)) return made;
            retire(made);
        }
        return null;
    }

    private NedCache make(int space) {
        long record = spaces.all()[0].take(NedCache.RECORD_BYTES, NedBlock.ALIGNMENT, false);
        if (record != NULL) {
            long usable = marks.usableLive(record);
            NedBlock.flip(record, usable);
            census.lock();
            try {
                recordsMade++;
                recordBytes += usable;
            } finally {
                census.unlock();
            }
        }
        return new NedCache(marks, record, space);
    }

    /// Takes over the caches of dead threads: their blocks and records go to the spaces.
    ///
    /// @return how many there were
    int bury() {
        List<NedCache> dead = caches.takeDead();
        for (NedCache cache : dead) retire(cache);
        return dead.size();
    }

    /// Empties a cache of the caller's own and takes its record.
    void retire(NedCache cache) {
        if (cache.record() == NULL) return;
        spaces.freeChain(cache.takeAll());
        long record;
        census.lock();
        try {
            goneHits += cache.hits();
            goneFrees += cache.clock();
            goneReleased += cache.released();
            goneKept += cache.kept();
            record = cache.disable();
            recordsGone++;
            recordBytes -= marks.usableCached(record);
        } finally {
            census.unlock();
        }
        NedBlock.setNewer(record, NULL);
        spaces.freeChain(record);
    }

    /// Empties the caller's cache, the stripes that nobody has, and those of dead threads.
    ///
    /// @return whether anything may have become free
    boolean release() {
        boolean some = bury() > 0;
        NedCache own = mine();
        if (own != null) some |= free(own.takeAll());
        for (int stripe = 0; stripe < caches.stripes(); stripe++) some |= releaseStripe(stripe);
        return some;
    }

    private boolean releaseStripe(int stripe) {
        NedCache cache = caches.tryTake(stripe);
        if (cache == null) return false;
        long all;
        try {
            all = cache.takeAll();
        } finally {
            caches.release(stripe);
        }
        return free(all);
    }

    private boolean free(long chain) {
        spaces.freeChain(chain);
        return chain != NULL;
    }

    /// From now on no thread has a cache.
    void close() {
        caches.close();
    }

    // ---- looking ----

    /// Those that have not been taken from their threads, and the stripes'.
    List<NedCache> all() {
        return caches.all();
    }

    /// The sums of all counters, as of now.
    NedCensus census() {
        census.lock();
        try {
            long hits = goneHits;
            long frees = goneFrees;
            long released = goneReleased;
            long kept = goneKept + resizes.get();
            long bytes = 0;
            for (NedCache cache : all()) {
                if (cache.record() == NULL) continue;
                hits += cache.hits();
                frees += cache.clock();
                released += cache.released();
                kept += cache.kept();
                bytes += cache.usable();
            }
            return new NedCensus(
                    hits, frees, released, kept, bytes, recordsMade, recordsGone, recordBytes);
        } finally {
            census.unlock();
        }
    }
}
