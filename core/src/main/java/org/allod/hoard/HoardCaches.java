package org.allod.hoard;

import static org.allod.Allocator.NULL;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.parts.HeapCaches;
import org.allod.parts.ThreadCaches;

/// All buffers: one for each platform thread, a few for all virtual ones; and what those did that
/// are gone.
///
/// Nothing here waits for a lock while it holds a stripe.
final class HoardCaches {
    private final HoardTable table;
    private final HoardHeaps heaps;
    private final HoardOptions options;
    private final long secret;
    private final HeapCaches<HoardCache> caches = new HeapCaches<>();

    /// Held while counters change or are summed.
    private final ReentrantLock census = new ReentrantLock();

    /// Held while buffers of the dead are neither with their threads nor counted as gone.
    private final ReentrantLock burials = new ReentrantLock();

    /// Resizes in place that no buffer counted.
    private final AtomicLong resizes = new AtomicLong();

    private long tableBytes;
    private long tableBytesMax;

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
        if (!caches.addShared(stripe, made)) retire(made);
    }

    /// The heap that a virtual thread's blocks come from.
    HoardHeap heapOfVirtual() {
        long id = Thread.currentThread().threadId();
        return heaps.get(1 + (int) (id % (heaps.count() - 1)));
    }

    // ---- cold ----

    /// A buffer for the calling platform thread, which has none; null where all is closed. The dead
    /// are buried first.
    HoardCache add() {
        bury();
        HoardHeap heap = heaps.join();
        HoardCache made = make(heap);
        if (caches.add(made)) return made;
        retire(made);
        heaps.leave(heap.number);
        return null;
    }

    private HoardCache make(HoardHeap heap) {
        HoardCache made = new HoardCache(table, heap, options, secret);
        census.lock();
        tableBytes += made.tableBytes();
        tableBytesMax = Math.max(tableBytesMax, tableBytes);
        census.unlock();
        return made;
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

    /// Empties a buffer of the caller's own for good.
    private void retire(HoardCache cache) {
        empty(cache);
        census.lock();
        try {
            gonePops += cache.pops();
            gonePushes += cache.pushes();
            goneResizes += cache.resizes();
            tableBytes -= cache.tableBytes();
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
        int count = cache.count(sizeClass) - kept;
        if (count <= 0) return;
        for (int i = 0; i < count; i++) cache.checkFree(cache.block(sizeClass, i));
        HoardHeap heap = cache.heap;
        int done = 0;
        try {
            heap.lock();
            try {
                while (done < count && isOf(heap, cache.block(sizeClass, done))) {
                    int next = putRun(cache, sizeClass, done, count);
                    if (next == done) throw HoardFault.twice(cache.block(sizeClass, done++));
                    done = next;
                }
            } finally {
                heap.unlock();
            }
            // From here on some are of superblocks that have gone to the global heap.
            while (done < count) {
                long block = cache.block(sizeClass, done++);
                HoardBlocks.unmark(block);
                heaps.free(block, 0, false);
            }
        } finally {
            cache.drop(sizeClass, done);
        }
        heaps.releaseBeyond();
    }

    private boolean isOf(HoardHeap heap, long block) {
        return HoardTable.heapOf(table.tagAt(block)) == heap.number;
    }

    /// Puts blocks back that follow one another and lie in one superblock of the buffer's heap.
    ///
    /// @return number of the first block that does not, or that is there already
    private int putRun(HoardCache cache, int sizeClass, int first, int end) {
        long lowest = cache.block(sizeClass, first);
        long sb = table.at(lowest);
        int i = first;
        for (; i < end; i++) {
            long block = cache.block(sizeClass, i);
            if (table.at(block) != sb || !table.setFree(block)) break;
            HoardBlocks.unmark(block);
            lowest = Math.min(lowest, block);
        }
        if (i == first) return first;
        cache.heap.put(lowest, i - first, sb);
        if (cache.heap.isTooEmpty()) heaps.settle(cache.heap);
        return i;
    }

    /// Empties the caller's buffer, those of dead threads, and the stripes that nobody has.
    void release() {
        bury();
        HoardCache own = caches.mine();
        if (own != null) empty(own);
        for (int stripe = 0; stripe < caches.stripes(); stripe++) {
            HoardCache cache = caches.tryTake(stripe);
            if (cache == null) continue;
            long[] blocks = new long[(int) cache.blocks()];
            try {
                int found = 0;
                for (int c = 0; c < table.sizes.count; c++) {
                    int count = cache.count(c);
                    for (int i = 0; i < count; i++) blocks[found++] = cache.block(c, i);
                    cache.drop(c, count);
                }
            } finally {
                caches.release(stripe);
            }
            for (long block : blocks) {
                cache.checkFree(block);
                HoardBlocks.unmark(block);
                heaps.free(block, 0, false);
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

    /// Bytes of all buffers' tables.
    long tableBytes() {
        return tableBytes;
    }

    /// The most that [#tableBytes] has been.
    long tableBytesMax() {
        return tableBytesMax;
    }

    void close() {
        caches.close();
    }
}
