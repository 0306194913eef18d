package org.allod.hoard;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Region;
import org.allod.parts.HeapCaches;
import org.allod.parts.ThreadCaches;

/// All buffers: one for each platform thread, a few for all virtual ones; and what those did that
/// are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class HoardCaches {
    /// Most buffers at a time; a thread beyond them goes to its heap for each block.
    private static final int RECORDS_MAX = 1 << 14;

    private final HoardTable table;
    private final HoardHeaps heaps;
    private final HoardOptions options;
    private final long secret;
    private final HeapCaches<HoardCache> caches = new HeapCaches<>();
    private final Region records = Region.reserved(RECORDS_MAX * HoardCache.RECORD_BYTES);

    /// Held while counters are summed and while a record goes from hand to hand.
    private final ReentrantLock census = new ReentrantLock();

    /// Held while buffers of the dead are neither with their threads nor counted as gone.
    private final ReentrantLock burials = new ReentrantLock();

    /// Resizes in place that no buffer counted.
    private final AtomicLong resizes = new AtomicLong();

    private int recordsMade;

    /// Records that nobody has, linked by their first word.
    private long recordsFree;

    private long gonePops;
    private long gonePushes;
    private long goneResizes;

    HoardCaches(HoardTable table, HoardHeaps heaps, HoardOptions options, long secret) {
        this.table = table;
        this.heaps = heaps;
        this.options = options;
        this.secret = secret;
    }

    /// Where a platform thread's buffer is looked up, for the fast path.
    ThreadCaches<HoardCache> threads() {
        return caches.threads();
    }

    // ---- virtual threads ----

    /// As [HoardCache#pop], of a stripe.
    long popShared(int sizeClass) {
        int stripe = caches.take();
        if (stripe < 0) return NULL;
        try {
            HoardCache cache = caches.shared(stripe);
            return cache == null ? NULL : cache.pop(sizeClass);
        } finally {
            caches.release(stripe);
        }
    }

    /// As [HoardCache#push], of a stripe.
    boolean pushShared(long block, long size) {
        int stripe = caches.take();
        if (stripe < 0) return false;
        HoardCache cache;
        boolean pushed = false;
        try {
            cache = caches.shared(stripe);
            if (cache != null) pushed = cache.push(block, size);
        } finally {
            caches.release(stripe);
        }
        if (cache == null) makeShared(stripe);
        return pushed;
    }

    private void makeShared(int stripe) {
        HoardCache made = make(heaps.get(1 + stripe % (heaps.count() - 1)));
        if (made != null && !caches.addShared(stripe, made)) retire(made);
    }

    /// The heap that a virtual thread's blocks come from.
    HoardHeap heapOfVirtual() {
        long id = Thread.currentThread().threadId();
        return heaps.get(1 + (int) (id % (heaps.count() - 1)));
    }

    // ---- cold ----

    /// A buffer for the calling platform thread, which has none; null where there is no room for
    /// one, or all is closed. The dead are buried first.
    HoardCache add() {
        bury();
        HoardHeap heap = heaps.join();
        HoardCache made = make(heap);
        if (made != null && caches.add(made)) return made;
        if (made != null) retire(made);
        heaps.leave(heap.number);
        return null;
    }

    private HoardCache make(HoardHeap heap) {
        long record;
        census.lock();
        try {
            record = recordsFree;
            if (record != NULL) {
                recordsFree = HoardBlocks.next(record);
            } else {
                if (recordsMade == RECORDS_MAX) return null;
                record = records.base() + recordsMade * HoardCache.RECORD_BYTES;
                if (!records.commit(record, HoardCache.RECORD_BYTES)) return null;
                recordsMade++;
            }
        } finally {
            census.unlock();
        }
        return new HoardCache(table, heap, record, options, secret);
    }

    /// Takes over the buffers of dead threads: their blocks go home.
    void bury() {
        burials.lock();
        try {
            for (HoardCache cache : caches.takeDead()) {
                retire(cache);
                heaps.leave(cache.heap.number);
            }
        } finally {
            burials.unlock();
        }
    }

    /// Empties a buffer of the caller's own and takes its record.
    private void retire(HoardCache cache) {
        empty(cache);
        census.lock();
        try {
            gonePops += cache.pops();
            gonePushes += cache.pushes();
            goneResizes += cache.resizes();
            long record = cache.retire();
            HoardBlocks.setNext(record, recordsFree);
            recordsFree = record;
        } finally {
            census.unlock();
        }
    }

    /// Sends all blocks of a buffer of the caller's own home.
    void empty(HoardCache cache) {
        for (int c = 0; c < table.sizes.count; c++) shrink(cache, c, 0);
    }

    /// Sends the blocks of a class home that came first, all but `kept`.
    void shrink(HoardCache cache, int sizeClass, int kept) {
        long chain = cache.takeOld(sizeClass, kept);
        if (chain == NULL) return;
        HoardHeap heap = cache.heap;
        heap.lock();
        try {
            while (chain != NULL) {
                long next = cache.next(chain);
                long tag = table.tagAt(chain);
                if (HoardTable.heapOf(tag) != heap.number) break;
                heaps.put(heap, chain, tag);
                chain = next;
            }
        } finally {
            heap.unlock();
        }
        // From here on some are of superblocks that have gone to the global heap.
        while (chain != NULL) {
            long next = cache.next(chain);
            heaps.free(chain, 0, false);
            chain = next;
        }
        heaps.releaseBeyond();
    }

    /// Empties the caller's buffer, those of dead threads, and the stripes that nobody has.
    void release() {
        bury();
        HoardCache own = caches.mine();
        if (own != null) empty(own);
        for (int stripe = 0; stripe < caches.stripes(); stripe++) {
            HoardCache cache = caches.tryTake(stripe);
            if (cache == null) continue;
            long[] chains = new long[table.sizes.count];
            try {
                for (int c = 0; c < chains.length; c++) chains[c] = cache.takeOld(c, 0);
            } finally {
                caches.release(stripe);
            }
            for (long chain : chains) {
                for (long next; chain != NULL; chain = next) {
                    next = cache.next(chain);
                    heaps.free(chain, 0, false);
                }
            }
        }
    }

    void countResize(HoardCache cache) {
        if (cache != null) cache.countResize();
        else resizes.incrementAndGet();
    }

    // ---- looking ----

    /// Those that have not been taken from their threads, and the stripes'.
    List<HoardCache> all() {
        return caches.all();
    }

    HoardCensus census() {
        burials.lock();
        census.lock();
        try {
            long pops = gonePops;
            long pushes = gonePushes;
            long resized = goneResizes + resizes.get();
            long blocks = 0;
            long held = 0;
            for (HoardCache cache : all()) {
                pops += cache.pops();
                pushes += cache.pushes();
                resized += cache.resizes();
                blocks += cache.blocks();
                held += cache.bytes();
            }
            return new HoardCensus(pops, pushes, resized, blocks, held);
        } finally {
            census.unlock();
            burials.unlock();
        }
    }

    long tableBytes() {
        return records.committed();
    }

    void close() {
        caches.close();
        records.close();
    }
}
