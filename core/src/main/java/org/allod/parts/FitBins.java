package org.allod.parts;

import static org.allod.Allocator.NULL;

import org.allod.CorruptHeapError;
import org.allod.memory.Memory;

/// Free pieces of memory, sorted by size, so that the best fit is found without a walk.
///
/// A piece is known by its *node*: three words somewhere inside it, that cost nothing because the
/// piece is free. Where the node lies, and what else a piece is, only the holder knows.
///
/// ```
///   node │ next │ prev │ bytes │          the same bin's neighbours, newest first; 0 ends
///
///   bin     0..63      size / 16          one size each
///           64..79     1024 .. 2047       16 to each power of two: sizes differ by under 1/16
///           80..95     2048 .. 4095
/// ```
///
/// - **bins.I1** a node is in the bin of its bytes, once, and linked both ways.
/// - **bins.I2** a bin's bit is set when it is not empty, and a word's bit when a bin of it is.
///
/// A link is compared with the bounds before it is followed, and must point back: a store through
/// a dangling pointer is met with an error, not with a fault. Cost: a few loads; a bin of different
/// sizes is searched for the best of its first nodes. Owner thread only.
///
/// Source: the two-level bitmaps of TLSF (Masmano and others 2004).
public final class FitBins {
    /// Bytes of a node.
    public static final int NODE_BYTES = 24;

    private static final int PREV = 8;
    private static final int BYTES = 16;

    /// Log2 of the unit in which sizes are counted.
    private static final int UNIT_LOG2 = 4;

    /// Sizes below this many units have a bin each.
    private static final int EXACT = 64;

    private static final int EXACT_LOG2 = 6;

    /// Log2 of the bins to a power of two. Derived: 1/16 is lost at worst where the first node of
    /// a larger bin is taken.
    private static final int SPLIT_LOG2 = 4;

    /// Pieces up to 2^47 bytes: all of the address space. Derived: (47 - 4 - 6) powers of two.
    private static final int BINS = EXACT + (47 - UNIT_LOG2 - EXACT_LOG2 << SPLIT_LOG2);

    /// Nodes of a bin that are looked at before a larger bin is taken. Without a limit, many
    /// pieces that are a little too small make each request walk past all of them.
    private static final int GLANCE = 8;

    private final String owner;
    private final long low;
    private final long high;
    private final long[] heads = new long[BINS];
    private final long[] masks = new long[BINS + Long.SIZE - 1 >> 6];
    private int summary;

    /// No pieces yet.
    ///
    /// @param owner name of the allocator, for messages
    /// @param low first address at which a node may lie
    /// @param high address at or before which every node ends
    public FitBins(String owner, long low, long high) {
        this.owner = owner;
        this.low = low;
        this.high = high;
    }

    /// Bytes of the Java arrays.
    public static long tableBytes() {
        return (BINS + (BINS + Long.SIZE - 1 >> 6)) * (long) Long.BYTES;
    }

    /// Bytes of a piece.
    public static long bytes(long node) {
        return Memory.getLong(node + BYTES);
    }

    // ---- in and out ----

    /// Takes a piece in, as the newest of its bin.
    ///
    /// @param bytes at least 16, a multiple of 16
    public void insert(long node, long bytes) {
        int bin = binOf(bytes);
        long next = heads[bin];
        Memory.putLong(node, next);
        Memory.putLong(node + PREV, NULL);
        Memory.putLong(node + BYTES, bytes);
        heads[bin] = node;
        if (next != NULL) Memory.putLong(next + PREV, node);
        else set(bin);
    }

    /// Takes a piece of `bytes` out and what is left of it in.
    ///
    /// @param rest its node
    /// @param left its bytes
    /// @throws CorruptHeapError as [#remove]
    public void replace(long node, long bytes, long rest, long left) {
        int bin = binOf(bytes);
        if (bin != binOf(left) || heads[bin] != node || Memory.getLong(node) != NULL) {
            remove(node, bytes);
            insert(rest, left);
            return;
        }
        // Alone in its bin, as large pieces are.
        Memory.putLong(rest, NULL);
        Memory.putLong(rest + PREV, NULL);
        Memory.putLong(rest + BYTES, left);
        heads[bin] = rest;
    }

    /// Takes a piece of `bytes` out.
    ///
    /// @throws CorruptHeapError if its links were overwritten
    public void remove(long node, long bytes) {
        int bin = binOf(bytes);
        long next = Memory.getLong(node);
        long prev = Memory.getLong(node + PREV);
        if (next != NULL && !pointsBack(next, node)) throw smashed(node);
        if (prev != NULL) {
            if (!isInside(prev) || Memory.getLong(prev) != node) throw smashed(node);
            Memory.putLong(prev, next);
        } else {
            if (heads[bin] != node) throw smashed(node);
            heads[bin] = next;
            if (next == NULL) clear(bin);
        }
        if (next != NULL) Memory.putLong(next + PREV, prev);
    }

    /// Forgets all.
    public void clear() {
        java.util.Arrays.fill(heads, NULL);
        java.util.Arrays.fill(masks, 0);
        summary = 0;
    }

