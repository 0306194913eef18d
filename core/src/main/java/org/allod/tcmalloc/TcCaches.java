package org.allod.tcmalloc;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.memory.Memory;
import org.allod.parts.HeapCaches;
import org.allod.parts.PageMap;
import org.allod.parts.ThreadCaches;
import org.allod.profile.SampleWait;

/// All caches of a heap, how blocks move between them and the central lists, and what those did
/// that are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class TcCaches {
    private final HeapCaches<TcCache> caches = new HeapCaches<>();
    private final PageMap map;
    private final TcCentrals centrals;
    private final long sampleMean;

    final TcBudget budget;

    /// Held while a cache retires, so that nothing is counted twice or not at all.
    private final ReentrantLock census = new ReentrantLock();

    /// Allocations that no cache counts: of caches that are gone, and past all caches.
    private final AtomicLong otherAllocations = new AtomicLong();

    private final AtomicLong made = new AtomicLong();

    /// Classes for which the first cache may keep one block more: see [TcRequests#START].
    private volatile boolean startFollows;

    TcCaches(PageMap map, TcCentrals centrals, TcOptions options) {
        this.map = map;
        this.centrals = centrals;
        this.sampleMean = options.sampleParameter();
        this.budget =
                new TcBudget(options.maxTotalThreadCacheBytes(), options.minPerThreadCacheBytes());
    }

    /// Where a platform thread's cache is looked up, for the fast path.
    ThreadCaches<TcCache> threads() {
        return caches.threads();
    }

    /// The calling platform thread's cache, or null.
    TcCache mine() {
        return caches.mine();
    }

    /// The next cache to be made has had two misses already.
    void startFollows() {
        startFollows = true;
    }

    // ---- between a thread's cache and the central lists ----

    /// A block for the owner of a cache that has none of that class; the cache gets some more.
    ///
    /// @return NULL if there is no room
    long fetch(TcCache cache, int sizeClass) {
        TcCentral central = centrals.of(sizeClass);
        TcChain chain = cache.chain.empty();
        central.take(cache.wanted(sizeClass, central.batch), chain);
        long address = chain.head;
        if (address == NULL) return NULL;
        cache.attach(sizeClass, Memory.getLong(address), chain.count - 1);
        cache.lengthen(sizeClass, central.batch);
        cache.countAllocation();
        if (cache.isFull() && budget.isSpent()) scavenge(cache);
        return address;
    }

    /// What a push is followed by if it says so.
    void release(TcCache cache, int sizeClass) {
        if (cache.isTooLong(sizeClass)) {
            TcCentral central = centrals.of(sizeClass);
            release(cache, central, central.batch);
            cache.adjust(sizeClass, central.batch);
            if (cache.isFull() && budget.isSpent()) scavenge(cache);
        } else if (cache.isFull()) {
            scavenge(cache);
        }
    }

    private void release(TcCache cache, TcCentral central, int count) {
        for (int left = count; left > 0; left -= central.batch) {
            TcChain chain = cache.detach(central.sizeClass, Math.min(left, central.batch));
            if (chain.count > 0) central.insert(chain.head, chain.count);
        }
    }

    /// Gives back half of what was not needed since the last time; where there is no more budget to
    /// have, until what is left is within it.
    private void scavenge(TcCache cache) {
        do {
            for (int c = 0; c < TcClasses.COUNT; c++) {
                TcCentral central = centrals.of(c);
                int unneeded = cache.unneeded(c, central.batch);
                if (unneeded > 0) release(cache, central, unneeded);
                cache.markLow(c);
            }
        } while (!budget.grow(cache) && cache.isFull());
    }

    /// Empties a cache of the caller's own.
    ///
    /// @return whether there was anything
    boolean empty(TcCache cache) {
        boolean some = false;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            int length = cache.length(c);
            if (length == 0) continue;
            release(cache, centrals.of(c), length);
            some = true;
        }
        return some;
    }

    // ---- virtual threads ----

    /// A block for a virtual thread, from a stripe or past all; NULL if there is no room, or if a
    /// sample is due.
    long takeShared(int sizeClass) {
        int batch = centrals.of(sizeClass).batch;
        int wanted = 1;
        int stripe = caches.take();
        boolean missing = false;
        if (stripe >= 0) {
            try {
                TcCache cache = caches.shared(stripe);
                missing = cache == null;
                if (!missing) {
                    long address = cache.pop(sizeClass);
                    if (address != NULL || cache.isDue()) return address;
                    wanted = cache.wanted(sizeClass, batch);
                    cache.lengthen(sizeClass, batch);
                }
            } finally {
                caches.release(stripe);
            }
        }
        if (missing) makeShared(stripe);
        return takePast(sizeClass, wanted);
    }

    /// A block from the central list; what came with it goes to a stripe.
    private long takePast(int sizeClass, int wanted) {
        TcCentral central = centrals.of(sizeClass);
        TcChain chain = new TcChain();
        central.take(wanted, chain);
        long address = chain.head;
        if (address == NULL) return NULL;
        otherAllocations.incrementAndGet();
        if (chain.count == 1) return address;
        long rest = Memory.getLong(address);
        int stripe = caches.take();
        TcCache cache = null;
        if (stripe >= 0) {
            try {
                cache = caches.shared(stripe);
                if (cache != null) cache.attach(sizeClass, rest, chain.count - 1);
            } finally {
                caches.release(stripe);
            }
        }
        if (cache == null) central.insert(rest, chain.count - 1);
        return address;
    }

    /// Whether a sample is due of a request that a stripe counts; if so it waits for the next one.
    ///
    /// @param counted whether the request was counted already
    boolean isSampledShared(long size, boolean counted) {
        int stripe = caches.take();
        if (stripe < 0) return false;
        try {
            TcCache cache = caches.shared(stripe);
            if (cache == null || !(counted ? cache.isDue() : cache.isSampled(size))) return false;
            cache.waitAgain();
            return true;
        } finally {
            caches.release(stripe);
        }
    }

    /// Frees a virtual thread's block, to a stripe or past all.
    void giveShared(int sizeClass, long address) {
        TcCentral central = centrals.of(sizeClass);
        int stripe = caches.take();
        TcCache cache = null;
        long head = NULL;
        int count = 0;
        boolean full = false;
        if (stripe >= 0) {
            try {
                cache = caches.shared(stripe);
                if (cache != null && cache.push(sizeClass, address)) {
                    boolean tooLong = cache.isTooLong(sizeClass);
                    full = !tooLong;
                    TcChain chain = cache.detach(sizeClass, central.batch);
                    head = chain.head;
                    count = chain.count;
                    if (tooLong) cache.adjust(sizeClass, central.batch);
                }
            } finally {
                caches.release(stripe);
            }
        }
        if (cache == null) {
            Memory.putLong(address, NULL);
            central.insert(address, 1);
        } else if (count > 0) {
            central.insert(head, count);
        }
        if (full && !budget.grow(cache)) releaseStripe(stripe);
    }

    private void makeShared(int stripe) {
        TcCache cache = make();
        if (!caches.addShared(stripe, cache)) budget.remove(cache);
    }

    // ---- caches come and go ----

    /// A cache for the calling platform thread, which has none; null if all is closed. The dead are
    /// buried first.
    TcCache add() {
        bury();
        TcCache cache = make();
        if (caches.add(cache)) return cache;
        budget.remove(cache);
        return null;
    }

    private TcCache make() {
        TcCache cache = new TcCache(map, new SampleWait(sampleMean, made.incrementAndGet()));
        budget.add(cache);
        if (startFollows) {
            startFollows = false;
            for (int c = 0; c < TcRequests.START; c++) cache.lengthen(c, centrals.of(c).batch);
        }
        return cache;
    }

    /// Takes over the caches of dead threads: their blocks go to the central lists.
    ///
    /// @return how many there were
    int bury() {
        census.lock();
        try {
            List<TcCache> dead = caches.takeDead();
            for (TcCache cache : dead) {
                empty(cache);
                budget.remove(cache);
                otherAllocations.addAndGet(cache.allocations());
            }
            return dead.size();
        } finally {
            census.unlock();
        }
    }

    /// Empties a cache of the caller's own; its budget is that of a new one.
    void idle(TcCache cache) {
        empty(cache);
        budget.remove(cache);
        budget.add(cache);
    }

    /// Empties the caller's cache, the stripes that nobody has, and those of dead threads.
    ///
    /// @return whether anything may have become free
    boolean release() {
        boolean some = bury() > 0;
        TcCache own = mine();
        if (own != null) some |= empty(own);
        for (int stripe = 0; stripe < caches.stripes(); stripe++) some |= releaseStripe(stripe);
        return some;
    }

    private boolean releaseStripe(int stripe) {
        boolean some = false;
        for (int c = 0; c < TcClasses.COUNT; c++) {
            while (true) {
                TcCache cache = caches.tryTake(stripe);
                if (cache == null) return some;
                TcCentral central = centrals.of(c);
                long head;
                int count;
                try {
                    TcChain chain = cache.detach(c, central.batch);
                    head = chain.head;
                    count = chain.count;
                } finally {
                    caches.release(stripe);
                }
                if (count == 0) break;
                central.insert(head, count);
                some = true;
            }
        }
        return some;
    }

    void countAllocation() {
        otherAllocations.incrementAndGet();
    }

    /// From now on no thread has a cache.
    void close() {
        caches.close();
    }

    // ---- looking ----

    /// Those that have not been taken from their threads, and the stripes'.
    List<TcCache> all() {
        return caches.all();
    }

    /// Successful allocations so far.
    long allocations() {
        census.lock();
        try {
            long sum = otherAllocations.get();
            for (TcCache cache : all()) sum += cache.allocations();
            return sum;
        } finally {
            census.unlock();
        }
    }
}
