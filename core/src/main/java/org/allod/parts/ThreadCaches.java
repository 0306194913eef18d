package org.allod.parts;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Which platform thread has which cache of one heap, and which threads have died.
///
/// ```
///   thread's map:  this heap's ThreadLocal ──► weak link ─ ─ ─ ┐
///                                                              ▼
///   heap ──► ThreadCaches ──► (thread, cache), (thread, cache), ...
/// ```
///
/// Only the heap holds the caches: a thread's map holds a weak link, so that neither a closed heap
/// nor a forgotten one lives on in the map of a thread that once used it.
///
/// A thread's death is what [Thread#isAlive] says, and that is also what makes everything the
/// thread did to its cache visible to the one that [#takeDead] gives it to. Nothing here waits for
/// a garbage collection: a program that makes no garbage would never see one.
///
/// Cost: [#mine] is a look at a table by thread id, or one in the thread's map where two threads
/// share a place: 1 to 2 ns, no lock and no CAS; the rest locks and is O(caches).
/// Virtual threads have no cache here: see [Stripes]. Threads: any; each cache is its thread's.
///
/// @param <C> a cache
public final class ThreadCaches<C> {
    private record Owned<C>(Thread owner, C cache, Reference<C> link) {}

    /// Places of [#known] at least; it has 4 to 8 times as many as there are threads. A power of
    /// two.
    private static final int PLACES_MIN = 16;

    private final ThreadLocal<Reference<C>> links = new ThreadLocal<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Owned<C>> all = new ArrayList<>();
    private boolean closed;

    /// Caches by the low bits of their thread's id, so that most look-ups need no map of the
    /// thread's. Read without a lock: an entry counts for its own thread only, and that one made
    /// it.
    private Owned<C>[] known = table(PLACES_MIN);

    /// The calling thread's cache, or null: it has none, is virtual, or all is closed.
    public C mine() {
        Thread thread = Thread.currentThread();
        Owned<C>[] table = known;
        Owned<C> owned = table[(int) thread.threadId() & table.length - 1];
        return owned != null && owned.owner == thread ? owned.cache : linked(thread);
    }

    // ---- cold ----

    /// The cache of a thread that shares its place in [#known] with another one.
    private C linked(Thread thread) {
        if (thread.isVirtual()) return null;
        Reference<C> link = links.get();
        return link == null ? null : link.get();
    }

    private int place(Owned<C> owned) {
        return (int) owned.owner.threadId() & known.length - 1;
    }

    /// Makes [#known] anew, as large as it should be. Under the lock.
    private void learn() {
        known = table(Math.max(PLACES_MIN, Integer.highestOneBit(all.size()) * 8));
        for (Owned<C> owned : all) known[place(owned)] = owned;
    }

    /// An array of `Owned<C>` cannot be made, and only such go into this one.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <C> Owned<C>[] table(int places) {
        return new Owned[places];
    }

    /// Makes `cache` the calling platform thread's. False, and nothing done, after [#close].
    ///
    /// @throws IllegalStateException if the thread is virtual or has one already
    public boolean add(C cache) {
        Thread owner = Thread.currentThread();
        if (owner.isVirtual() || mine() != null) {
            throw new IllegalStateException(
                    "thread=" + owner + ", expected a platform thread without a cache");
        }
        Reference<C> link = new WeakReference<>(cache);
        lock.lock();
        try {
            if (closed) return false;
            Owned<C> owned = new Owned<>(owner, cache, link);
            all.add(owned);
            if (4 * all.size() > known.length) learn();
            else known[place(owned)] = owned;
        } finally {
            lock.unlock();
        }
        links.set(link);
        return true;
    }

    /// The caches of threads that have died. Each goes to one caller, once, whose own they are now.
    public List<C> takeDead() {
        lock.lock();
        try {
            List<C> dead = new ArrayList<>();
            int kept = 0;
            for (Owned<C> owned : all) {
                if (owned.owner.isAlive()) {
                    all.set(kept++, owned);
                } else {
                    dead.add(owned.cache);
                }
            }
            all.subList(kept, all.size()).clear();
            if (!dead.isEmpty()) learn();
            return dead;
        } finally {
            lock.unlock();
        }
    }

    /// All caches that have not been taken, their threads dead or alive, as of now.
    public List<C> all() {
        lock.lock();
        try {
            List<C> caches = new ArrayList<>(all.size());
            for (Owned<C> owned : all) caches.add(owned.cache);
            return caches;
        } finally {
            lock.unlock();
        }
    }

    /// Number of caches that have not been taken.
    public int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    /// Takes all caches from their threads, for ever: [#mine] is null from now on.
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Owned<C> owned : all) owned.link.clear();
            all.clear();
            learn();
        } finally {
            lock.unlock();
        }
    }
}
