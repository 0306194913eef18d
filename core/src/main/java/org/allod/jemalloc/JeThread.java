package org.allod.jemalloc;

/// What the calling thread has done with the heap, and its arena and cache: `thread.*` of mallctl.
///
/// ```java
/// JeThread thread = heap.control().thread();
/// long before = thread.allocated();
/// parse(document);
/// long bytes = thread.allocated() - before;       // allocated by this thread in between
/// ```
///
/// Bytes are those of the blocks' classes. A block resized in place counts as freed and allocated.
/// A virtual thread, and any thread of a heap without caches, keeps no account: each number is -1.
///
/// Costs the fast path nothing: what a cache counts down to its next event is what was allocated.
///
/// Threads: any; each sees its own. Source: jemalloc's manual, spec 3.7.
public final class JeThread {
    private final JeMalloc heap;
    private final JeRequests requests;

    JeThread(JeMalloc heap, JeRequests requests) {
        this.heap = heap;
        this.requests = requests;
    }

    private JeCache cache() {
        heap.checkOpen();
        return heap.cache();
    }

    /// Bytes allocated so far; as `thread.allocated`.
    public long allocated() {
        JeCache cache = cache();
        return cache == null ? -1 : cache.allocated();
    }

    /// Bytes freed so far, whoever allocated them; as `thread.deallocated`.
    public long deallocated() {
        JeCache cache = cache();
        return cache == null ? -1 : cache.freed();
    }

    /// Most that the bytes allocated were above the freed ones since [#resetPeak]; as
    /// `thread.peak.read`. It is looked at each 64 KiB, so that short peaks are missed.
    public long peak() {
        JeCache cache = cache();
        return cache == null ? -1 : cache.peak();
    }

    /// Starts [#peak] anew, at 0; as `thread.peak.reset`.
    public void resetPeak() {
        JeCache cache = cache();
        if (cache != null) cache.resetPeak();
    }

    /// Number of the arena from which it takes what its cache misses; as `thread.arena`.
    public int arena() {
        JeCache cache = cache();
        return cache == null ? -1 : cache.arena.number;
    }

    /// Gives it another arena, for what its cache misses from now on.
    ///
    /// @param number of an arena that is not a user's: blocks of those are in no cache
    /// @throws IllegalArgumentException if there is none of that number
    /// @throws IllegalStateException if the thread has no cache
    public void arena(int number) {
        JeCache cache = cache();
        JeArena[] all = requests.arenas.all();
        boolean there = number >= 0 && number < all.length;
        if (!there || !requests.arenas.isAutomatic(all[number])) {
            throw new IllegalArgumentException(
                    "arena=" + number + ", expected one that no user made, of " + all.length);
        }
        if (cache == null) {
            throw new IllegalStateException(
                    "thread="
                            + Thread.currentThread()
                            + ", expected a platform thread and tcache:true");
        }
        requests.caches.move(cache, all[number]);
    }

    /// Gives what its cache holds back to the arenas; as `thread.tcache.flush` and [JeMalloc#idle].
    public void flush() {
        heap.idle();
    }

    /// Before it waits for long: gives its cache back, and pages whose time has come; as
    /// `thread.idle`.
    public void idle() {
        heap.idle();
        JeCache cache = cache();
        if (cache != null) cache.arena.pages.decay();
    }
}
