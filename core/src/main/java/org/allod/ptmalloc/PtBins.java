package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

/// The free chunks of an arena: unsorted, 62 bins of one size, 63 of several.
///
/// ```
///  header of a bin ──fd──► newest  ──fd──► ... ──fd──► oldest ──fd──► header     small: FIFO
///                          insert                      take
///
///  header ──fd──► 1600 ──fd──► 1600 ──fd──► 1568 ──fd──► 1552 ──fd──► header     large: by size
///                  ▲ └──────── fd of sizes ──►▲ └─ of sizes ─►▲ │
///                  └──────────────────────────────────────────┘
/// ```
///
/// Of large chunks the first of each size is on a ring of sizes; a newcomer of a size that is there
/// goes second, so that the ring stays. A bin's bit says that it may have chunks; it is cleared
/// when a search finds none.
///
/// Headers lie in the arena's record. Every link is compared with the region's bounds before it is
/// followed. Threads: who holds the arena's lock.
///
/// Source: spec 2.3, 2.9.
final class PtBins {
    /// Number of the unsorted bin.
    static final int UNSORTED = 1;

    private static final int COUNT = 128;

    /// From the arena's record to the header of bin 0, which does not exist; 16 bytes a header.
    private static final long HEADERS = 80;

    /// Bytes of the record up to the end of the last header's links.
    static final long BYTES = HEADERS + 16L * COUNT + 16;

    private final PtHeaps heaps;
    private final long record;
    private long mapLow;
    private long mapHigh;

    /// Over an arena's record of at least [#BYTES].
    PtBins(PtHeaps heaps, long record) {
        this.heaps = heaps;
        this.record = record;
        for (int bin = UNSORTED; bin < COUNT; bin++) {
            long header = header(bin);
            PtChunk.setFd(header, header);
            PtChunk.setBk(header, header);
        }
    }

    /// The pseudo-chunk of a bin.
    long header(int bin) {
        return record + HEADERS + 16L * bin;
    }

    static int count() {
        return COUNT - 1;
    }

    // ---- sizes ----

    /// The bin for a chunk of `size` bytes.
    static int binOf(long size) {
        if (size < PtChunk.LARGE) return (int) (size >>> 4);
        if (size >>> 6 <= 48) return (int) (48 + (size >>> 6));
        if (size >>> 9 <= 20) return (int) (91 + (size >>> 9));
        if (size >>> 12 <= 10) return (int) (110 + (size >>> 12));
        if (size >>> 15 <= 4) return (int) (119 + (size >>> 15));
        if (size >>> 18 <= 2) return (int) (124 + (size >>> 18));
        return 126;
    }

    // ---- links ----

    /// A link that may be followed.
    ///
    /// @param from the chunk that it stands in
    long checked(long link, long from) {
        if (!heaps.isLink(link)) {
            throw heaps.fault.chunk(from, "pt.I4: a link of a free block was overwritten");
        }
        return link;
    }

    private void link(long before, long chunk, long after) {
        PtChunk.setFd(chunk, after);
        PtChunk.setBk(chunk, before);
        PtChunk.setFd(before, chunk);
        PtChunk.setBk(after, chunk);
    }

    /// The chunk at the fd end of a list with room for a newcomer before it.
    private long first(long header) {
        long first = checked(PtChunk.fd(header), header);
        if (PtChunk.bk(first) != header) {
            throw heaps.fault.chunk(first, "pt.I4: the links of a free block do not meet");
        }
        return first;
    }

    /// Puts a free chunk at the new end of the unsorted queue.
    void pushUnsorted(long chunk, long size) {
        long header = header(UNSORTED);
        link(header, chunk, first(header));
        if (size >= PtChunk.LARGE) clearSizes(chunk);
    }

    private static void clearSizes(long chunk) {
        PtChunk.setFdSizes(chunk, NULL);
        PtChunk.setBkSizes(chunk, NULL);
    }

    /// The chunk at the old end of a list, or NULL for none.
    long last(long header) {
        long last = PtChunk.bk(header);
        if (last == header) return NULL;
        checked(last, header);
        if (PtChunk.fd(last) != header) {
            throw heaps.fault.chunk(last, "pt.I4: the links of a free block do not meet");
        }
        return last;
    }

    /// Takes out the chunk that [#last] has found, of the unsorted or of a small bin.
    void removeLast(long header, long last) {
        long before = checked(PtChunk.bk(last), last);
        if (PtChunk.fd(before) != last) {
            throw heaps.fault.chunk(last, "pt.I4: the links of a free block do not meet");
        }
        PtChunk.setBk(header, before);
        PtChunk.setFd(before, header);
    }

    // ---- file ----

    /// Puts a free chunk into the bin for its size.
    void file(long chunk, long size) {
        int bin = binOf(size);
        long header = header(bin);
        if (size < PtChunk.LARGE) {
            link(header, chunk, first(header));
        } else {
            fileLarge(header, chunk, size);
        }
        mark(bin);
    }

