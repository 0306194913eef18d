package org.allod.liballoc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.Region;

/// Runs of pages of a region: what liballoc asks its host for, `liballoc_alloc` and
/// `liballoc_free`.
///
/// ```
///   start                                     top                       end
///   ├──────┬──────┬──────┬──────┬──────┬──────┼─── ... ───────────────┬─┤
///   │ used │ used │ free │ free │ used │ used │ never used            │ │ < a page
///   └──────┴──────┴──────┴──────┴──────┴──────┴─── ... ───────────────┴─┘
///      1      1      0      0      1      1        one bit a page
/// ```
///
/// The lowest run that fits is taken. A freed run keeps its memory while free runs hold little
/// beside what is in use: programs take again what they gave back. Owner thread only.
///
/// Cost: one word of the bitmap for each 64 pages from the lowest free one on.
final class LibPages {
    /// Bytes of a page. Source: liballoc 1.1.
    static final long PAGE = 4096;

    private static final int PAGE_LOG2 = 12;

    /// Free runs keep the memory of at least this many bytes: as much as glibc may keep at the top
    /// of its heap. A run given back at once costs a system call, and a page fault a page when it
    /// is taken again: 20 us a block of 64 KiB. Source: `DEFAULT_MMAP_THRESHOLD_MAX`, twice.
    private static final long KEPT_LEAST = 64 << 20;

    private final Region region;
    private final long start;
    private final long pages;

    /// A bit for each page in use; grows with the highest.
    private long[] used = new long[1];

    private long pagesUsed;

    /// No page before this one is free.
    private long lowestFree;

    /// Pages in free runs whose memory was not given back.
    private long pagesKept;

    LibPages(String owner, Region region) {
        this.region = region;
        this.start = region.base() + 15 & -16;
        this.pages = Math.max(0, region.end() - start) >>> PAGE_LOG2;
        if (pages == 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "bytes=%d, expected at least %d for one page of %s",
                            region.bytes(), PAGE + 15, owner));
        }
    }

    /// First address of the first page.
    long start() {
        return start;
    }

    /// First address after the last page.
    long end() {
        return start + (pages << PAGE_LOG2);
    }

    /// Pages of the region.
    long pages() {
        return pages;
    }

    /// Bytes of the bitmap.
    long tableBytes() {
        return (long) used.length * Long.BYTES;
    }

    /// Whether the address lies in a page in use, and so can be loaded from.
    boolean holds(long address) {
        long page = address - start >> PAGE_LOG2;
        int word = (int) (page >> 6);
        return page >= 0 && page >> 6 < used.length && (used[word] & 1L << page) != 0;
    }

    /// Takes the lowest run that is free.
    ///
    /// @return its first address, or [org.allod.Allocator#NULL]
    long take(long count, boolean zeroed) {
        long first = find(count);
        if (first < 0) return NULL;
        long address = start + (first << PAGE_LOG2);
        long before = region.committed();
        long bytes = count << PAGE_LOG2;
        boolean given =
                zeroed ? region.commitZeroed(address, bytes) : region.commit(address, bytes);
        if (!given) return NULL;
        pagesKept = Math.max(0, pagesKept - count + (region.committed() - before >>> PAGE_LOG2));
        mark(first, first + count, true);
        pagesUsed += count;
        if (first == lowestFree) lowestFree = first + count;
        return address;
    }

    /// Gives a run back.
    void give(long address, long bytes) {
        long first = address - start >>> PAGE_LOG2;
        long count = bytes >>> PAGE_LOG2;
        mark(first, first + count, false);
        pagesUsed -= count;
        lowestFree = Math.min(lowestFree, first);
        if ((pagesKept + count) << PAGE_LOG2 <= Math.max(KEPT_LEAST, pagesUsed << PAGE_LOG2 - 1)) {
            pagesKept += count;
        } else {
            region.decommit(address, bytes);
        }
    }

    /// Gives the memory of all free runs back.
    long trim() {
        long bytes = 0;
        for (long free = 0, top = (long) used.length << 6; free < top; ) {
            long from = nextFree(free);
            long to = Math.min(pages, nextUsed(from));
            if (from >= pages) break;
            bytes += region.decommit(start + (from << PAGE_LOG2), to - from << PAGE_LOG2);
            free = to;
        }
        pagesKept = 0;
        return bytes;
    }

    void close() {
        used = new long[1];
        pagesUsed = 0;
        region.close();
    }

    // ---- the bitmap ----

    /// First page of the lowest free run of `count` pages, or -1.
    private long find(long count) {
        long from = nextFree(lowestFree);
        lowestFree = from;
        while (from + count <= pages) {
            long to = nextUsed(from);
            if (to - from >= count) return from;
            from = nextFree(to);
        }
        return -1;
    }

    /// First free page at or after `page`.
    private long nextFree(long page) {
        int word = (int) (page >>> 6);
        if (word >= used.length) return page;
        long bits = ~used[word] & -1L << page;
        while (bits == 0 && ++word < used.length) bits = ~used[word];
        return ((long) word << 6) + (bits == 0 ? 0 : Long.numberOfTrailingZeros(bits));
    }

    /// First page in use at or after `page`, or [Long#MAX_VALUE].
    private long nextUsed(long page) {
        int word = (int) (page >>> 6);
        if (word >= used.length) return Long.MAX_VALUE;
        long bits = used[word] & -1L << page;
        while (bits == 0 && ++word < used.length) bits = used[word];
        return bits == 0 ? Long.MAX_VALUE : ((long) word << 6) + Long.numberOfTrailingZeros(bits);
    }

    private void mark(long from, long to, boolean taken) {
        int last = (int) (to - 1 >>> 6);
        if (last >= used.length) used = Arrays.copyOf(used, Math.max(last + 1, 2 * used.length));
        for (long page = from, next; page < to; page = next) {
            next = Math.min(to, (page | 63) + 1);
            long bits = -1L << page & -1L >>> -next;
            if (taken) used[(int) (page >>> 6)] |= bits;
            else used[(int) (page >>> 6)] &= ~bits;
        }
    }
}
