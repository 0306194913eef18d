package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// What buffers cannot do: blocks from heaps and from the store of large ones, and what to do where
/// memory is short.
///
/// `NULL` means that there is no room. No stripe may be held.
final class HoardRequests {
    final HoardSizes sizes;
    final HoardTable table;
    final HoardPages pages;
    final HoardHeaps heaps;
    final HoardBigs bigs;
    final HoardCaches caches;

    HoardRequests(org.allod.Region region, HoardOptions options) {
        long secret = HoardBlocks.secret();
        this.sizes = HoardSizes.of(region.bytes());
        this.pages = new HoardPages(region, region.base() & -sizes.bytes);
        this.table = new HoardTable(region, sizes);
        this.heaps = new HoardHeaps(table, pages, options, secret);
        this.bigs = new HoardBigs(pages);
        this.caches = new HoardCaches(table, heaps, options, secret);
    }

    // ---- take ----

    /// A block for a request that the caller's buffer did not serve.
    ///
    /// @param cache the caller's, or null
    /// @param size unsigned
    long take(HoardCache cache, long size, long alignment, boolean zeroed) {
        long address = tryTake(cache, size, alignment, zeroed);
        if (address != NULL) return address;
        if (size < 0 || size > pages.region.bytes()) return NULL;
        caches.release();
        release();
        address = tryTake(cache, size, alignment, zeroed);
        // Where no superblock can be had, small blocks get pages of their own.
        return address != NULL ? address : bigs.take(size, alignment, zeroed, HoardBigs.LIVE);
    }

    private long tryTake(HoardCache cache, long size, long alignment, boolean zeroed) {
        int sizeClass = size < 0 ? -1 : sizes.classFor(size, alignment);
        if (sizeClass < 0) return bigs.take(size, alignment, zeroed, HoardBigs.LIVE);
        long address = cache != null ? fill(cache, sizeClass) : takeOne(sizeClass);
        if (zeroed && address != NULL) Memory.fill(address, size, (byte) 0);
        return address;
    }

    private long fill(HoardCache cache, int sizeClass) {
        while (cache.count(sizeClass) > 0) {
            long address = cache.pop(sizeClass);
            if (address != NULL) return address;
            sendHome(cache, sizeClass);
        }
        int wanted = cache.batch(sizeClass);
        int end = cache.end(sizeClass, wanted);
        HoardHeap heap = cache.heap;
        heap.lock();
        int got;
        try {
            got = heaps.take(heap, sizeClass, wanted, cache.cells(), end);
        } finally {
            heap.unlock();
        }
        return got == 0 ? NULL : cache.fill(sizeClass, wanted, got);
    }

    /// The newest block of a buffer is not of the thread's heap any more: none of the class may be.
    private void sendHome(HoardCache cache, int sizeClass) {
        cache.checkFree(cache.block(sizeClass, cache.count(sizeClass) - 1));
        caches.shrink(cache, sizeClass, 0);
    }

    private long takeOne(int sizeClass) {
        if (Thread.currentThread().isVirtual()) {
            long address = caches.popShared(sizeClass);
            if (address != NULL) return address;
        }
        HoardHeap heap = caches.heapOfVirtual();
        long[] one = new long[1];
        heap.lock();
        try {
            if (heaps.take(heap, sizeClass, 1, one, 1) == 0) return NULL;
            heap.countAllocations(1);
            return one[0];
        } finally {
            heap.unlock();
        }
    }

    /// Gives all that is empty or cached back to the operating system.
    void release() {
        heaps.releaseEmpties();
        bigs.release();
    }

    // ---- free ----

    /// Frees a block that the caller's buffer did not take.
    ///
    /// @param cache the caller's, or null
    /// @param size least size that the block must have
    void free(HoardCache cache, long address, long size) {
        long tag = table.tagAt(address);
        int sizeClass = HoardTable.classOf(tag);
        if (sizeClass < 0) {
            bigs.free(address, size);
            return;
        }
        table.checkBlock(address, size);
        heaps.checkLive(address);
        if (cache == null) {
            if (!Thread.currentThread().isVirtual() || !caches.pushShared(address, size)) {
                heaps.free(address, size, true);
            }
            return;
        }
        if (HoardTable.heapOf(tag) == cache.heap.number && cache.isFull(sizeClass)) {
            caches.shrink(cache, sizeClass, cache.count(sizeClass) / 2);
        }
        if (!cache.push(address, size)) heaps.free(address, size, true);
    }

    // ---- looking ----

    /// A number that changes with each block that a heap or the pages give or get back.
    long activity() {
        return heaps.used() + heaps.frees() + bigs.allocations() + bigs.frees();
    }

    /// Bytes of the live block at an address, or an error where none of `size` is.
    long usable(long address, long size) {
        long tag = table.tagAt(address);
        int sizeClass = HoardTable.classOf(tag);
        if (sizeClass < 0) return bigs.usable(address, size);
        table.checkBlock(address, size);
        heaps.checkLive(address);
        return sizes.size(sizeClass);
    }

    boolean isSmall(long address) {
        return HoardTable.classOf(table.tagAt(address)) >= 0;
    }

    long metadata() {
        return table.committed()
                + heaps.tableBytes()
                + caches.tableBytes()
                + bigs.tableBytes()
                + pages.tableBytes();
    }

    /// At least the most that [#metadata] has been.
    long metadataMax() {
        return table.committedMax()
                + heaps.tableBytes()
                + caches.tableBytesMax()
                + bigs.tableBytesMax()
                + pages.tableBytes();
    }

    void close() {
        caches.close();
        table.close();
        bigs.close();
        heaps.close();
    }
}
