package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.parts.Stripes;

/// The heaps of threads, the global heap, and how superblocks and blocks go between them.
///
/// ```
///   heap 1   heap 2   ...   heap 2P          a thread's, by fewest threads
///      │ ▲ too empty: one superblock that is at least f empty
///      ▼ │ none with space left: one of the class, or an empty one
///   heap 0, the global one
///      │ ▲ beyond the bound, or on demand
///      ▼ │ S bytes at a multiple of S
///   pages
/// ```
///
/// - **hoard.I2** for each heap but 0: u >= a - K S, or u >= (1 - f) a, whenever its lock is free.
///
/// Threads: any, locks.
final class HoardHeaps {
    private final HoardTable table;
    private final HoardSizes sizes;
    private final HoardPages pages;
    private final Region records;
    private final HoardHeap[] heaps;
    private final int[] threads;
    private final long secret;

    /// Empty superblocks that heap 0 keeps.
    private final long emptiesKept;

    /// The most superblocks that were taken from the pages and not given back, and now. Under the
    /// pages' lock.
    private long superblocks;

    HoardHeaps(HoardTable table, HoardPages pages, HoardOptions options, long secret) {
        this.table = table;
        this.sizes = table.sizes;
        this.pages = pages;
        this.secret = secret;
        this.emptiesKept = options.emptiesKept();
        int count = 1 + Stripes.countFor(Runtime.getRuntime().availableProcessors());
        this.heaps = new HoardHeap[count];
        this.threads = new int[count];
        this.records = Region.reserved(count * HoardHeap.RECORD_BYTES);
        records.commit(records.base(), records.bytes());
        for (int i = 0; i < count; i++) {
            long record = records.base() + i * HoardHeap.RECORD_BYTES;
            heaps[i] = new HoardHeap(i, table, pages, record);
        }
    }

    int count() {
        return heaps.length;
    }

    HoardHeap get(int number) {
        return heaps[number];
    }

    // ---- threads ----

    /// The heap with the fewest threads, which has one more now.
    HoardHeap join() {
        heaps[0].lock();
        try {
            int best = 1;
            for (int i = 2; i < heaps.length; i++) if (threads[i] < threads[best]) best = i;
            threads[best]++;
            return heaps[best];
        } finally {
            heaps[0].unlock();
        }
    }

    void leave(int number) {
        heaps[0].lock();
        threads[number]--;
        heaps[0].unlock();
    }

    // ---- blocks ----

    /// Takes up to `wanted` blocks of a class for a thread of `heap`. Under its lock.
    ///
    /// @param out as in [HoardHeap#take]
    /// @return how many; 0 where there is no memory
    int take(HoardHeap heap, int sizeClass, int wanted, long[] out, int end) {
        heap.setSettled(false);
        long sb = heap.withSpace(sizeClass);
        if (sb == NULL) sb = heap.reformat(sizeClass);
        if (sb == NULL) sb = fetch(heap, sizeClass);
        if (sb == NULL) return 0;
        return heap.take(sb, sizeClass, wanted, out, end);
    }

    /// Gets a superblock with space from the global heap, or from the pages.
    private long fetch(HoardHeap heap, int sizeClass) {
        HoardHeap global = heaps[0];
        global.lock();
        long sb;
        try {
            sb = global.removeWithSpace(sizeClass);
            if (sb != NULL) heap.add(sb);
            else {
                sb = global.removeEmpty();
                if (sb != NULL) heap.format(sb, sizeClass);
            }
        } finally {
            global.unlock();
        }
        if (sb == NULL) {
            sb = make(heap.number);
            if (sb != NULL) heap.format(sb, sizeClass);
        }
        return sb;
    }

    private long make(int heap) {
        pages.lock.lock();
        try {
            long count = sizes.bytes >>> pages.shift;
            long page = pages.take(count, sizes.bytes);
            if (page < 0) return NULL;
            long start = pages.address(page);
            if (!table.make(start, heap)) {
                pages.free(page, count, 0);
                return NULL;
            }
            superblocks++;
            long sb = table.at(start);
            table.setCommitted(sb, (int) (pages.onlyFirstKept(page, count) << pages.shift));
            return sb;
        } finally {
            pages.lock.unlock();
        }
    }

