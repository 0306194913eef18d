package org.allod.dlmalloc;

import org.allod.CorruptHeapError;

/// Free chunks by size: below 256 bytes a LIFO ring for each size and a bitmap of the rings that
/// have any, above them [DlTree].
///
/// ```
///  state block   │ .. │ 32 │ 48 │ 64 │ .. │ 240 │     header of a ring: its two links, read as a
///                        │                         chunk that lies 16 bytes before them
///                        ▼
///                      newest ⇄ older ⇄ oldest ⇄ (header)
/// ```
///
/// Headers lie in the state block, 32 bytes apart as in the original, which has one for every 8
/// bytes. Every link is compared with the heap's bounds before it is followed, and its way back
/// with where it came from before anything is stored.
final class DlBins {
    /// Bytes of the headers. Source: spec 1.2, 66 words.
    static final long BYTES = 66 * Long.BYTES;

    /// Frees into the tries between sweeps, at first. Source: spec 1.3, the original's release
    /// checks.
    private static final int SWEEP_EVERY = 4095;

    /// The same, at most. Derived: some seconds of a busy program.
    private static final int SWEEP_EVERY_MAX = SWEEP_EVERY << 10;

    private final String name;
    private final DlPages pages;

    /// The larger ones.
    final DlTree tree;

    private final long headers;

    /// Trie insertions until the next sweep.
    private int sweepIn = SWEEP_EVERY;

    private int sweepEvery = SWEEP_EVERY;

    /// Bit n: the ring of chunks of 16 n bytes is not empty.
    private int map;

    /// Chunks lie in `[low, low + span)`.
    private final long low;

    private long span;

    /// Empty ones, in the state block.
    DlBins(String name, DlPages pages) {
        this.name = name;
        this.pages = pages;
        this.low = pages.base();
        this.headers = low + DlPages.RINGS;
        this.tree = new DlTree(name, low, low + DlPages.ROOTS);
        for (long size = DlChunk.ALIGNMENT; size < DlChunk.TREE_MIN; size += DlChunk.ALIGNMENT) {
            long ring = ring(size);
            DlChunk.setNext(ring, ring);
            DlChunk.setPrev(ring, ring);
        }
    }

    /// Chunks lie below `end` from now on.
    void reach(long end) {
        span = end - low - DlChunk.LINKS_END;
        tree.reach(end);
    }

    // ---- any size ----

    /// Puts a free chunk in.
    void insert(long chunk, long size) {
        if (size < DlChunk.TREE_MIN) {
            push(chunk, size);
        } else {
            tree.insert(chunk, size);
            if (--sweepIn == 0) sweep();
        }
    }

    /// Takes a free chunk out.
    void unlink(long chunk, long size) {
        if (size < DlChunk.TREE_MIN) {
            unlinkSmall(chunk, size);
        } else {
            tree.unlink(chunk);
        }
    }

    // ---- small ones ----

    private long ring(long size) {
        return headers + 2 * size;
    }

    /// Whether a chunk of exactly `size` bytes is free.
    boolean has(long size) {
        return (map >>> (size >>> 4) & 1) != 0;
    }

    /// Size of the smallest free chunk above `size` bytes, or 0.
    long sizeAbove(long size) {
        int above = map & -2 << (size >>> 4);
        return above == 0 ? 0 : (long) Integer.numberOfTrailingZeros(above) << 4;
    }

    /// Takes the newest chunk of a ring that has one.
    long pop(long size) {
        long ring = ring(size);
        long chunk = DlChunk.next(ring);
        if (Long.compareUnsigned(chunk - low, span - size) >= 0) throw smashed(ring);
        long next = DlChunk.next(chunk);
        if (isOutside(next) || DlChunk.prev(next) != chunk) throw smashed(chunk);
        DlChunk.setNext(ring, next);
        DlChunk.setPrev(next, ring);
        if (next == ring) map &= ~(1 << (size >>> 4));
        return chunk;
    }

    /// Puts a chunk in as the newest of its size.
    void push(long chunk, long size) {
        long ring = ring(size);
        long next = DlChunk.next(ring);
        if (isOutside(next)) throw smashed(ring);
        map |= 1 << (size >>> 4);
        DlChunk.setNext(ring, chunk);
        DlChunk.setPrev(next, chunk);
        DlChunk.setNext(chunk, next);
        DlChunk.setPrev(chunk, ring);
    }

    /// Takes a chunk out from wherever it is in its ring.
    void unlinkSmall(long chunk, long size) {
        long next = DlChunk.next(chunk);
        long prev = DlChunk.prev(chunk);
        if (isOutside(next)
                || isOutside(prev)
                || DlChunk.prev(next) != chunk
                || DlChunk.next(prev) != chunk) {
            throw smashed(chunk);
        }
        DlChunk.setNext(prev, next);
        DlChunk.setPrev(next, prev);
        if (next == prev && next == ring(size)) map &= ~(1 << (size >>> 4));
    }

    private boolean isOutside(long chunk) {
        return Long.compareUnsigned(chunk - low, span) >= 0;
    }

    // ---- cold ----

    /// Large free chunks that were there at the last sweep, untouched, lose their pages. If some
    /// were needed again since then, sweeps become rarer.
    private void sweep() {
        if (pages.wasRefilled()) sweepEvery = Math.min(2 * sweepEvery, SWEEP_EVERY_MAX);
        sweepIn = sweepEvery;
        DlSweep.idle(name, tree, pages);
    }

    private CorruptHeapError smashed(long chunk) {
        return new CorruptHeapError(
                name,
                DlChunk.address(chunk),
                "dlmalloc.I5: a link of a free chunk was overwritten, expected its ring to close");
    }

    /// The header of a ring, as a chunk.
    long header(long size) {
        return ring(size);
    }

    /// Nothing is free any more.
    void close() {
        map = 0;
        span = 0;
        tree.close();
    }
}
