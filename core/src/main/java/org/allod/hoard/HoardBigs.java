package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.parts.PageMap;

/// Large blocks: runs of pages of their own.
///
/// ```
///   page map   kinds   │ 1 │ 0 │ 0 │ 0 │ 0 │ 2 │ 0 │ ...      1 live, 2 sampled: at the first page
///              owners  │ 4 │   │   │   │   │ 2 │   │          pages of the run
/// ```
///
/// The original rounds up to one of 80 sizes and keeps a list of free blocks for each; here a run
/// has the pages that it needs, grows where it is while the next ones are free, and what is freed
/// merges. Its rule says when memory goes back: when more than 1 MiB lives and the most that lived
/// is above 1.25 times what does, all pages that are free do, once, until as much lives again, and
/// not before 64 times as many were freed.
///
/// Threads: any, locks the pages.
///
/// Source: 4.2 of the description.
final class HoardBigs {
    static final int LIVE = 1;
    static final int SAMPLED = 2;

    /// Live bytes below which nothing goes back. Source: spec 4.2.
    private static final long LIVE_MIN = 1 << 20;

    /// Pages that have to be freed for each that goes back, log2. Tuned: without it a program that
    /// fills and empties a buffer faulted 210,000 pages in where 700,000 calls were made.
    private static final int TRAFFIC_LOG2 = 6;

    private final HoardPages pages;
    private final Region region;
    private final PageMap map;

    private long live;
    private long peak;

    /// Whether as much as ever has lived since all free pages went back.
    private boolean armed;

    /// Pages freed since then.
    private long freed;

    private long allocations;
    private long frees;

    HoardBigs(HoardPages pages) {
        this.pages = pages;
        this.region = pages.region;
        this.map = new PageMap(pages.address(0), pages.address(pages.end()), pages.shift);
    }

    private long pagesFor(long size) {
        return Math.max(1, size + (1L << pages.shift) - 1 >>> pages.shift);
    }

    // ---- take, free ----

    /// A run of its own for a request, or NULL where there is no room.
    ///
    /// @param size unsigned
    /// @param kind [#LIVE] or [#SAMPLED]
    long take(long size, long alignment, boolean zeroed, int kind) {
        if (size < 0 || size > region.bytes() || alignment > region.bytes()) return NULL;
        long count = pagesFor(size);
        pages.lock.lock();
        try {
            long page = pages.take(count, alignment);
            if (page < 0) return NULL;
            long address = pages.address(page);
            if (!pages.commitTaken(page, count, zeroed)) {
                region.decommit(address, count << pages.shift);
                pages.free(page, count, 0);
                return NULL;
            }
            set(page, count, kind);
            allocations++;
            return address;
        } finally {
            pages.lock.unlock();
        }
    }

    private void set(long page, long count, int kind) {
        map.setKind(page, 1, kind);
        map.setOwner(page, (int) count);
        live += count << pages.shift;
        if (live < peak) return;
        peak = live;
        armed = true;
    }

    /// Frees the run that begins at an address.
    void free(long address, long size) {
        pages.lock.lock();
        try {
            long page = find(address, size);
            long count = map.owner(page);
            live -= count << pages.shift;
            frees++;
            map.setKind(page, 1, 0);
            pages.free(page, count, count);
            freed += count;
            if (armed && live > LIVE_MIN && 4 * peak > 5 * live) releaseRarely();
        } finally {
            pages.lock.unlock();
        }
    }

    /// Gives all free pages back, if so many were freed since the last time that it is worth it.
    private void releaseRarely() {
        if (freed >> TRAFFIC_LOG2 < pages.pagesKept()) return;
        pages.release(Long.MAX_VALUE);
        armed = false;
        freed = 0;
    }

    /// Resizes a run where it is, or does nothing.
    ///
    /// @param size least size that the block must have now
    boolean resize(long address, long size, long newSize) {
        pages.lock.lock();
        try {
            long page = find(address, size);
            if (newSize < 0 || newSize > region.bytes()) return false;
            long count = map.owner(page);
            long wanted = pagesFor(newSize);
            if (wanted > count && !grow(page + count, wanted - count)) return false;
            if (wanted < count) pages.free(page + wanted, count - wanted, count - wanted);
            live -= count << pages.shift;
            set(page, wanted, map.kind(page));
            return true;
        } finally {
            pages.lock.unlock();
        }
    }

    private boolean grow(long page, long count) {
        if (!pages.isFree(page, count)) return false;
        pages.takeAt(page, count);
        if (pages.commitTaken(page, count, false)) return true;
        region.decommit(pages.address(page), count << pages.shift);
        pages.free(page, count, 0);
        return false;
    }

    /// Gives all pages that are free back.
    void release() {
        pages.lock.lock();
        try {
            pages.release(Long.MAX_VALUE);
        } finally {
            pages.lock.unlock();
        }
    }

    // ---- looking ----

    /// The run of a live block.
    private long find(long address, long size) {
        long page = pages.pageOf(address);
        if (map.kind(page) == 0 || pages.address(page) != address) {
            throw HoardFault.notLive(address);
        }
        long usable = (long) map.owner(page) << pages.shift;
        if (Long.compareUnsigned(size, usable) > 0) {
            throw HoardFault.tooLong(address, size, usable);
        }
        return page;
    }

    /// Bytes of the block at an address, or an error where none of `size` lives.
    long usable(long address, long size) {
        pages.lock.lock();
        try {
            return (long) map.owner(find(address, size)) << pages.shift;
        } finally {
            pages.lock.unlock();
        }
    }

    /// Whether a sampled run begins at an address. Exact for the block's owner.
    boolean isSampled(long address) {
        long page = pages.pageOf(address);
        return map.kind(page) == SAMPLED && pages.address(page) == address;
    }

    /// Kind of a page at which a run begins, or 0.
    int kind(long page) {
        return map.kind(page);
    }

    /// Pages of the run that begins at a page.
    long count(long page) {
        return map.owner(page);
    }

    long live() {
        return live;
    }

    long allocations() {
        return allocations;
    }

    long frees() {
        return frees;
    }

    long tableBytes() {
        return map.committed();
    }

    long tableBytesMax() {
        return map.committedMax();
    }

    void close() {
        map.close();
    }
}
