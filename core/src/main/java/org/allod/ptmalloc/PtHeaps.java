package org.allod.ptmalloc;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Region;

/// The region cut into heaps, slices of a power of two each: the arena of a chunk is found by its
/// address.
///
/// ```
///  base  origin      origin + 2^log2                                         lowest     end
///   ├─────┼────────────┼───────────────┼──────────────┼──────── ... ───────────┼───────────────┤
///   │     │ heap 0     │ heap 1        │ heap 2       │                        │ direct runs   │
///   │     │ arena 0    │ arena 1 ▒▒▒▒▒▒│ arena 0 ▒▒▒▒▒│                        │               │
///   └─────┴────────────┴───────────────┴──────────────┴──────── ... ───────────┴───────────────┘
///                        ▲ opened up to here; ▒ not
/// ```
///
/// A heap is opened from the bottom, and its pages are committed as top is cut. 64 MiB where the
/// region has 1 GiB; smaller in a smaller region; a region below 64 MiB is one heap. Heaps and
/// direct runs share what is between them.
///
/// Threads: any; changes under [#lock], which may be taken while an arena's is held, never the
/// other way round.
///
/// Source: spec 2.2, 2.17.
final class PtHeaps {
    /// Bytes at the start of a heap that hold no chunk. Source: spec 2.2.
    static final long INFO = 48;

    /// Bytes of an arena's record, behind that of its first heap. Source: spec 2.2.
    static final long RECORD = 2200;

    /// From an arena's first heap to its first chunk. Derived: 48 + 2200, to a multiple of 16.
    static final long FIRST = INFO + RECORD + 8;

    /// Largest heap, log2. Source: spec 2.2, 64 MiB.
    private static final int LOG2_MAX = 26;

    /// Heaps at least in a region of 64 MiB or more, log2. Derived: enough for arenas to grow
    /// apart.
    private static final int COUNT_LOG2 = 4;

    /// Bytes below the end of the region within which an address is checked with care: a cached
    /// chunk's end, and the next one's tag.
    private static final long MARGIN = 2048;

    final PtFault fault;
    final Region region;
    final ReentrantLock lock = new ReentrantLock();
    final long origin;

    /// What marks blocks in caches; its complement those in fastbins. Never what a caller wrote,
    /// but by a chance of 2^-63.
    final long key = new SplittableRandom().nextLong() | 1;

    /// First address after all heaps and runs: whole pages in a region that has them.
    final long end;

    private final int log2;
    private final long span;

    /// Multiples of 16 in the span, and those that are [#isQuick], from the first one on.
    private final long units;

    private final long quickOrigin;
    private final long quickUnits;
    private final boolean lazy;

    /// By heap: its arena, or null; the end of what it may use; the arena's heap before it, or -1.
    private final PtArena[] arenas;

    private final long[] opened;
    private final int[] before;

    /// Lowest address of a direct run, or [#end].
    private long lowest;

    /// @throws IllegalArgumentException if the region is too small for one arena
    PtHeaps(String name, Region region) {
        this.fault = new PtFault(name);
        this.region = region;
        this.origin = region.base() + PtChunk.ALIGNMENT - 1 & -PtChunk.ALIGNMENT;
        this.end = region.end() & -PtChunk.ALIGNMENT;
        this.span = end - origin;
        long least = FIRST + 2 * PtChunk.MIN;
        if (span < least) {
            throw new IllegalArgumentException(
                    String.format(
                            "region=%d bytes, expected at least %d for %s",
                            region.bytes(), least + (origin - region.base()), name));
        }
        this.log2 = log2For(span);
        int count = (int) (span - 1 >>> log2) + 1;
        this.lazy = region.isLazy();
        this.units = span >>> 4;
        this.quickOrigin = origin + PtChunk.PAYLOAD;
        this.quickUnits = lazy ? Math.max(0, span - MARGIN) >>> 4 : 0;
        this.arenas = new PtArena[count];
        this.opened = new long[count];
        this.before = new int[count];
        this.lowest = end;
    }

    private static int log2For(long bytes) {
        int log2 = 63 - Long.numberOfLeadingZeros(bytes);
        if (log2 < LOG2_MAX) return 63;
        return Math.min(LOG2_MAX, log2 - COUNT_LOG2);
    }

    // ---- by address ----

    /// Whether this may be a chunk's address for a caller, with the tags of a small one, its own
    /// and the next one's, safe to load. False for some addresses at the region's end.
    ///
    /// What is no multiple of 16 becomes a large number when its low bits are rotated to the top.
    boolean isQuick(long address) {
        return Long.compareUnsigned(Long.rotateRight(address - quickOrigin, 4), quickUnits) < 0;
    }

