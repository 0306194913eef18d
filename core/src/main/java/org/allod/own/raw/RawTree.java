package org.allod.own.raw;

import static org.allod.own.raw.TreeShape.count;
import static org.allod.own.raw.TreeShape.index;
import static org.allod.own.raw.TreeShape.level;
import static org.allod.own.raw.TreeShape.node;
import static org.allod.own.raw.TreeShape.parent;
import static org.allod.own.raw.TreeShape.place;
import static org.allod.own.raw.TreeShape.setCount;
import static org.allod.own.raw.TreeShape.setParent;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// A B-tree of entries whose sizes it knows and whose types it does not.
///
/// It never compares: searches bring a *place*, and it walks, opens and removes there. A place is
/// an entry ([TreeShape#place]) or [#NONE]. A search that finds nothing answers the complement of
/// an *edge*: the place in a leaf where the key belongs, perhaps one after its last entry.
///
/// - **tree.I1** every node but the root has at least one entry, none more than
///   [TreeShape#capacity]; an inner node of n entries has n + 1 children, all one level below.
/// - **tree.I2** each child's parent link names its parent; the root's is 0.
/// - **tree.I3** [#size] is the number of entries.
///
/// A removal leaves siblings half full; an insertion at either end of the tree splits there, so
/// that sorted input fills its nodes. An insertion takes all the nodes it needs first: no room
/// leaves the tree as it was. Places are good until the next [#open] or [#remove]. Owner thread
/// only.
public final class RawTree {
    /// No place: before the first and after the last entry.
    public static final long NONE = 0;

    private final Allocator heap;
    private final TreeShape shape;
    private long root;
    private long size;

    /// The edge that a removal follows while nodes merge: its leaf and index.
    private long edgeNode;

    private int edgeIndex;

    /// Null until a node was full.
    private TreeSplit split;

    /// An empty tree; it takes nothing from the heap.
    ///
    /// @param keySize bytes of a key, a multiple of its alignment, which is at most 16
    /// @param valueSize bytes of a value, likewise; 0: none
    public RawTree(Allocator heap, long keySize, long valueSize) {
        this(heap, new TreeShape(keySize, valueSize, TreeShape.LEAF_BYTES));
    }

    RawTree(Allocator heap, TreeShape shape) {
        this.heap = heap;
        this.shape = shape;
    }

    /// Takes what another handle had: [#root] and [#size].
    public void load(long root, long size) {
        this.root = root;
        this.size = size;
    }

    /// Entries.
    public long size() {
        return size;
    }

    /// The root's address, or 0: where a search starts.
    public long root() {
        return root;
    }

    // ---- entries ----

    /// Address of the key at a place.
    public long key(long place) {
        return shape.key(node(place), index(place));
    }

    /// Address of the value at a place.
    public long value(long place) {
        return shape.value(node(place), index(place));
    }

    // ---- search ----

    /// The place of a key of 8 bytes, compared as signed numbers, or the complement of its edge.
    public long findLong(long key) {
        long node = root;
        if (node == 0) return ~NONE;
        while (true) {
            int at = lowerBound(TreeShape.keys(node), count(node), key);
            if (at < count(node)
                    && Memory.getLong(TreeShape.keys(node) + ((long) at << 3)) == key) {
                return place(node, at);
            }
            if (level(node) == 0) return ~place(node, at);
            node = shape.child(node, at);
        }
    }

    /// Number of the keys below `key`: a binary search that takes the same steps for every key.
    private static int lowerBound(long keys, int count, long key) {
        int low = 0;
        int rest = count;
        while (rest > 1) {
            int half = rest >>> 1;
            low = Memory.getLong(keys + ((long) (low + half - 1) << 3)) < key ? low + half : low;
            rest -= half;
        }
        return Memory.getLong(keys + ((long) low << 3)) < key ? low + 1 : low;
    }

