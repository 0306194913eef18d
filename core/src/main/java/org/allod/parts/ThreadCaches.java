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
/// Cost: [#mine] is one look-up, about 1.5 ns, no lock and no CAS; the rest locks and is O(caches).
/// Virtual threads have no cache here: see [Stripes]. Threads: any; each cache is its thread's.
///
/// @param <C> a cache
public final class ThreadCaches<C> {
    private record Owned<C>(Thread owner, C cache, Reference<C> link) {}

    private final ThreadLocal<Reference<C>> links = new ThreadLocal<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Owned<C>> all = new ArrayList<>();
    private boolean closed;

    /// The calling thread's cache, or null: it has none, is virtual, or all is closed.
    public C mine() {
        if (Thread.currentThread().isVirtual()) return null;
        Reference<C> link = links.get();
        return link == null ? null : link.get();
    }

    // ---- cold ----

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
            all.add(new Owned<>(owner, cache, link));
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
        } finally {
            lock.unlock();
        }
    }
}
