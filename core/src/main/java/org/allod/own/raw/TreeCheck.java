package org.allod.own.raw;

import static org.allod.own.raw.TreeShape.count;
import static org.allod.own.raw.TreeShape.level;
import static org.allod.own.raw.TreeShape.parent;

import org.allod.CorruptHeapError;

/// Checks the invariants of a [RawTree], but for the order of its keys, which it cannot compare.
final class TreeCheck {
    private final TreeShape shape;

    TreeCheck(TreeShape shape) {
        this.shape = shape;
    }

    /// Throws naming the first broken invariant. O(n).
    void run(long root, long size) {
        long found = root == 0 ? 0 : entries(root, 0, level(root));
        if (found != size) throw broken(root, "I3: " + found + " entries, expected size=" + size);
    }

    private long entries(long node, long parent, int level) {
        int count = count(node);
        if (count < 1 || count > shape.capacity) {
            throw broken(node, "I1: count=" + count + ", expected 1 to " + shape.capacity);
        }
        if (level(node) != level)
            throw broken(node, "I1: level=" + level(node) + " below " + level);
        if (parent(node) != parent) throw broken(node, "I2: expected another parent");
        long entries = count;
        for (int i = 0; level > 0 && i <= count; i++) {
            entries += entries(shape.child(node, i), node, level - 1);
        }
        return entries;
    }

    private static CorruptHeapError broken(long node, String what) {
        return new CorruptHeapError("tree", node, "tree." + what);
    }
}