    /// The place where `probe` says 0, or the complement of its edge.
    public long find(Probe probe) {
        long node = root;
        if (node == 0) return ~NONE;
        while (true) {
            int low = 0;
            int high = count(node);
            while (low < high) {
                int middle = (low + high) >>> 1;
                int order = probe.compareTo(shape.key(node, middle));
                if (order == 0) return place(node, middle);
                if (order > 0) low = middle + 1;
                else high = middle;
            }
            if (level(node) == 0) return ~place(node, low);
            node = shape.child(node, low);
        }
    }

    // ---- walk ----

    /// The first entry, or [#NONE].
    public long first() {
        return root == 0 ? NONE : place(leftmost(root), 0);
    }

    /// The last entry, or [#NONE].
    public long last() {
        if (root == 0) return NONE;
        long leaf = rightmost(root);
        return place(leaf, count(leaf) - 1);
    }

    /// The edge after the last entry, for [#open]; [#NONE] in an empty tree.
    public long end() {
        return root == 0 ? NONE : last() + 1;
    }

    /// The entry after a place, or [#NONE].
    public long next(long place) {
        long node = node(place);
        int index = index(place) + 1;
        if (level(node) > 0) return place(leftmost(shape.child(node, index)), 0);
        return index < count(node) ? place(node, index) : after(node, index);
    }

    /// The entry before a place, or [#NONE].
    public long previous(long place) {
        long node = node(place);
        int index = index(place);
        if (level(node) > 0) {
            long leaf = rightmost(shape.child(node, index));
            return place(leaf, count(leaf) - 1);
        }
        return before(node, index);
    }

    /// The entry after an edge, or [#NONE].
    public long afterEdge(long edge) {
        return edge == NONE ? NONE : after(node(edge), index(edge));
    }

    /// The entry before an edge, or [#NONE].
    public long beforeEdge(long edge) {
        return edge == NONE ? NONE : before(node(edge), index(edge));
    }

    private long after(long from, int edge) {
        long node = from;
        int index = edge;
        while (index == count(node)) {
            long parent = parent(node);
            if (parent == 0) return NONE;
            index = shape.indexInParent(parent, node);
            node = parent;
        }
        return place(node, index);
    }

    private long before(long from, int edge) {
        long node = from;
        int index = edge;
        while (index == 0) {
            long parent = parent(node);
            if (parent == 0) return NONE;
            index = shape.indexInParent(parent, node);
            node = parent;
        }
        return place(node, index - 1);
    }

    private long leftmost(long from) {
        long node = from;
        while (level(node) > 0) node = shape.child(node, 0);
        return node;
    }

    private long rightmost(long from) {
        long node = from;
        while (level(node) > 0) node = shape.child(node, count(node));
        return node;
    }

    // ---- insertion ----

    /// Makes room for an entry at an edge.
    ///
    /// @param edge as a search gave it, or [#end]
    /// @return the place of the new entry, whose key and value the caller writes
    /// @throws HeapExhaustedException if there is no room; the tree is as it was
    public long open(long edge) {
        long node = node(edge);
        int index = index(edge);
        if (edge == NONE) {
            node = root = newRoot();
            index = 0;
        } else if (count(node) == shape.capacity) {
            if (split == null) split = new TreeSplit(heap, shape);
            node = split.run(node, index);
            index = split.index();
            root = split.root(root);
        }
        shape.copyEntries(node, index, node, index + 1, count(node) - index);
        setCount(node, count(node) + 1);
        size++;
        return place(node, index);
    }

    private long newRoot() {
        long bytes = shape.leafBytes;
        long node = heap.allocate(bytes, TreeShape.NODE_ALIGNMENT);
        if (node == Allocator.NULL) {
            throw new HeapExhaustedException(bytes, TreeShape.NODE_ALIGNMENT);
        }
        TreeSplit.start(node, 0);
        return node;
    }

    // ---- removal ----

    /// Takes an entry out; what it owned is the caller's.
    ///
    /// @return the entry that came after it, or [#NONE]
    public long remove(long place) {
        long node = node(place);
        int index = index(place);
        boolean inner = level(node) > 0;
        if (inner) {
            long leaf = rightmost(shape.child(node, index));
            shape.copyEntries(leaf, count(leaf) - 1, node, index, 1);
            node = leaf;
            index = count(leaf) - 1;
        }
        shape.copyEntries(node, index + 1, node, index, count(node) - index - 1);
        setCount(node, count(node) - 1);
        size--;
        edgeNode = node;
        edgeIndex = index;
        refill(node);
        if (root == 0) return NONE;
        long next = after(edgeNode, edgeIndex);
        return inner ? next(next) : next;
    }

