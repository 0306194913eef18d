package org.allod.own;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Values found by their keys: what the trees and the hash tables share.
///
/// `put`, `insert` and `entry` move key and value in. A key that is there already stays, as in
/// Rust: then the new one is dropped. `take` and `insert` give a value to the caller; `get` and
/// iteration lend. Of what owns nothing all of these are copies.
///
/// Here an entry is a *place*, a number that the tree or the table understands; below 0 it is the
/// complement of where a key that is not there belongs.
///
/// @param <K> of the keys
/// @param <V> of the values
public abstract sealed class Keyed<
                K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
        extends Owner permits Tree, Table {
    /// No entry, as a place.
    static final long NONE = 0;

    final Type<K> keyType;
    final Type<V> valueType;

    Keyed(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        super(Objects.requireNonNull(allocator, "allocator"));
        this.keyType = Objects.requireNonNull(keyType, "keyType");
        this.valueType = Objects.requireNonNull(valueType, "valueType");
    }

    // ---- places: what trees and tables do in their own way ----

    /// The place of a key, or the complement of where it belongs.
    abstract long find(K key);

    /// Makes the entry for a key that was just looked for; key and value are still to be written.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    abstract long open(long miss, K key);

    /// Takes an entry out; what it owned is the caller's.
    ///
    /// @param anchor of the walk
    /// @return the one that follows in the walk
    abstract long unlink(long place, long anchor);

    abstract long keyAt(long place);

    abstract long valueAt(long place);

    /// Where a walk starts and ends.
    abstract long anchor();

    abstract long first(long anchor);

    abstract long next(long place, long anchor);

    // ---- looking ----

    /// Entries.
    public final long size() {
        check();
        return length;
    }

    /// Whether there is no entry.
    public final boolean isEmpty() {
        return size() == 0;
    }

    /// Whether there is an entry with that key.
    public final boolean containsKey(K key) {
        return lookUp(key) >= 0;
    }

    /// The value of a key: a copy, or of an owner a borrow; null if there is none.
    @NotOwning
    public final V get(K key) {
        long place = lookUp(key);
        return place < 0 ? null : readValue(place);
    }

    /// The value of a key, or `absent` if there is none.
    @NotOwning
    public final V getOrDefault(K key, V absent) {
        long place = lookUp(key);
        return place < 0 ? absent : readValue(place);
    }

    final long lookUp(K key) {
        check();
        return find(Objects.requireNonNull(key, "key"));
    }

    final K readKey(long place) {
        return keyType.read(this, keyAt(place));
    }

    final V readValue(long place) {
        return valueType.read(this, valueAt(place));
    }

    /// Shows each entry, in order if there is one.
    ///
    /// @throws ConcurrentModificationException if the action changes this owner
    public final void forEach(BiConsumer<? super K, ? super V> action) {
        check();
        Objects.requireNonNull(action, "action");
        int before = version;
        long anchor = anchor();
        for (long at = first(anchor); at != NONE; at = next(at, anchor)) {
            action.accept(readKey(at), readValue(at));
            if (version != before) throw changedMeanwhile();
        }
    }

    final ConcurrentModificationException changedMeanwhile() {
        return new ConcurrentModificationException(name() + " was changed meanwhile");
    }

    // ---- changing ----

    /// Sets the value of a key. A value that was there is dropped.
    ///
    /// @return whether the key is new
    /// @throws HeapExhaustedException if there is no room; key and value stay the caller's
    /// @throws IllegalArgumentException if an owner is of another allocator
    /// @throws IllegalStateException if an owner has ended or is a borrow
    public final boolean put(@Owning K key, @Owning V value) {
        long place = seek(key, value);
        if (place < 0) {
            add(place, key, value);
            return true;
        }
        assign(place, value);
        discard(keyType, key);
        return false;
    }

    /// Sets the value of a key.
    ///
    /// @return the value that was there, which is the caller's now; null if there was none
    /// @throws HeapExhaustedException if there is no room; key and value stay the caller's
    /// @throws IllegalArgumentException as [#put]
    public final V insert(@Owning K key, @Owning V value) {
        long place = seek(key, value);
        if (place < 0) {
            add(place, key, value);
            return null;
        }
        V old = replace(place, value);
        discard(keyType, key);
        return old;
    }

    /// Where a key is or belongs, before key and value are moved in.
    final long seek(K key, V value) {
        checkChange();
        keyType.check(this, Objects.requireNonNull(key, "key"));
        valueType.check(this, value);
        checkDistinct(key, value);
        return find(key);
    }

    /// One owner cannot be moved to two places.
    private void checkDistinct(K key, V value) {
        if (!keyType.isOwner() || !valueType.isOwner()) return;
        List<Owner> owners = owners(keyType, key);
        for (Owner other : owners(valueType, value)) {
            for (Owner one : owners) {
                if (one == other) {
                    throw new IllegalArgumentException("value=" + one + " is the key, too");
                }
            }
        }
    }

    /// Adds an entry with a checked key and value.
    final long add(long miss, K key, V value) {
        long place = open(miss, key);
        keyType.write(this, keyAt(place), key);
        valueType.write(this, valueAt(place), value);
        changed();
        return place;
    }

    /// Drops the value of an entry and moves a checked one in.
    final void assign(long place, V value) {
        if (valueType.isOwner()) {
            changed();
            Drops.drop(this, valueType, valueAt(place));
        }
        valueType.write(this, valueAt(place), value);
    }

    /// Moves the value of an entry out and a checked one in.
    final V replace(long place, V value) {
        V old = valueType.take(this, valueAt(place));
        if (valueType.isOwner()) changed();
        valueType.write(this, valueAt(place), value);
        return old;
    }

    /// Drops a value that was to be moved in, and is not needed.
    static <T extends @MustCallUnknown Object> void discard(Type<T> type, T value) {
        if (type.isOwner()) Drops.dropTaken(type, value);
    }

    private static <T extends @MustCallUnknown Object> List<Owner> owners(Type<T> type, T value) {
        List<Owner> owners = new ArrayList<>();
        if (value != null) type.owners(value, owners);
        return owners;
    }

    /// Drops the entry with that key.
    ///
    /// @return whether there was one
    public final boolean remove(K key) {
        checkChange();
        long place = find(Objects.requireNonNull(key, "key"));
        if (place < 0) return false;
        drop(place, NONE);
        return true;
    }

    /// Takes the value of a key out, and drops the key in here.
    ///
    /// @return the value; an owner is the caller's now; null if there was none
    public final V take(K key) {
        checkChange();
        long place = find(Objects.requireNonNull(key, "key"));
        if (place < 0) return null;
        Map.Entry<K, V> entry = extract(place);
        discard(keyType, entry.getKey());
        return entry.getValue();
    }

    /// Takes an entry out.
    final Map.Entry<K, V> extract(long place) {
        K key = keyType.take(this, keyAt(place));
        V value = valueType.take(this, valueAt(place));
        unlink(place, NONE);
        changed();
        return new SimpleImmutableEntry<>(key, value);
    }

    /// Drops an entry; the one that follows in a walk.
    final long drop(long place, long anchor) {
        K key = keyType.isOwner() ? keyType.take(this, keyAt(place)) : null;
        V value = valueType.isOwner() ? valueType.take(this, valueAt(place)) : null;
        long next = unlink(place, anchor);
        changed();
        discard(keyType, key);
        discard(valueType, value);
        return next;
    }

    /// Drops the entries that the predicate does not like.
    ///
    /// Where the predicate throws, the entries it has refused so far are dropped, and all others
    /// are there.
    ///
    /// @throws ConcurrentModificationException if the predicate changes this owner
    public final void retain(BiPredicate<? super K, ? super V> keep) {
        checkChange();
        Objects.requireNonNull(keep, "keep");
        long anchor = anchor();
        long at = first(anchor);
        while (at != NONE) {
            int before = version;
            boolean stays = keep.test(readKey(at), readValue(at));
            if (version != before) throw changedMeanwhile();
            at = stays ? next(at, anchor) : drop(at, anchor);
        }
    }

    /// Drops all entries.
    public final void clear() {
        checkChange();
        if (length == 0) return;
        Owner all = detach();
        changed();
        Drops.drop(all);
    }

    /// Gives all entries to a new handle, to be dropped; nothing is left here.
    abstract Owner detach();

    // ---- entries ----

    /// The entry of a key, there or to be made.
    ///
    /// The key is moved in by `orInsert` and the like, not before.
    public final Slot<K, V> entry(K key) {
        checkChange();
        keyType.check(this, Objects.requireNonNull(key, "key"));
        return new Slot<>(this, key, find(key));
    }

    /// Sets a value by what is there: `value` if nothing is, else what the function makes of both.
    ///
    /// @param function of the old value and the given one, as in [Map#merge]; not null
    /// @return the new value, as [#get]
    /// @throws HeapExhaustedException if there is no room; key and value stay the caller's
    /// @throws IllegalArgumentException as [#put]
    /// @throws ConcurrentModificationException if the function changes this owner
    public final V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        long place = seek(key, value);
        if (place < 0) {
            return readValue(add(place, key, value));
        }
        int before = version;
        V merged = function.apply(readValue(place), value);
        if (version != before) throw changedMeanwhile();
        valueType.check(this, merged);
        if (merged != value) discard(valueType, value);
        assign(place, merged);
        discard(keyType, key);
        return readValue(place);
    }

    /// The live entries, for a drop.
    final void dropEntries(Drops drops) {
        if (!keyType.isOwner() && !valueType.isOwner()) return;
        long anchor = anchor();
        for (long at = first(anchor); at != NONE; at = next(at, anchor)) {
            keyType.drop(drops, keyAt(at));
            valueType.drop(drops, valueAt(at));
        }
    }

    /// As a map of the JDK's: live, each change goes through, and fail-fast.
    ///
    /// What it puts is moved in. What `put` and `remove` answer is the caller's; of owners
    /// `clear`, and removals through its sets, drop what they remove.
    public abstract Map<K, V> asMap();

    /// As a map shows itself, or what it was.
    @Override
    public final String toString() {
        return isEnded() ? super.toString() : asMap().toString();
    }
}
