package org.allod.own;

import java.util.ConcurrentModificationException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// The entry of one key in a [BTreeMap] or [HashMap], there or to be made.
///
/// ```java
/// counts.entry(word).modify(n -> n + 1).orInsert(1L);
/// ```
///
/// Good until the map is next changed by anybody else, then [ConcurrentModificationException].
/// Whichever method sets the value moves the key in; where the key is there already, it is dropped.
///
/// Source: Rust's `btree_map::Entry`.
///
/// @param <K> of the key
/// @param <V> of the value
public final class Slot<K extends @MustCallUnknown Object, V extends @MustCallUnknown Object> {
    private final Keyed<K, V> map;
    private final K key;
    private long place;
    private int expected;

    Slot(Keyed<K, V> map, K key, long place) {
        this.map = map;
        this.key = key;
        this.place = place;
        this.expected = map.changes;
    }

    private void check() {
        map.check();
        if (map.changes != expected) throw map.changedMeanwhile();
    }

    /// Whether the entry is there.
    public boolean isPresent() {
        check();
        return place >= 0;
    }

    /// The value: a copy, or of an owner a borrow.
    ///
    /// @throws NoSuchElementException if the entry is not there
    @NotOwning
    public V get() {
        if (!isPresent()) throw new NoSuchElementException("no entry");
        return map.readValue(place);
    }

    /// Sets the value to what a function makes of it, if the entry is there.
    ///
    /// @return this
    public Slot<K, V> modify(UnaryOperator<V> function) {
        if (!isPresent()) return this;
        map.checkChange();
        V value = Objects.requireNonNull(function, "function").apply(map.readValue(place));
        check();
        map.valueType.check(map, value);
        map.assign(place, value);
        expected = map.changes;
        return this;
    }

    /// Moves key and value in unless the entry is there; then both are dropped.
    ///
    /// @return the value that is there now, as [#get]
    /// @throws HeapExhaustedException if there is no room; key and value stay the caller's
    public V orInsert(@Owning V value) {
        if (isPresent()) {
            map.valueType.check(map, value);
            Keyed.discard(map.valueType, value);
            return keep();
        }
        return insert(value);
    }

    /// Moves the key and a new value in unless the entry is there; then the key is dropped.
    ///
    /// @return the value that is there now, as [#get]
    /// @throws HeapExhaustedException if there is no room; the value is dropped then
    public V orInsertWith(Supplier<? extends V> value) {
        if (isPresent()) return keep();
        V fresh = value.get();
        try {
            check();
            return insert(fresh);
        } catch (RuntimeException failed) {
            Keyed.discard(map.valueType, fresh);
            throw failed;
        }
    }

    private V keep() {
        Keyed.discard(map.keyType, key);
        return map.readValue(place);
    }

    private V insert(V value) {
        long miss = map.seek(key, value);
        place = map.add(miss, key, value);
        expected = map.changes;
        return map.readValue(place);
    }
}
