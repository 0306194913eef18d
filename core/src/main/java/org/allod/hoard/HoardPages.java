package org.allod.hoard;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Region;

/// Which pages of the region are taken, and which free ones are still committed: a bit each.
///
/// ```
///   origin, a multiple of S
///     │ 1111 1111 1111 1111 │ 1110 0000 0111 1000 │ 1111 ...      taken
///     │ 0000 0000 0000 0000 │ 0000 1110 0000 0000 │ 0000 ...      kept: free, and in memory
///       a superblock          large blocks, holes
/// ```
///
/// A run that is wanted is looked for among the kept pages first, then among all free ones, from
/// the lowest on; what is free merges by itself. A hole that is not kept is addresses, not memory.
///
/// Kept pages go back to the system where they are more than twice those taken and 16 MiB, and
/// where the heap would be larger than ever though one page in 16 is kept.
///
/// Cost: a look at each 64 pages from the lowest free one on. Threads: under its lock, but for
/// [#commit].
final class HoardPages {
    /// Bytes that may be kept whatever is taken. Tuned: real programs free that much at a time and
    /// take it again.
    private static final long KEPT_MAX = 16 << 20;

    /// Part of what is committed that may be kept while the heap grows: one in so many, log2.
    /// Tuned: exact fits alone faulted a tenth of ghostscript's pages in anew in each pass.
    private static final int GROWTH_LOG2 = 4;

    final ReentrantLock lock = new ReentrantLock();
    final Region region;
    final int shift = Long.numberOfTrailingZeros(Region.pageSize());

    /// Page numbers count from here.
    private final long origin;

    private final long end;
    private long[] taken = new long[16];
    private long[] kept = new long[16];

    /// No page before is free.
    private long lowest;

    private long pagesTaken;
    private long pagesKept;

    /// Pages among those taken last that were kept: from the first on, and others.
    private long keptFirst;

    private long keptLater;

    /// @param origin address of page 0, at or before the region's base
    HoardPages(Region region, long origin) {
        this.region = region;
        this.origin = origin;
        long page = 1L << shift;
        long first = (region.base() + page - 1 & -page) - origin >>> shift;
        this.end = (region.end() & -page) - origin >> shift;
        if (end <= first) {
            throw new IllegalArgumentException(
                    "bytes=%d, expected a page of %d at a multiple of that, so up to %d"
                            .formatted(region.bytes(), page, 2 * page - 1));
        }
        if (first > 0) set(0, first);
        lowest = first;
    }

    long address(long page) {
        return origin + (page << shift);
    }

    long pageOf(long address) {
        return address - origin >> shift;
    }

    /// One more than the largest page number.
    long end() {
        return end;
    }

    // ---- take, free ----

    /// The first of so many pages, or -1. They may be committed or not.
    ///
    /// @param alignment of its address
    long take(long pages, long alignment) {
        if (pages > end) return -1;
        long page = pagesKept >= pages ? findKept(pages, alignment) : -1;
        if (page < 0) page = findFree(pages, alignment);
        if (page >= 0) takeAt(page, pages);
        return page;
    }

    private long findKept(long pages, long alignment) {
        long limit = Math.min(end, kept.length * 64L);
        for (long at = next(kept, 0, 0); at < limit; ) {
            long stop = next(kept, at, -1);
            long aligned = aligned(at, alignment);
            if (aligned >= at && stop - aligned >= pages) return aligned;
            at = next(kept, stop, 0);
        }
        return -1;
    }

    private long findFree(long pages, long alignment) {
        for (long at = next(taken, lowest, -1); ; at = next(taken, at, -1)) {
            long aligned = aligned(at, alignment);
            if (aligned < at || aligned > end - pages) return -1;
            long stop = next(taken, aligned, 0);
            if (stop - aligned >= pages || stop >= taken.length * 64L) return aligned;
            at = stop;
        }
    }

    private long aligned(long page, long alignment) {
        long mask = Math.max(alignment, 1L << shift) - 1;
        return (address(page) + mask & ~mask) - origin >> shift;
    }

    /// Whether these pages are free.
    boolean isFree(long page, long pages) {
        if (pages > end - page) return false;
        long stop = next(taken, page, 0);
        return stop - page >= pages || stop >= taken.length * 64L;
    }

