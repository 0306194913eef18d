package org.allod.own;

import java.util.NavigableMap;
import org.allod.Allocator;
import org.allod.memory.Memory;
import org.allod.own.raw.RawTree;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// Entries in the order of their keys: what [BTreeMap] and [LongBTreeMap] share.
///
/// @param <K> of the keys
/// @param <V> of the values
public abstract sealed class Tree<
                K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
        extends Keyed<K, V> permits BTreeMap, LongBTreeMap {
    /// Of the inline form: root and size.
    static final int WORDS = 2;

    final RawTree raw;

    Tree(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        super(allocator, keyType, valueType);
        raw = new RawTree(allocator, keyType.size(), valueType.size());
    }

    // ---- places ----

    @Override
    final long find(K key) {
        if (keyType == Type.LONG) return raw.findLong((Long) key);
        int before = version;
        return raw.find(address -> {
            int order = keyType.compare(this, key, address);
            if (version != before) throw changedMeanwhile();
            return order;
        });
    }

    @Override
    final long open(long miss, K key) {
        return open(miss);
    }

    final long open(long miss) {
        long place = raw.open(~miss);
        synchronise();
        return place;
    }

    @Override
    final long unlink(long place, long anchor) {
        long next = raw.remove(place);
        synchronise();
        return next;
    }

    private void synchronise() {
        address = raw.root();
        length = raw.size();
    }

    @Override
    final long keyAt(long place) {
        return raw.key(place);
    }

    @Override
    final long valueAt(long place) {
        return raw.value(place);
    }

    @Override
    final long anchor() {
        return NONE;
    }

    @Override
    final long first(long anchor) {
        return raw.first();
    }

    @Override
    final long next(long place, long anchor) {
        return raw.next(place);
    }

    // ---- places by order ----

    /// The first entry whose key is not below `key`, or above it.
    final long above(K key, boolean inclusive) {
        long place = find(key);
        if (place < 0) return raw.afterEdge(~place);
        return inclusive ? place : raw.next(place);
    }

    /// The last entry whose key is not above `key`, or below it.
    final long below(K key, boolean inclusive) {
        long place = find(key);
        if (place < 0) return raw.beforeEdge(~place);
        return inclusive ? place : raw.previous(place);
    }

    /// Below 0 where `key` comes before that of an entry.
    final int compare(K key, long place) {
        int before = version;
        int order = keyType.compare(this, key, raw.key(place));
        if (version != before) throw changedMeanwhile();
        return order;
    }

    /// As a map of the JDK's: live, each change goes through, and fail-fast.
    ///
    /// What it puts is moved in. What `put`, `remove` and `pollFirstEntry` answer is the caller's;
    /// of owners `clear`, and removals through its sets, drop what they remove.
    @Override
    public final NavigableMap<K, V> asMap() {
        check();
        return new TreeView<>(this);
    }

    // ---- words ----

    @Override
    final void load(long slot) {
        raw.load(Memory.getLong(slot), Memory.getLong(slot + Long.BYTES));
        synchronise();
    }

    @Override
    final void store(long slot) {
        Memory.putLong(slot, raw.root());
        Memory.putLong(slot + Long.BYTES, raw.size());
    }

    @Override
    final void become(Owner other) {
        RawTree tree = ((Tree<?, ?>) other).raw;
        raw.load(tree.root(), tree.size());
        synchronise();
    }

    @Override
    final void forget() {
        raw.load(0, 0);
        synchronise();
    }

    @Override
    final void drop(Drops drops) {
        dropEntries(drops);
        raw.free(drops::free);
    }
}
