package org.allod.hoard;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Region;

/// Which pages of the region are taken: a bit each, the lowest that fit are given.
///
/// ```
///   origin, a multiple of S                                     frontier
///     │ 1111 1111 1111 1111 │ 1110 0000 0111 1000 │ 1111 ...      │ 0000 ...
///       a superblock          large blocks, holes
/// ```
///
/// Pages are addresses here, not memory: who takes some commits what it needs, and gives back what
/// it committed before it frees them. A hole costs nothing, so that the lowest fit is good enough;
/// what is free merges by itself.
///
/// Cost: a word for 64 pages between the first free page and the one that is found. Threads: under
/// its lock.
final class HoardPages {
    final ReentrantLock lock = new ReentrantLock();
    final Region region;
    final int shift = Long.numberOfTrailingZeros(Region.pageSize());

    /// Page numbers count from here.
    private final long origin;

    private final long end;
    private long[] taken = new long[16];

    /// No page before is free.
    private long lowest;

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

    /// The first of so many pages, the lowest there are, or -1.
    ///
    /// @param alignment of its address
    long take(long pages, long alignment) {
        if (pages > end) return -1;
        long mask = Math.max(alignment, 1L << shift) - 1;
        for (long at = nextFree(lowest); ; at = nextFree(at)) {
            long aligned = (address(at) + mask & ~mask) - origin >> shift;
            if (aligned < at || aligned > end - pages) return -1;
            long hit = nextTaken(aligned, aligned + pages);
            if (hit < 0) {
                takeAt(aligned, pages);
                return aligned;
            }
            at = hit;
        }
    }

    /// Whether these pages are free.
    boolean isFree(long page, long pages) {
        return pages <= end - page && nextTaken(page, page + pages) < 0;
    }

    /// Takes pages that are free.
    void takeAt(long page, long pages) {
        set(page, pages);
        if (page == lowest) lowest = page + pages;
    }

    /// Gives back what is committed of pages, and frees them.
    void free(long page, long pages) {
        region.decommit(address(page), pages << shift);
        for (long at = page, next; at < page + pages; at = next) {
            next = Math.min((at | 63) + 1, page + pages);
            taken[(int) (at >>> 6)] &= ~mask(at, next);
        }
        lowest = Math.min(lowest, page);
    }

    private void set(long page, long pages) {
        int words = Math.toIntExact((page + pages - 1 >>> 6) + 1);
        if (words > taken.length) taken = Arrays.copyOf(taken, Math.max(words, 2 * taken.length));
        for (long at = page, next; at < page + pages; at = next) {
            next = Math.min((at | 63) + 1, page + pages);
            taken[(int) (at >>> 6)] |= mask(at, next);
        }
    }

    /// Bits of the pages of one word from `page` to before `next`.
    private static long mask(long page, long next) {
        return -1L << page & -1L >>> -next;
    }

    /// First page from `page` on that is free; it may lie beyond the end.
    private long nextFree(long page) {
        long at = page;
        while (at >>> 6 < taken.length) {
            long free = ~taken[(int) (at >>> 6)] >>> at;
            if (free != 0) return at + Long.numberOfTrailingZeros(free);
            at = (at | 63) + 1;
        }
        return at;
    }

    /// First page from `page` to before `limit` that is taken, or -1.
    private long nextTaken(long page, long limit) {
        long at = page;
        while (at < limit && at >>> 6 < taken.length) {
            long found = taken[(int) (at >>> 6)] >>> at;
            if (found != 0) {
                at += Long.numberOfTrailingZeros(found);
                return at < limit ? at : -1;
            }
            at = (at | 63) + 1;
        }
        return -1;
    }

    // ---- looking ----

    boolean isTaken(long page) {
        return page >>> 6 < taken.length && (taken[(int) (page >>> 6)] & 1L << page) != 0;
    }

    long tableBytes() {
        return (long) taken.length * Long.BYTES;
    }
}