    private void fileLarge(long header, long chunk, long size) {
        long first = first(header);
        if (first == header) {
            PtChunk.setFdSizes(chunk, chunk);
            PtChunk.setBkSizes(chunk, chunk);
            link(header, chunk, header);
            return;
        }
        long smallest = last(header);
        if (size < PtChunk.size(smallest)) {
            long largest = first;
            insertSize(checked(PtChunk.bkSizes(largest), largest), chunk, largest);
            link(smallest, chunk, header);
            return;
        }
        long at = first;
        while (size < PtChunk.size(at)) at = checked(PtChunk.fdSizes(at), at);
        if (size == PtChunk.size(at)) {
            clearSizes(chunk);
            link(at, chunk, checked(PtChunk.fd(at), at));
        } else {
            insertSize(checked(PtChunk.bkSizes(at), at), chunk, at);
            link(checked(PtChunk.bk(at), at), chunk, at);
        }
    }

    private void insertSize(long larger, long chunk, long smaller) {
        if (PtChunk.fdSizes(larger) != smaller) {
            throw heaps.fault.chunk(smaller, "pt.I5: the ring of sizes does not meet");
        }
        PtChunk.setFdSizes(chunk, smaller);
        PtChunk.setBkSizes(chunk, larger);
        PtChunk.setFdSizes(larger, chunk);
        PtChunk.setBkSizes(smaller, chunk);
    }

    // ---- unlink ----

    /// Takes a free chunk out of its list, whichever.
    void unlink(long chunk) {
        long size = PtChunk.size(chunk);
        if (!heaps.isLink(chunk + size) || PtChunk.prevSize(chunk + size) != size) {
            throw heaps.fault.chunk(chunk, "pt.I2: the sizes at a free block's ends differ");
        }
        long fd = checked(PtChunk.fd(chunk), chunk);
        long bk = checked(PtChunk.bk(chunk), chunk);
        if (PtChunk.bk(fd) != chunk || PtChunk.fd(bk) != chunk) {
            throw heaps.fault.chunk(chunk, "pt.I4: the links of a free block do not meet");
        }
        PtChunk.setBk(fd, bk);
        PtChunk.setFd(bk, fd);
        if (size >= PtChunk.LARGE && PtChunk.fdSizes(chunk) != NULL) unlinkSize(chunk, fd);
    }

    /// @param fd the chunk behind, which takes the place on the ring if it has the same size
    private void unlinkSize(long chunk, long fd) {
        long smaller = checked(PtChunk.fdSizes(chunk), chunk);
        long larger = checked(PtChunk.bkSizes(chunk), chunk);
        if (PtChunk.bkSizes(smaller) != chunk || PtChunk.fdSizes(larger) != chunk) {
            throw heaps.fault.chunk(chunk, "pt.I5: the ring of sizes does not meet");
        }
        if (PtChunk.fdSizes(fd) != NULL) {
            PtChunk.setBkSizes(smaller, larger);
            PtChunk.setFdSizes(larger, smaller);
        } else if (smaller == chunk) {
            PtChunk.setFdSizes(fd, fd);
            PtChunk.setBkSizes(fd, fd);
        } else {
            PtChunk.setFdSizes(fd, smaller);
            PtChunk.setBkSizes(fd, larger);
            PtChunk.setBkSizes(smaller, fd);
            PtChunk.setFdSizes(larger, fd);
        }
    }

    // ---- search ----

    /// The best chunk of at least `size` bytes in the large bin for that size, unlinked, or NULL.
    long takeFromOwn(long size) {
        long header = header(binOf(size));
        long largest = PtChunk.fd(header);
        if (largest == header) return NULL;
        checked(largest, header);
        if (PtChunk.size(largest) < size) return NULL;
        long at = checked(PtChunk.bkSizes(largest), largest);
        while (PtChunk.size(at) < size) at = checked(PtChunk.bkSizes(at), at);
        if (at != PtChunk.bk(header)) {
            long second = checked(PtChunk.fd(at), at);
            if (PtChunk.size(second) == PtChunk.size(at)) at = second;
        }
        unlink(at);
        return at;
    }

    /// The smallest chunk of the next bin above that of `size` that has any, unlinked, or NULL.
    long takeFromLarger(long size) {
        for (int bin = next(binOf(size) + 1); bin < COUNT; bin = next(bin + 1)) {
            long header = header(bin);
            long chunk = last(header);
            if (chunk == NULL) {
                unmark(bin);
                continue;
            }
            if (PtChunk.size(chunk) < size) {
                throw heaps.fault.chunk(chunk, "pt.I3: the size of a free block was overwritten");
            }
            unlink(chunk);
            return chunk;
        }
        return NULL;
    }

    // ---- the map ----

    boolean isMarked(int bin) {
        return ((bin < 64 ? mapLow : mapHigh) & 1L << bin) != 0;
    }

    private void mark(int bin) {
        if (bin < 64) mapLow |= 1L << bin;
        else mapHigh |= 1L << bin;
    }

    private void unmark(int bin) {
        if (bin < 64) mapLow &= ~(1L << bin);
        else mapHigh &= ~(1L << bin);
    }

    /// The first marked bin from `bin` on, or [#COUNT].
    private int next(int bin) {
        if (bin < 64) {
            long rest = mapLow & -1L << bin;
            if (rest != 0) return Long.numberOfTrailingZeros(rest);
            bin = 64;
        }
        if (bin >= COUNT) return COUNT;
        long rest = mapHigh & -1L << bin;
        return rest == 0 ? COUNT : 64 + Long.numberOfTrailingZeros(rest);
    }
}