    /// Takes pages that are free.
    void takeAt(long page, long pages) {
        set(page, pages);
        if (page == lowest) lowest = page + pages;
        keptFirst = 0;
        keptLater = 0;
        if (pagesKept > 0) {
            keptFirst = Math.min(pages, next(kept, page, -1) - page);
            keptLater = change(kept, page, page + pages, false) - keptFirst;
            pagesKept -= keptFirst + keptLater;
        }
        pagesTaken += pages;
    }

    /// How many of the pages that were taken last, from the first on, are committed: the others are
    /// not, from now on.
    long onlyFirstKept(long page, long pages) {
        long from = page + keptFirst;
        if (keptLater > 0) region.decommit(address(from), pages - keptFirst << shift);
        return keptFirst;
    }

    /// Frees pages of which the first `committed` are committed.
    void free(long page, long pages, long committed) {
        change(taken, page, page + pages, false);
        change(kept, page, page + committed, true);
        pagesKept += committed;
        pagesTaken -= pages;
        lowest = Math.min(lowest, page);
        long most = 2 * pagesTaken + (KEPT_MAX >>> shift);
        if (pagesKept > most) release(pagesKept - most << shift);
    }

    /// Gives kept pages back to the system, the highest first.
    ///
    /// @param bytes at least, if there are so many
    void release(long bytes) {
        long until = bytes >>> shift >= pagesKept ? 0 : pagesKept - (bytes - 1 >>> shift) - 1;
        for (int word = kept.length - 1; word >= 0 && pagesKept > until; word--) {
            for (long bits = kept[word]; bits != 0; bits = kept[word]) {
                int last = 63 - Long.numberOfLeadingZeros(bits);
                int run = Long.numberOfLeadingZeros(~(bits << 63 - last));
                long first = word * 64L + last - run + 1;
                region.decommit(address(first), (long) run << shift);
                pagesKept -= change(kept, first, first + run, false);
            }
        }
    }

    // ---- commit ----

    /// Commits `bytes` bytes that the caller has taken and that were not kept.
    boolean commit(long address, long bytes) {
        if (isCrowded(bytes)) {
            lock.lock();
            try {
                release(bytes);
            } finally {
                lock.unlock();
            }
        }
        return region.commit(address, bytes);
    }

    /// Commits the pages that were taken last. Under the lock.
    boolean commitTaken(long page, long pages, boolean zeroed) {
        long bytes = pages - keptFirst - keptLater << shift;
        if (isCrowded(bytes)) release(bytes);
        return zeroed
                ? region.commitZeroed(address(page), pages << shift)
                : region.commit(address(page), pages << shift);
    }

    /// Whether the heap would be larger than ever though kept pages could make room.
    private boolean isCrowded(long bytes) {
        return pagesKept > 0
                && bytes > 0
                && region.committed() + bytes > region.committedMax()
                && pagesKept << shift > region.committed() >>> GROWTH_LOG2;
    }

    // ---- bits ----

    private void set(long page, long pages) {
        int words = Math.toIntExact((page + pages - 1 >>> 6) + 1);
        if (words > taken.length) {
            taken = Arrays.copyOf(taken, Math.max(words, 2 * taken.length));
            kept = Arrays.copyOf(kept, taken.length);
        }
        change(taken, page, page + pages, true);
    }

    /// Sets or clears bits; how many were the other way before.
    private static long change(long[] bits, long from, long to, boolean value) {
        long changed = 0;
        for (long at = from, next; at < to; at = next) {
            next = Math.min((at | 63) + 1, to);
            long mask = -1L << at & -1L >>> -next;
            int word = (int) (at >>> 6);
            changed += Long.bitCount((value ? ~bits[word] : bits[word]) & mask);
            bits[word] = value ? bits[word] | mask : bits[word] & ~mask;
        }
        return changed;
    }

    /// First page from `page` on whose bit is set, or clear where `flip` is -1; the array's end, or
    /// beyond, if there is none.
    private static long next(long[] bits, long page, long flip) {
        long at = page;
        while (at >>> 6 < bits.length) {
            long found = (bits[(int) (at >>> 6)] ^ flip) >>> at;
            if (found != 0) return at + Long.numberOfTrailingZeros(found);
            at = (at | 63) + 1;
        }
        return at;
    }

    // ---- looking ----

    boolean isTaken(long page) {
        return page >>> 6 < taken.length && (taken[(int) (page >>> 6)] & 1L << page) != 0;
    }

    /// Free pages that are committed.
    long pagesKept() {
        return pagesKept;
    }

    long pagesTaken() {
        return pagesTaken;
    }

    long tableBytes() {
        return 2L * taken.length * Long.BYTES;
    }
}
