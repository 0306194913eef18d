package org.allod.parts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// All caches of one heap: one for each platform thread, a few that virtual threads share.
///
/// ```
///   platform thread ──► mine()                    its own, for as long as it lives
///   virtual thread  ──► take() ──► shared(stripe) the stripe's, until release(stripe)
/// ```
///
/// What a heap does with a stripe, whose cache is made when it is first missed:
///
/// ```java
/// int stripe = caches.take();
/// if (stripe < 0) return NULL;                   // the shared path
/// C cache = caches.shared(stripe);
/// try {
///     if (cache != null) address = cache.pop(size);
/// } finally {
///     caches.release(stripe);
/// }
/// if (cache == null && !caches.addShared(stripe, made = make())) retire(made);
/// ```
///
/// Who holds a stripe waits for no lock. A cache belongs to its thread, to who has taken its
/// stripe, or to who got it from [#takeDead], and is made, emptied and retired by the heap alone.
///
/// Cost: [#mine] as of [ThreadCaches], stripes as of [Stripes]; the rest is O(caches). Threads:
/// any.
///
/// @param <C> a cache
public final class HeapCaches<C> {
    private final ThreadCaches<C> threads = new ThreadCaches<>();
    private final Stripes<C> stripes = new Stripes<>();

    /// Held while a stripe gets its cache, so that none does after [#close].
    private final ReentrantLock adding = new ReentrantLock();

    private boolean closed;

    // ---- platform threads ----

    /// Those of platform threads, for a heap to keep at hand: on a path of 7 ns, each of two loads
    /// on the way to them through here was seen.
    public ThreadCaches<C> threads() {
        return threads;
    }

    /// The calling platform thread's cache, or null: it has none, is virtual, or all is closed.
    public C mine() {
        return threads.mine();
    }

    /// Makes `made` the calling platform thread's. False, and nothing done, after [#close].
    ///
    /// @throws IllegalStateException if the thread is virtual or has one already
    public boolean add(C made) {
        return threads.add(made);
    }

    /// The caches of threads that have died. Each goes to one caller, once, whose own they are now.
    public List<C> takeDead() {
        return threads.takeDead();
    }

    // ---- virtual threads ----

    /// Takes a stripe for the calling thread.
    ///
    /// @return its number, to be given to [#release] soon, or -1 if those tried are taken
    public int take() {
        return stripes.take();
    }

    /// The cache of a stripe, or null for none yet. Only who has taken the stripe may use it.
    public C shared(int stripe) {
        return stripes.get(stripe);
    }

    /// Gives a stripe back. Only who has taken it may.
    public void release(int stripe) {
        stripes.release(stripe);
    }

    // ---- cold ----

    /// Makes `made` the cache of a stripe that the caller has not taken and that has none. False,
    /// and nothing done, if it has one, is taken, or all is closed: `made` stays the caller's.
    public boolean addShared(int stripe, C made) {
        adding.lock();
        try {
            if (closed || !stripes.tryTake(stripe)) return false;
            boolean missing = stripes.get(stripe) == null;
            if (missing) stripes.set(stripe, made);
            stripes.release(stripe);
            return missing;
        } finally {
            adding.unlock();
        }
    }

    /// Number of stripes, numbered from 0.
    public int stripes() {
        return stripes.count();
    }

    /// Takes this stripe, if it is free and has a cache.
    ///
    /// @return the cache, or null: the stripe is not the caller's
    public C tryTake(int stripe) {
        if (stripes.get(stripe) == null || !stripes.tryTake(stripe)) return null;
        C cache = stripes.get(stripe);
        if (cache == null) stripes.release(stripe);
        return cache;
    }

    /// Those that have not been taken from their threads, and the stripes', as of now. To look at
    /// only: their owners go on.
    public List<C> all() {
        List<C> caches = new ArrayList<>(threads.all());
        for (int stripe = 0; stripe < stripes.count(); stripe++) {
            C cache = stripes.get(stripe);
            if (cache != null) caches.add(cache);
        }
        return caches;
    }

    /// Takes all caches from their threads and stripes, for ever.
    public void close() {
        threads.close();
        adding.lock();
        try {
            closed = true;
            for (int stripe = 0; stripe < stripes.count(); stripe++) stripes.set(stripe, null);
        } finally {
            adding.unlock();
        }
    }
}
