package org.allod.own;

import java.util.List;
import org.allod.Allocator;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// Values by the hashes of their keys: open addressing, the key beside the value.
///
/// ```java
/// try (HashMap<Text, Point> places = HashMap.of(allocator, Text.TYPE, Type.of(Point.class))) {
///     places.put(Text.of(allocator, "home"), new Point(1, 2));
/// }
/// ```
///
/// Keys are equal where `equals` says so. The table doubles when it is three quarters full.
///
/// Cost: O(1) expected for all of one entry. A removal and a look at all entries take their time in
/// the table, which never shrinks by itself.
///
/// Not guaranteed: any order, that keys chosen to collide are fast, that two threads may use it,
/// that freed bytes are wiped.
///
/// Source: Rust's `HashMap`; the table is [org.allod.own.raw.RawTable].
///
/// @param <K> of the keys
/// @param <V> of the values
public final class HashMap<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
        extends Table<K, V> {

    private HashMap(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        super(allocator, keyType, valueType);
    }

    /// An empty one. It takes nothing from the allocator before the first entry.
    @CheckReturnValue
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            HashMap<K, V> of(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        HashMap<K, V> map = blank(allocator, keyType, valueType);
        map.begin();
        return map;
    }

    /// An empty one with room for so many entries.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws org.allod.HeapExhaustedException if there is no room
    @CheckReturnValue
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            HashMap<K, V> withCapacity(
                    Allocator allocator, Type<K> keyType, Type<V> valueType, long capacity) {
        Room.atLeastZero("capacity", capacity);
        HashMap<K, V> map = blank(allocator, keyType, valueType);
        if (capacity > 0) map.reserve(capacity);
        map.begin();
        return map;
    }

    private static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            HashMap<K, V> blank(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        return new HashMap<>(allocator, keyType, valueType);
    }

    /// The type of such owners, for containers of them.
    public static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            Type<HashMap<K, V>> type(Type<K> keyType, Type<V> valueType) {
        return ownerType(keyType, valueType);
    }

    private static <K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
            OwnerType<HashMap<K, V>> ownerType(Type<K> keyType, Type<V> valueType) {
        return keyType.owner(
                List.of(HashMap.class, valueType),
                () ->
                        new OwnerType<>(
                                HashMap.class,
                                WORDS,
                                allocator -> blank(allocator, keyType, valueType),
                                keyType,
                                valueType));
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public HashMap<K, V> move() {
        return moveTo(blank(allocator, keyType, valueType));
    }

    @Override
    OwnerType<?> type() {
        return ownerType(keyType, valueType);
    }

    @Override
    Owner detach() {
        HashMap<K, V> all = blank(allocator, keyType, valueType);
        all.become(this);
        forget();
        return all;
    }
}