    /// Gives a node that is less than half full entries of a sibling, or merges them.
    private void refill(long start) {
        long node = start;
        while (count(node) < shape.capacity / 2) {
            long parent = parent(node);
            if (parent == 0) {
                if (count(node) == 0) shrinkRoot();
                return;
            }
            int at = shape.indexInParent(parent, node);
            long left = shape.child(parent, at > 0 ? at - 1 : at);
            long right = shape.child(parent, at > 0 ? at : at + 1);
            int separator = at > 0 ? at - 1 : at;
            if (count(left) + count(right) < shape.capacity) {
                merge(parent, separator, left, right);
            } else if (at > 0) {
                takeFromLeft(parent, separator, left, node);
            } else {
                takeFromRight(parent, separator, node, right);
            }
            node = parent;
        }
    }

    private void shrinkRoot() {
        long old = root;
        int level = level(old);
        root = level == 0 ? 0 : shape.child(old, 0);
        if (root != 0) setParent(root, 0);
        free(old, level);
    }

    private void merge(long parent, int separator, long left, long right) {
        int held = count(left);
        int added = count(right);
        if (edgeNode == right) {
            edgeNode = left;
            edgeIndex += held + 1;
        }
        shape.copyEntries(parent, separator, left, held, 1);
        shape.copyEntries(right, 0, left, held + 1, added);
        if (level(left) > 0) shape.moveChildren(right, 0, left, held + 1, added + 1);
        setCount(left, held + added + 1);
        int rest = count(parent) - separator - 1;
        shape.copyEntries(parent, separator + 1, parent, separator, rest);
        shape.shiftChildren(parent, separator + 2, separator + 1, rest);
        setCount(parent, count(parent) - 1);
        free(right, level(right));
    }

    private void takeFromLeft(long parent, int separator, long left, long node) {
        int last = count(left) - 1;
        int held = count(node);
        shape.copyEntries(node, 0, node, 1, held);
        shape.copyEntries(parent, separator, node, 0, 1);
        shape.copyEntries(left, last, parent, separator, 1);
        if (level(node) > 0) {
            shape.shiftChildren(node, 0, 1, held + 1);
            shape.setChild(node, 0, shape.child(left, last + 1));
        }
        setCount(left, last);
        setCount(node, held + 1);
        if (edgeNode == node) edgeIndex++;
    }

    private void takeFromRight(long parent, int separator, long node, long right) {
        int held = count(node);
        int rest = count(right) - 1;
        shape.copyEntries(parent, separator, node, held, 1);
        shape.copyEntries(right, 0, parent, separator, 1);
        shape.copyEntries(right, 1, right, 0, rest);
        if (level(node) > 0) {
            shape.setChild(node, held + 1, shape.child(right, 0));
            shape.shiftChildren(right, 1, 0, rest + 1);
        }
        setCount(node, held + 1);
        setCount(right, rest);
    }

    // ---- all of it ----

    /// Gives every node to `sink`; what the entries owned is the caller's. The tree itself stays as
    /// it is: not to be used again where the sink frees.
    public void free(BlockSink sink) {
        if (root != 0) freeAll(root, sink);
    }

    private void freeAll(long node, BlockSink sink) {
        int level = level(node);
        for (int i = 0; level > 0 && i <= count(node); i++) freeAll(shape.child(node, i), sink);
        sink.free(node, shape.bytes(level), TreeShape.NODE_ALIGNMENT);
    }

    /// Checks its invariants. O(n).
    ///
    /// @throws org.allod.CorruptHeapError naming the first broken one
    public void verify() {
        new TreeCheck(shape).run(root, size);
    }

    private void free(long node, int level) {
        heap.deallocate(node, shape.bytes(level), TreeShape.NODE_ALIGNMENT);
    }
}
