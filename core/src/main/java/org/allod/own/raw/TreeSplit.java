package org.allod.own.raw;

import static org.allod.own.raw.TreeShape.count;
import static org.allod.own.raw.TreeShape.level;
import static org.allod.own.raw.TreeShape.parent;
import static org.allod.own.raw.TreeShape.setCount;
import static org.allod.own.raw.TreeShape.setLevel;
import static org.allod.own.raw.TreeShape.setParent;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;

/// Splits a full leaf and those full nodes above it: takes all nodes first, then splits. One for a
/// tree, used again and again.
///
/// ```
///      ┌── s ──┐                ┌─── s ── m ───┐
///   │ a b m c d │      ──►   │ a b │        │ c d │
/// ```
/// The entry m goes up. It is the middle one, but at the ends of the tree: there the new node gets
/// the new entry alone, so that ascending and descending input leave full nodes behind.
final class TreeSplit {
    private final Allocator heap;
    private final TreeShape shape;

    /// New nodes not used yet, linked by their parent fields, the leaf first.
    private long spare;

    private long newRoot;
    private int index;

    TreeSplit(Allocator heap, TreeShape shape) {
        this.heap = heap;
        this.shape = shape;
    }

    private void takeAll(long leaf) {
        long tail = 0;
        long node = leaf;
        int level = 0;
        while (node != 0 && count(node) == shape.capacity) {
            tail = take(tail, level++);
            node = parent(node);
        }
        newRoot = 0;
        if (node == 0) take(tail, level);
    }

    private long take(long tail, int level) {
        long node = heap.allocate(shape.bytes(level), TreeShape.NODE_ALIGNMENT);
        if (node == Allocator.NULL) throw giveBack(level);
        start(node, level);
        if (tail == 0) spare = node;
        else setParent(tail, node);
        return node;
    }

    /// An empty node without a parent.
    static void start(long node, int level) {
        setParent(node, 0);
        setCount(node, 0);
        setLevel(node, level);
    }

    private HeapExhaustedException giveBack(int level) {
        while (spare != 0) {
            long node = nextSpare();
            heap.deallocate(node, shape.bytes(level(node)), TreeShape.NODE_ALIGNMENT);
        }
        return new HeapExhaustedException(shape.bytes(level), TreeShape.NODE_ALIGNMENT);
    }

    private long nextSpare() {
        long node = spare;
        spare = parent(node);
        return node;
    }

    /// Where the entry goes in the leaf that [#run] answered.
    int index() {
        return index;
    }

    /// The root after the split.
    long root(long before) {
        return newRoot == 0 ? before : newRoot;
    }

    /// Splits a full leaf.
    ///
    /// @param at where in it the new entry belongs
    /// @return the leaf in which there is room for it, at [#index]
    /// @throws HeapExhaustedException if a node cannot be had; then none is taken
    long run(long leaf, int at) {
        takeAll(leaf);
        long parent = roomAbove(leaf);
        int middle = middle(leaf, at);
        long right = split(leaf, middle, parent);
        index = at <= middle ? at : at - middle - 1;
        return at <= middle ? leaf : right;
    }

    /// The parent of a full node, with room for one more entry; a new root if there was none.
    private long roomAbove(long node) {
        // Children are split before parents move them, so spares are used from the leaf up: the
        // parent's turn comes first here, and takes from behind the child's.
        long own = nextSpare();
        long parent = parent(node);
        if (parent == 0) {
            newRoot = nextSpare();
            shape.setChild(newRoot, 0, node);
            parent = newRoot;
        } else if (count(parent) == shape.capacity) {
            parent = splitInner(parent, shape.indexInParent(parent, node));
        }
        setParent(own, spare);
        spare = own;
        return parent;
    }

    /// Splits a full inner node; the half in which `child` hangs.
    private long splitInner(long node, int child) {
        long above = roomAbove(node);
        int middle = middle(node, child);
        long right = split(node, middle, above);
        return child <= middle ? node : right;
    }

    /// Which entry goes up.
    private int middle(long node, int at) {
        if (at == shape.capacity && isLast(node)) return shape.capacity - 1;
        if (at == 0 && isFirst(node)) return 0;
        return shape.capacity / 2;
    }

    private boolean isLast(long from) {
        long node = from;
        for (long up = parent(node); up != 0; node = up, up = parent(node)) {
            if (shape.child(up, count(up)) != node) return false;
        }
        return true;
    }

    private boolean isFirst(long from) {
        long node = from;
        for (long up = parent(node); up != 0; node = up, up = parent(node)) {
            if (shape.child(up, 0) != node) return false;
        }
        return true;
    }

    private long split(long left, int middle, long parent) {
        long right = nextSpare();
        int moved = count(left) - middle - 1;
        setParent(right, 0);
        shape.copyEntries(left, middle + 1, right, 0, moved);
        if (level(left) > 0) shape.moveChildren(left, middle + 1, right, 0, moved + 1);
        int at = shape.indexInParent(parent, left);
        int rest = count(parent) - at;
        shape.copyEntries(parent, at, parent, at + 1, rest);
        shape.shiftChildren(parent, at + 1, at + 2, rest);
        shape.copyEntries(left, middle, parent, at, 1);
        shape.setChild(parent, at + 1, right);
        setCount(parent, count(parent) + 1);
        setCount(left, middle);
        setCount(right, moved);
        return right;
    }
}
