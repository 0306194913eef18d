package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

import org.allod.CorruptHeapError;
import org.allod.memory.Memory;

/// Free chunks of 256 bytes and more: 32 bins by size, each a bitwise trie, each node a FIFO ring.
///
/// ```
///  bin 4, 1024 <= size < 1536             branches by bit 8, then 7, 6, ... of the size
///       1200 ⇄ 1200 ⇄ 1200                a node has any size of its range;
///      0/          \1                     below child 0 everything is smaller
///    1040          1344                   than anything below child 1
///      1\         0/
///      1152     1296
/// ```
///
/// Depth is at most the number of bits that sizes of a bin differ in, so that a search is at most
/// one step for each: two for 256..383, some 50 for the last. Chunks of one size are one node, the
/// others hang in its ring without a parent; the oldest follows a node that leaves.
///
/// Every link is compared with the heap's bounds before it is followed.
final class DlTree {
    /// Number of bins. Source: spec 1.3.
    static final int BINS = 32;

    /// No search is deeper: a branch consumes a bit of the size.
    private static final int DEPTH_MAX = 64;

    private final String name;

    /// A word for each bin: the root, or 0.
    private final long slots;

    /// Bit n: bin n is not empty.
    private int map;

    private final long low;
    private long span;

    /// @param low first address of the heap
    /// @param slots 256 bytes for the roots, zeroed
    DlTree(String name, long low, long slots) {
        this.name = name;
        this.low = low;
        this.slots = slots;
    }

    /// Chunks lie below `end` from now on.
    void reach(long end) {
        span = end - low - DlChunk.LINKS_END;
    }

    /// The bin of a size. Two a power of two; from 16 MiB on, the last.
    ///
    /// Source: spec 1.4. All 64 bits count: the original's x86 code looks at 32 of them, and puts a
    /// chunk of 2^40 bytes into bin 0.
    static int bin(long size) {
        long units = size >>> 8;
        if (units > 0xFFFF) return BINS - 1;
        int log2 = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
        return (log2 << 1) + (int) (size >>> log2 + 7 & 1);
    }

    /// Smallest size of a bin.
    static long sizeMin(int bin) {
        return (2L | bin & 1) << (bin >>> 1) + 7;
    }

    /// How far a size is shifted left so that the bit by which a bin's root branches comes first.
    static int shift(int bin) {
        return bin == BINS - 1 ? 0 : Long.SIZE - 1 - ((bin >>> 1) + 6);
    }

    /// Whether nothing is in it.
    boolean isEmpty() {
        return map == 0;
    }

    // ---- search ----

    /// The smallest chunk of the lowest bin, or 0.
    long smallest() {
        if (map == 0) return NULL;
        long root = root(Integer.numberOfTrailingZeros(map));
        long chunk = leftmost(root, NULL, Long.MAX_VALUE, 0);
        if (chunk == NULL) throw smashed(root);
        return chunk;
    }

    /// The smallest chunk of at least `size` bytes, or 0; of equal ones that which a search meets
    /// first.
    long bestFit(long size) {
        int bin = bin(size);
        long best = NULL;
        long bestRest = Long.MAX_VALUE;
        long subtree = NULL;
        if ((map >>> bin & 1) != 0) {
            long bits = size << shift(bin);
            long node = root(bin);
            for (int depth = 0; node != NULL; depth++) {
                check(node, depth);
                long rest = DlChunk.size(node) - size;
                if (rest >= 0 && rest < bestRest) {
                    best = node;
                    bestRest = rest;
                    if (rest == 0) return best;
                }
                long larger = DlChunk.child(node, 1);
                node = DlChunk.child(node, bits >>> 63);
                bits <<= 1;
                if (larger != NULL && larger != node) subtree = larger;
            }
        }
        if (best == NULL && subtree == NULL) {
            int above = bin == BINS - 1 ? 0 : map & -2 << bin;
            if (above == 0) return NULL;
            subtree = root(Integer.numberOfTrailingZeros(above));
        }
        return leftmost(subtree, best, bestRest, size);
    }

    /// The smallest fit down the left edge from `node`, or `best` if none is better.
    private long leftmost(long node, long best, long bestRest, long size) {
        for (int depth = 0; node != NULL; depth++) {
            check(node, depth);
            long rest = DlChunk.size(node) - size;
            if (rest >= 0 && rest < bestRest) {
                best = node;
                bestRest = rest;
            }
            long smaller = DlChunk.child(node, 0);
            node = smaller != NULL ? smaller : DlChunk.child(node, 1);
        }
        return best;
    }

    // ---- insert, unlink ----

    /// Puts a chunk in.
    void insert(long chunk, long size) {
        int bin = bin(size);
        DlChunk.setBin(chunk, bin);
        DlChunk.setChild(chunk, 0, NULL);
        DlChunk.setChild(chunk, 1, NULL);
        if ((map >>> bin & 1) == 0) {
            map |= 1 << bin;
            long slot = slots + ((long) bin << 3);
            Memory.putLong(slot, chunk);
            insertAlone(chunk, slot);
            return;
        }
        long node = root(bin);
        long bits = size << shift(bin);
        for (int depth = 0; ; depth++) {
            check(node, depth);
            if (DlChunk.size(node) == size) {
                insertBehind(node, chunk);
                return;
            }
            long side = bits >>> 63;
            long child = DlChunk.child(node, side);
            if (child == NULL) {
                DlChunk.setChild(node, side, chunk);
                insertAlone(chunk, node);
                return;
            }
            node = child;
            bits <<= 1;
        }
    }

    private void insertAlone(long chunk, long parent) {
        DlChunk.setParent(chunk, parent);
        DlChunk.setNext(chunk, chunk);
        DlChunk.setPrev(chunk, chunk);
    }

