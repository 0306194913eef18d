package org.allod.own.raw;

import org.allod.memory.Memory;

/// Where things lie in a node of a tree: the one place that knows.
///
/// ```
///   leaf   │ parent │ count │ level 0 │ key 0 .. key C-1 │ value 0 .. value C-1 │
///   inner  │ parent │ count │ level   │ keys             │ values               │ child 0 .. C │
///            8 B      4 B     4 B       from byte 16
/// ```
/// Keys lie apart from values, so that a search reads nothing but keys. A *place* is an entry of a
/// node in one `long`: nodes lie at multiples of 16, so `node << 4` leaves 8 bits for the index.
final class TreeShape {
    /// Nodes lie at multiples of this, in bytes; keys and values need no more.
    static final long NODE_ALIGNMENT = 16;

    /// Bytes that a leaf should take: a search in it ends within one page and eight cache lines.
    /// Tuned: 256 B to 2 KiB tried with 10^6 and 10^7 longs, see the decision on the collections.
    static final long LEAF_BYTES = 512;

    /// Entries a node has at least and at most. Derived: an index takes 8 bits of a place.
    static final int CAPACITY_MIN = 4;

    static final int CAPACITY_MAX = 200;

    private static final long COUNT = 8;
    private static final long LEVEL = 12;
    private static final long KEYS = 16;
    private static final int INDEX_BITS = 8;
    private static final int NODE_SHIFT = 4;

    static {
        assert 1 << (INDEX_BITS - NODE_SHIFT) == NODE_ALIGNMENT : "an index fits below the node";
        assert CAPACITY_MAX < 1 << INDEX_BITS : "the index after the last entry fits, too";
    }

    final long keySize;
    final long valueSize;
    final int capacity;
    final long values;
    final long children;
    final long leafBytes;
    final long innerBytes;

    /// @param keySize bytes from one key to the next
    /// @param valueSize bytes from one value to the next; 0: none
    TreeShape(long keySize, long valueSize, long leafBytes) {
        this.keySize = keySize;
        this.valueSize = valueSize;
        long fit = (leafBytes - KEYS) / (keySize + valueSize);
        capacity = Math.clamp(fit, CAPACITY_MIN, CAPACITY_MAX);
        values = up(KEYS + capacity * keySize);
        children = up(values + capacity * valueSize);
        this.leafBytes = children;
        innerBytes = children + (capacity + 1L) * Long.BYTES;
    }

    private static long up(long offset) {
        return (offset + NODE_ALIGNMENT - 1) & -NODE_ALIGNMENT;
    }

    // ---- places ----

    static long place(long node, int index) {
        return node << NODE_SHIFT | index;
    }

    static long node(long place) {
        return place >>> INDEX_BITS << (INDEX_BITS - NODE_SHIFT);
    }

    static int index(long place) {
        return (int) place & (1 << INDEX_BITS) - 1;
    }

    // ---- fields of a node ----

    static long parent(long node) {
        return Memory.getLong(node);
    }

    static void setParent(long node, long parent) {
        Memory.putLong(node, parent);
    }

    static int count(long node) {
        return Memory.getInt(node + COUNT);
    }

    static void setCount(long node, int count) {
        Memory.putInt(node + COUNT, count);
    }

    static int level(long node) {
        return Memory.getInt(node + LEVEL);
    }

    static void setLevel(long node, int level) {
        Memory.putInt(node + LEVEL, level);
    }

    // ---- entries of a node ----

    static long keys(long node) {
        return node + KEYS;
    }

    long key(long node, int index) {
        return node + KEYS + index * keySize;
    }

    long value(long node, int index) {
        return node + values + index * valueSize;
    }

    long child(long node, int index) {
        return Memory.getLong(node + children + (long) index * Long.BYTES);
    }

    void setChild(long node, int index, long child) {
        Memory.putLong(node + children + (long) index * Long.BYTES, child);
        setParent(child, node);
    }

    /// Where `child` hangs in its parent. Scans the parent's links, not the siblings.
    int indexInParent(long parent, long child) {
        int index = 0;
        while (child(parent, index) != child) index++;
        return index;
    }

    long bytes(int level) {
        return level == 0 ? leafBytes : innerBytes;
    }

    // ---- moving entries ----

    /// Copies `count` entries; the two runs may overlap.
    void copyEntries(long source, int from, long target, int to, int count) {
        if (count <= 0) return;
        Memory.copy(key(source, from), key(target, to), count * keySize);
        Memory.copy(value(source, from), value(target, to), count * valueSize);
    }

    /// Copies `count` links within a node; the two runs may overlap.
    void shiftChildren(long node, int from, int to, int count) {
        long links = node + children;
        Memory.copy(
                links + (long) from * Long.BYTES,
                links + (long) to * Long.BYTES,
                (long) count * Long.BYTES);
    }

    /// Hangs `count` children of one node under another.
    void moveChildren(long source, int from, long target, int to, int count) {
        for (int i = 0; i < count; i++) setChild(target, to + i, child(source, from + i));
    }
}