    // ---- search ----

    /// A piece of exactly `bytes`, or [org.allod.Allocator#NULL]; only for sizes below 1 KiB.
    public long findExact(long bytes) {
        return bytes < EXACT << UNIT_LOG2 ? heads[(int) (bytes >>> UNIT_LOG2)] : NULL;
    }

    /// A piece of at least `bytes`, the smallest or nearly so, or [org.allod.Allocator#NULL] where
    /// none is found at a glance. It stays in.
    public long find(long bytes) {
        int bin = binOf(bytes);
        if (bin >= BINS) return NULL;
        if (bin < EXACT) {
            long exact = heads[bin];
            if (exact != NULL) return exact;
        } else {
            long best = best(heads[bin], bytes, GLANCE);
            if (best != NULL) return best;
        }
        int above = nextBin(bin + 1);
        if (above < 0) return NULL;
        long first = heads[above];
        return above < EXACT ? first : best(first, bytes, GLANCE);
    }

    /// As [#find], when that found none: looks at every piece of about the size. O(pieces); for
    /// when there is no other way.
    public long findAny(long bytes) {
        int bin = binOf(bytes);
        return bin < EXACT || bin >= BINS ? NULL : best(heads[bin], bytes, Integer.MAX_VALUE);
    }

    /// Bytes of the largest piece, or 0.
    public long largest() {
        if (summary == 0) return 0;
        int word = 31 - Integer.numberOfLeadingZeros(summary);
        int bin = (word << 6) + 63 - Long.numberOfLeadingZeros(masks[word]);
        long largest = 0;
        for (long node = heads[bin]; node != NULL; node = next(node)) {
            largest = Math.max(largest, bytes(node));
            if (bin < EXACT) break;
        }
        return largest;
    }

    /// The best fit among the first `glance` nodes, or NULL.
    private long best(long head, long wanted, int glance) {
        long best = NULL;
        long bestBytes = Long.MAX_VALUE;
        int left = glance;
        for (long node = head; node != NULL && left > 0; node = next(node), left--) {
            long bytes = bytes(node);
            if (bytes >= wanted && bytes < bestBytes) {
                best = node;
                bestBytes = bytes;
                if (bytes == wanted) break;
            }
        }
        return best;
    }

    /// First bin at or after `bin` that is not empty, or -1.
    private int nextBin(int bin) {
        int word = bin >>> 6;
        if (word >= masks.length) return -1;
        long here = masks[word] & -1L << bin;
        if (here == 0) {
            int words = summary & -2 << word;
            if (words == 0) return -1;
            word = Integer.numberOfTrailingZeros(words);
            here = masks[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(here);
    }

    private static int binOf(long bytes) {
        long units = bytes >>> UNIT_LOG2;
        if (units < EXACT) return (int) units;
        int power = 63 - Long.numberOfLeadingZeros(units);
        int split = (int) (units >>> power - SPLIT_LOG2) & (1 << SPLIT_LOG2) - 1;
        return EXACT + (power - EXACT_LOG2 << SPLIT_LOG2) + split;
    }

    private void set(int bin) {
        masks[bin >>> 6] |= 1L << bin;
        summary |= 1 << (bin >>> 6);
    }

    private void clear(int bin) {
        long mask = masks[bin >>> 6] &= ~(1L << bin);
        if (mask == 0) summary &= ~(1 << (bin >>> 6));
    }

    // ---- links ----

    private long next(long node) {
        long next = Memory.getLong(node);
        if (next != NULL && !pointsBack(next, node)) throw smashed(node);
        return next;
    }

    private boolean pointsBack(long next, long node) {
        return isInside(next) && Memory.getLong(next + PREV) == node;
    }

    private boolean isInside(long node) {
        return node >= low && node <= high - NODE_BYTES;
    }

    private CorruptHeapError smashed(long node) {
        return new CorruptHeapError(
                owner, node, "bins.I1: expected links of free memory, found them overwritten");
    }

    // ---- looking ----

    /// Checks bins.I1 and bins.I2, and counts.
    ///
    /// @return number of pieces
    /// @throws CorruptHeapError naming the first that does not hold
    public long verify() {
        long nodes = 0;
        for (int bin = 0; bin < BINS; bin++) {
            boolean marked = (masks[bin >>> 6] & 1L << bin) != 0;
            boolean word = (summary & 1 << (bin >>> 6)) != 0;
            if (marked != (heads[bin] != NULL) || marked && !word) {
                throw new CorruptHeapError(owner, heads[bin], "bins.I2: mask of bin " + bin);
            }
            for (long node = heads[bin]; node != NULL; node = next(node)) {
                nodes++;
                if (binOf(bytes(node)) != bin) throw smashed(node);
            }
        }
        return nodes;
    }

    /// Whether the piece is in: its links lead back to it. O(1).
    public boolean holds(long node, long bytes) {
        long prev = Memory.getLong(node + PREV);
        return prev == NULL
                ? heads[binOf(bytes)] == node
                : isInside(prev) && Memory.getLong(prev) == node;
    }
}