    /// Whether a link to a cached block may be followed: it is a block's address, and can be
    /// loaded.
    boolean isBlock(long address) {
        return isQuick(address) || isLink(address);
    }

    /// Whether a tag may be loaded from this address as from a chunk or header.
    boolean isLink(long chunk) {
        return Long.compareUnsigned(Long.rotateRight(chunk - origin, 4), units) < 0
                && (lazy || isCommitted(chunk));
    }

    private boolean isCommitted(long chunk) {
        return region.isCommitted(chunk) && region.isCommitted(chunk + Long.BYTES);
    }

    /// The heap that the address lies in. The address must lie between origin and end.
    int heapOf(long address) {
        return (int) (address - origin >>> log2);
    }

    /// The arena of a chunk, or null: the address must lie between origin and end.
    PtArena arenaOf(long chunk) {
        return arenas[heapOf(chunk)];
    }

    /// How many heaps there can be.
    int count() {
        return arenas.length;
    }

    /// Bytes of a heap; the last one's may end before.
    long heapBytes() {
        return log2 == 63 ? span : 1L << log2;
    }

    long start(int heap) {
        return log2 == 63 ? origin : origin + ((long) heap << log2);
    }

    private long limit(int heap) {
        long next = start(heap) + heapBytes();
        return Math.min(next, lowest);
    }

    /// End of what is opened of a heap.
    long opened(int heap) {
        return opened[heap];
    }

    /// The arena's heap before this one, or -1.
    int before(int heap) {
        return before[heap];
    }

    /// The arena of a heap, or null.
    PtArena arena(int heap) {
        return arenas[heap];
    }

    // ---- open, grow, shrink ----

    /// Opens a heap that nobody has, and commits its first pages.
    ///
    /// @param least bytes that must be there
    /// @param bytes that should be, of address space
    /// @param beforeIt the arena's heap before it, or -1
    /// @return its number, or -1 where range, limit or system leave no room
    int open(long least, long bytes, int beforeIt) {
        lock.lock();
        try {
            int heap = 0;
            while (heap < arenas.length && opened[heap] != 0) heap++;
            if (heap == arenas.length) return -1;
            long start = start(heap);
            long room = limit(heap) - start;
            if (room < least || !region.commit(start, least)) return -1;
            opened[heap] = start + Math.min(upToPage(start + bytes) - start, room);
            before[heap] = beforeIt;
            return heap;
        } finally {
            lock.unlock();
        }
    }

    /// Gives a heap that was opened its arena.
    void assign(int heap, PtArena arena) {
        arenas[heap] = arena;
    }

    /// Opens at least `bytes` more of a heap, whole pages where there is room.
    ///
    /// @return how many; 0 where there is no room
    long grow(int heap, long bytes) {
        lock.lock();
        try {
            long from = opened[heap];
            long room = limit(heap) - from;
            if (bytes > room) return 0;
            long more = Math.min(upToPage(from + bytes) - from, room);
            opened[heap] = from + more;
            return more;
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that could still be opened.
    long unopened(int heap) {
        return limit(heap) - opened[heap];
    }

    /// Closes the upper end of a heap, which has no pages.
    ///
    /// @return bytes closed
    long shrink(int heap, long to) {
        lock.lock();
        try {
            long bytes = opened[heap] - to;
            opened[heap] = to;
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Closes a heap altogether.
    ///
    /// @return bytes given back
    long close(int heap) {
        lock.lock();
        try {
            arenas[heap] = null;
            long bytes = region.decommit(start(heap), opened[heap] - start(heap));
            opened[heap] = 0;
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// First address at or after this one where a page ends.
    static long upToPage(long address) {
        return address + Region.pageSize() - 1 & -Region.pageSize();
    }

    // ---- direct runs: with the lock held ----

    /// First address after all that heaps have opened.
    long frontier() {
        for (int heap = arenas.length - 1; heap >= 0; heap--) {
            if (opened[heap] != 0) return opened[heap];
        }
        return origin;
    }

    /// Direct runs reach down to here now.
    void lowest(long address) {
        lowest = address;
    }

    /// Whether every address in the region can be loaded from.
    boolean isLazy() {
        return lazy;
    }

    /// Bytes of the tables.
    long tableBytes() {
        return (2L * Long.BYTES + Integer.BYTES) * arenas.length;
    }

    /// From now on no address is known.
    void close() {
        Arrays.fill(arenas, null);
    }
}
