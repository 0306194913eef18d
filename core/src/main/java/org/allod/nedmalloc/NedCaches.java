package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.parts.Stripes;
import org.allod.parts.ThreadCaches;

/// All caches of a heap: one for each platform thread, a few for all virtual ones; and what those
/// did that are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class NedCaches {
    private final NedMarks marks;
    private final NedSpaces spaces;
    private final ThreadCaches<NedCache> threads = new ThreadCaches<>();
    private final Stripes<NedCache> stripes = new Stripes<>();

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

    /// The calling platform thread's cache, or null.
    NedCache mine() {
        return threads.mine();
    }

    // ---- virtual threads ----

    /// As [NedCache#pop], of a stripe.
    long popShared(long size) {
        int stripe = stripes.take();
        if (stripe < 0) return NULL;
        NedCache cache;
        long address = NULL;
        try {
            cache = stripes.get(stripe);
            if (cache != null) address = cache.pop(size);
        } finally {
            stripes.release(stripe);
        }
        if (cache == null) makeShared(stripe);
        return address;
    }

    /// As [NedCache#push], of a stripe; old blocks leave.
    boolean pushShared(long address, long usable) {
        int stripe = stripes.take();
        if (stripe < 0) return false;
        NedCache cache;
        boolean pushed = false;
        long old = NULL;
        try {
            cache = stripes.get(stripe);
            if (cache != null) pushed = cache.push(address, usable);
            if (pushed && cache.isFull()) old = cache.takeOld();
        } finally {
            stripes.release(stripe);
        }
        spaces.freeChain(old);
        return pushed;
    }

    private void makeShared(int stripe) {
        NedCache made = make(0);
        if (made.record() == NULL) return;
        if (stripes.tryTake(stripe)) {
            try {
                if (stripes.get(stripe) == null) {
                    stripes.set(stripe, made);
                    return;
                }
            } finally {
                stripes.release(stripe);
            }
        }
        retire(made);
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
            if (threads.add(made)) return made;
            retire(made);
        }
        return null;
    }

    private NedCache make(int space) {
        long record = spaces.all()[0].take(NedCache.RECORD_BYTES, NedBlock.ALIGNMENT, false);
        if (record != NULL) {
            census.lock();
            try {
                recordsMade++;
                recordBytes += marks.usableLive(record);
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
        List<NedCache> dead = threads.takeDead();
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
            recordBytes -= marks.usableLive(record);
        } finally {
            census.unlock();
        }
        spaces.all()[0].free(record);
    }

    /// Empties the caller's cache, the stripes that nobody has, and those of dead threads.
    ///
    /// @return whether anything may have become free
    boolean release() {
        boolean some = bury() > 0;
        NedCache own = mine();
        if (own != null) some |= free(own.takeAll());
        for (int stripe = 0; stripe < stripes.count(); stripe++) some |= releaseStripe(stripe);
        return some;
    }

    private boolean releaseStripe(int stripe) {
        if (stripes.get(stripe) == null || !stripes.tryTake(stripe)) return false;
        long all;
        try {
            NedCache cache = stripes.get(stripe);
            all = cache == null ? NULL : cache.takeAll();
        } finally {
            stripes.release(stripe);
        }
        return free(all);
    }

    private boolean free(long chain) {
        spaces.freeChain(chain);
        return chain != NULL;
    }

    /// From now on no thread has a cache.
    void close() {
        threads.close();
        for (int stripe = 0; stripe < stripes.count(); stripe++) stripes.set(stripe, null);
    }

    // ---- looking ----

    /// Those that have not been taken from their threads, and the stripes'.
    List<NedCache> all() {
        List<NedCache> caches = new ArrayList<>(threads.all());
        for (int stripe = 0; stripe < stripes.count(); stripe++) {
            NedCache cache = stripes.get(stripe);
            if (cache != null) caches.add(cache);
        }
        return caches;
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
