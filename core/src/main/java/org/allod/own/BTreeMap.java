package org.allod.own;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// Values by their keys, in the order of the keys: a B-tree.
///
/// ```
///                    │ m │                     keys and values of a node apart: a search
///           ┌──────────┴──────────┐            reads keys alone, 8 cache lines a level
///     │ c │ g │ k │           │ p │ t │
/// ```
/// ```java
/// try (BTreeMap<Text, Long> counts = BTreeMap.of(allocator, Text.TYPE, Type.LONG)) {
///     counts.merge(Text.of(allocator, "a"), 1L, Long::sum);
///     counts.asMap().headMap(...)
/// }
/// ```
///
/// Cost: O(log n) for all of one entry; the next and previous one O(1) amortised. 16 B of keys and
/// values take about 26 B, in ascending order 18 B.
///
/// Not guaranteed: that two threads may use it, reading included; that freed bytes are wiped. That
/// keys are compared by anything but their natural order.
///
/// Source: R. Bayer and E. McCreight, Organization and Maintenance of Large Ordered Indices, 1972;
/// Rust's `BTreeMap`.
///
/// @param <K> of the keys
/// @param <V> of the values
public final class BTreeMap<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
        extends Tree<K, V> {

    private BTreeMap(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        super(allocator, keyType, valueType);
    }

    /// An empty one. It takes nothing from the allocator before the first entry.
    ///
    /// @throws IllegalArgumentException if the keys have no natural order
    @CheckReturnValue
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            BTreeMap<K, V> of(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        BTreeMap<K, V> map = blank(allocator, keyType, valueType);
        map.begin();
        return map;
    }

    private static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            BTreeMap<K, V> blank(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        if (!keyType.isOrdered()) {
            throw new IllegalArgumentException(
                    "keyType=" + keyType + ", expected one whose values are Comparable");
        }
        return new BTreeMap<>(allocator, keyType, valueType);
    }

    /// The type of such owners, for containers of them.
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            Type<BTreeMap<K, V>> type(Type<K> keyType, Type<V> valueType) {
        return ownerType(keyType, valueType);
    }

    private static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            OwnerType<BTreeMap<K, V>> ownerType(Type<K> keyType, Type<V> valueType) {
        return keyType.owner(
                List.of(BTreeMap.class, valueType),
                () ->
                        new OwnerType<>(
                                BTreeMap.class,
                                WORDS,
                                allocator -> blank(allocator, keyType, valueType),
                                keyType,
                                valueType));
    }

    /// One with those entries, in ascending order: O(n), and its nodes are full.
    ///
    /// @throws IllegalArgumentException if a key is not above the one before it; the entries up to
    ///     there are dropped
    /// @throws HeapExhaustedException if there is no room; the entries up to there are
    ///     dropped
    @CheckReturnValue
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            BTreeMap<K, V> ofSorted(
                    Allocator allocator,
                    Type<K> keyType,
                    Type<V> valueType,
                    Iterator<? extends Map.Entry<K, V>> entries) {
        BTreeMap<K, V> map = of(allocator, keyType, valueType);
        try {
            while (entries.hasNext()) {
                Map.Entry<K, V> entry = entries.next();
                map.addLast(entry.getKey(), entry.getValue());
            }
            return map;
        } catch (RuntimeException failed) {
            map.close();
            throw failed;
        }
    }

    private void addLast(K key, V value) {
        long end = raw.end();
        keyType.check(this, key);
        valueType.check(this, value);
        if (end != NONE && compare(key, raw.last()) <= 0) {
            throw new IllegalArgumentException(
                    "key=" + key + ", expected one above " + readKey(raw.last()));
        }
        add(~end, key, value);
    }

    // ---- by order ----

    /// The entry with the least key, lent; null if there is none.
    public Map.Entry<K, V> firstEntry() {
        return asMap().firstEntry();
    }

    /// The entry with the greatest key, lent; null if there is none.
    public Map.Entry<K, V> lastEntry() {
        return asMap().lastEntry();
    }

    /// Takes the entry with the least key out; key and value are the caller's. Null if there is
    /// none.
    public Map.Entry<K, V> popFirst() {
        return asMap().pollFirstEntry();
    }

    /// Takes the entry with the greatest key out; key and value are the caller's. Null if there is
    /// none.
    public Map.Entry<K, V> popLast() {
        return asMap().pollLastEntry();
    }

    /// The entries from one key to before another, in order. Live, as [#asMap].
    ///
    /// @throws IllegalArgumentException if `from` is above `to`
    public Iterable<Map.Entry<K, V>> range(K from, K to) {
        return asMap().subMap(from, true, to, false).entrySet();
    }

    /// Takes the entries from a key on out.
    ///
    /// Cost: O(log n) for each of them.
    ///
    /// @return a map of them
    /// @throws HeapExhaustedException if there is no room for its nodes; all is as it was
    @CheckReturnValue
    public BTreeMap<K, V> splitOff(K key) {
        checkChange();
        long from = above(Objects.requireNonNull(key, "key"), true);
        BTreeMap<K, V> rest = blank(allocator, keyType, valueType);
        try {
            for (long at = from; at != NONE; at = raw.next(at)) rest.copyLast(this, at);
        } catch (HeapExhaustedException failed) {
            rest.raw.free(allocator::deallocate);
            throw failed;
        }
        for (long n = rest.length; n > 0; n--) unlink(raw.last(), NONE);
        changed();
        rest.begin();
        return rest;
    }

    private void copyLast(BTreeMap<K, V> source, long at) {
        long place = open(~raw.end());
        Memory.copy(source.keyAt(at), keyAt(place), keyType.size());
        Memory.copy(source.valueAt(at), valueAt(place), valueType.size());
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public BTreeMap<K, V> move() {
        return moveTo(blank(allocator, keyType, valueType));
    }

    @Override
    OwnerType<?> type() {
        return ownerType(keyType, valueType);
    }

    @Override
    Owner detach() {
        BTreeMap<K, V> all = blank(allocator, keyType, valueType);
        all.become(this);
        forget();
        return all;
    }
}