    private void insertBehind(long node, long chunk) {
        long next = DlChunk.next(node);
        if (isOutside(next)) throw smashed(node);
        DlChunk.setNext(node, chunk);
        DlChunk.setPrev(next, chunk);
        DlChunk.setNext(chunk, next);
        DlChunk.setPrev(chunk, node);
        DlChunk.setParent(chunk, NULL);
    }

    /// Takes a chunk out.
    void unlink(long chunk) {
        long parent = DlChunk.parent(chunk);
        long prev = DlChunk.prev(chunk);
        long heir;
        if (prev != chunk) {
            long next = DlChunk.next(chunk);
            if (isOutside(next)
                    || isOutside(prev)
                    || DlChunk.prev(next) != chunk
                    || DlChunk.next(prev) != chunk) {
                throw smashed(chunk);
            }
            DlChunk.setNext(prev, next);
            DlChunk.setPrev(next, prev);
            if (parent == NULL) return;
            heir = prev;
        } else {
            if (parent == NULL) throw smashed(chunk);
            heir = detachLeaf(chunk);
        }
        replace(chunk, parent, heir);
    }

    /// Detaches the leaf below a node that is reached by larger children first.
    ///
    /// @return the leaf, or 0 if the node is one
    private long detachLeaf(long node) {
        long above = node;
        long side = DlChunk.child(above, 1) != NULL ? 1 : 0;
        long leaf = DlChunk.child(above, side);
        if (leaf == NULL) return NULL;
        for (int depth = 0; ; depth++) {
            check(leaf, depth);
            long nextSide = DlChunk.child(leaf, 1) != NULL ? 1 : 0;
            long below = DlChunk.child(leaf, nextSide);
            if (below == NULL) break;
            above = leaf;
            side = nextSide;
            leaf = below;
        }
        DlChunk.setChild(above, side, NULL);
        return leaf;
    }

    /// Puts `heir` (or nothing, for 0) where the node `chunk` was.
    private void replace(long chunk, long parent, long heir) {
        long bin = parent - slots >> 3;
        if (bin >= 0 && bin < BINS) {
            if (Memory.getLong(parent) != chunk) throw smashed(chunk);
            Memory.putLong(parent, heir);
            if (heir == NULL) map &= ~(1 << bin);
        } else {
            if (isOutside(parent)) throw smashed(chunk);
            if (DlChunk.child(parent, 0) == chunk) {
                DlChunk.setChild(parent, 0, heir);
            } else if (DlChunk.child(parent, 1) == chunk) {
                DlChunk.setChild(parent, 1, heir);
            } else {
                throw smashed(chunk);
            }
        }
        if (heir == NULL) return;
        DlChunk.setParent(heir, parent);
        adopt(heir, chunk, 0);
        adopt(heir, chunk, 1);
    }

    private void adopt(long heir, long node, long side) {
        long child = DlChunk.child(node, side);
        if (child == NULL) return;
        if (isOutside(child) || DlChunk.parent(child) != node) throw smashed(node);
        DlChunk.setChild(heir, side, child);
        DlChunk.setParent(child, heir);
    }

    /// Root of a bin that has one.
    private long root(int bin) {
        long root = Memory.getLong(slots + ((long) bin << 3));
        if (isOutside(root)) throw smashed(slots + ((long) bin << 3));
        return root;
    }

    private boolean isOutside(long chunk) {
        return Long.compareUnsigned(chunk - low, span) >= 0;
    }

    /// A link that was overwritten must lead neither out of the heap nor in a circle.
    private void check(long node, int depth) {
        if (isOutside(node) || depth > DEPTH_MAX) throw smashed(node);
    }

    // ---- cold ----

    /// The node after another in the order of its trie, node before children; 0 after the last.
    long after(long node) {
        for (long side = 0; side < 2; side++) {
            long child = DlChunk.child(node, side);
            if (child == NULL) continue;
            if (isOutside(child) || DlChunk.parent(child) != node) throw smashed(node);
            return child;
        }
        for (long below = node; ; ) {
            long parent = DlChunk.parent(below);
            if (parent - slots >= 0 && parent - slots < BINS * Long.BYTES) return NULL;
            if (isOutside(parent)) throw smashed(below);
            long larger = DlChunk.child(parent, 1);
            if (larger != below && DlChunk.child(parent, 0) != below) throw smashed(below);
            if (larger != below && larger != NULL) {
                if (isOutside(larger) || DlChunk.parent(larger) != parent) throw smashed(parent);
                return larger;
            }
            below = parent;
        }
    }

    /// The next chunk in a chunk's ring: itself if it is alone.
    long follower(long chunk) {
        long next = DlChunk.next(chunk);
        if (isOutside(next) || DlChunk.prev(next) != chunk) throw smashed(chunk);
        return next;
    }

    private CorruptHeapError smashed(long chunk) {
        return new CorruptHeapError(
                name,
                DlChunk.address(chunk),
                "dlmalloc.I6: a trie link of a free chunk was overwritten, expected one and its way"
                        + " back inside the heap");
    }

    /// The word of a bin.
    long slot(int bin) {
        return slots + ((long) bin << 3);
    }

    /// Root of a bin, or 0.
    long rootOf(int bin) {
        long root = Memory.getLong(slot(bin));
        if (root == NULL) return NULL;
        if (isOutside(root) || DlChunk.parent(root) != slot(bin)) throw smashed(slot(bin));
        return root;
    }

    /// Whether the bit of a bin is set.
    boolean isMarked(int bin) {
        return (map >>> bin & 1) != 0;
    }

    /// Nothing is free any more.
    void close() {
        map = 0;
        span = 0;
    }
}