    /// Frees a block straight into its superblock, whosever that is.
    ///
    /// @param size least size that it must have
    /// @param counts whether a caller freed it; false for a block from a buffer
    void free(long block, long size, boolean counts) {
        HoardHeap heap = lockOwner(block);
        try {
            heap.put(block, size);
            if (counts) heap.countFree();
            if (heap.isTooEmpty()) settle(heap);
        } finally {
            heap.unlock();
        }
        if (heap.number == 0 && heap.empties() > emptiesKept) releaseBeyond(emptiesKept);
    }

    /// Locks the heap whose superblock a block is of.
    private HoardHeap lockOwner(long block) {
        for (; ; ) {
            long tag = table.tagAt(block);
            if (tag == 0) throw HoardFault.notLive(block);
            HoardHeap heap = heaps[HoardTable.heapOf(tag)];
            heap.lock();
            if (HoardTable.heapOf(table.tagAt(block)) == heap.number) return heap;
            heap.unlock();
        }
    }

    /// Moves superblocks to the global heap until the invariant holds: one, if it did before the
    /// free; more, if superblocks were taken in since the last one.
    void settle(HoardHeap heap) {
        while (heap.isTooEmpty()) {
            long sb = heap.removeEmptiest();
            if (sb == NULL) throw HoardFault.at(0, "hoard.I2: no superblock is f empty");
            heaps[0].lock();
            heaps[0].add(sb);
            heaps[0].unlock();
        }
    }

    // ---- checks ----

    /// Throws if a block is free: in its superblock or in a buffer.
    void checkLive(long address) {
        if (isMarked(address) || table.isFree(address)) throw HoardFault.free(address);
    }

    boolean isMarked(long block) {
        return HoardBlocks.isMarked(block, secret);
    }

    // ---- pages go back ----

    /// Gives empty superblocks of the global heap back, all but `kept`.
    void releaseBeyond() {
        releaseBeyond(emptiesKept);
    }

    private void releaseBeyond(long kept) {
        HoardHeap global = heaps[0];
        if (global.empties() <= kept) return;
        for (; ; ) {
            long sb = NULL;
            global.lock();
            try {
                if (global.empties() > kept) sb = global.removeEmpty();
                if (sb != NULL) table.unmake(sb);
            } finally {
                global.unlock();
            }
            if (sb == NULL) return;
            release(sb);
        }
    }

    private void release(long sb) {
        pages.lock.lock();
        try {
            superblocks--;
            long page = pages.pageOf(table.start(sb));
            pages.free(page, sizes.bytes >>> pages.shift, table.committed(sb) >>> pages.shift);
        } finally {
            pages.lock.unlock();
        }
    }

    /// Gives the empty superblocks of all heaps back.
    void releaseEmpties() {
        for (int i = 1; i < heaps.length; i++) {
            heaps[i].lock();
            try {
                for (long sb; (sb = heaps[i].removeEmpty()) != NULL; ) {
                    heaps[0].lock();
                    heaps[0].add(sb);
                    heaps[0].unlock();
                }
            } finally {
                heaps[i].unlock();
            }
        }
        releaseBeyond(0);
    }

    // ---- looking ----

    /// Bytes of blocks that are out of all heaps.
    long used() {
        long used = 0;
        for (HoardHeap heap : heaps) used += heap.used();
        return used;
    }

    long allocations() {
        long allocations = 0;
        for (HoardHeap heap : heaps) allocations += heap.allocations();
        return allocations;
    }

    long frees() {
        long frees = 0;
        for (HoardHeap heap : heaps) frees += heap.frees();
        return frees;
    }

    HoardHeapInfo info(int number) {
        HoardHeap heap = heaps[number];
        return new HoardHeapInfo(number, threads[number], heap.used(), heap.held(), heap.empties());
    }

    long superblocks() {
        return superblocks;
    }

    long tableBytes() {
        return records.committed();
    }

    void close() {
        records.close();
    }
}
