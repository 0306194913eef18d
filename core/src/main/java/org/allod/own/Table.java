package org.allod.own;

import java.util.Map;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.allod.own.raw.RawTable;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// Entries by the hash of their keys: what [HashMap] and [LongHashMap] share.
///
/// ```
///   slot   │ hash 8 B │ key │ value │         a long key: │ key │ value │
/// ```
///
/// @param <K> of the keys
/// @param <V> of the values
public abstract sealed class Table<
                K extends @MustCallUnknown Object, V extends @MustCallUnknown Object>
        extends Keyed<K, V> permits HashMap, LongHashMap {
    /// Of the inline form.
    static final int WORDS = 3;

    /// Set in every mark of a hash, so that none is 0.
    private static final long MARKED = 1L << Integer.SIZE;

    final RawTable raw;

    /// A long key is its own mark.
    private final boolean keyIsMark;

    private final long keyOffset;
    private final long valueOffset;

    /// Of the key that was looked for last.
    private long mark;

    Table(Allocator allocator, Type<K> keyType, Type<V> valueType) {
        super(allocator, keyType, valueType);
        keyIsMark = keyType == Type.LONG;
        keyOffset = keyIsMark ? 0 : up(Long.BYTES, keyType.alignment());
        valueOffset = up(keyOffset + keyType.size(), valueType.alignment());
        long alignment = Math.max(Long.BYTES, Math.max(keyType.alignment(), valueType.alignment()));
        raw = new RawTable(allocator, up(valueOffset + valueType.size(), alignment), alignment);
    }

    private static long up(long offset, long alignment) {
        return (offset + alignment - 1) & -alignment;
    }

    // ---- places ----

    @Override
    final long find(K key) {
        if (keyIsMark) {
            mark = (Long) key;
            return raw.findLong(mark);
        }
        int before = version;
        long wanted = MARKED | keyType.hash(key) & 0xFFFF_FFFFL;
        if (version != before) throw changedMeanwhile();
        long slot = raw.findMark(wanted);
        while (slot >= 0) {
            boolean found = keyType.equals(this, key, slot + keyOffset);
            if (version != before) throw changedMeanwhile();
            if (found) break;
            slot = raw.findMarkAfter(slot, wanted);
        }
        mark = wanted;
        return slot;
    }

    @Override
    final long open(long miss, K key) {
        return open(miss, mark);
    }

    final long open(long miss, long mark) {
        long slot = raw.claim(miss, mark);
        synchronise();
        return slot;
    }

    @Override
    final long unlink(long place, long anchor) {
        raw.remove(place);
        synchronise();
        return anchor == NONE ? NONE : raw.next(place, anchor);
    }

    private void synchronise() {
        address = raw.address();
        length = raw.size();
    }

    @Override
    final long keyAt(long place) {
        return place + keyOffset;
    }

    @Override
    final long valueAt(long place) {
        return place + valueOffset;
    }

    @Override
    final long anchor() {
        return raw.anchor();
    }

    @Override
    final long first(long anchor) {
        return raw.first(anchor);
    }

    @Override
    final long next(long place, long anchor) {
        return raw.next(place, anchor);
    }

    // ---- room ----

    /// Makes room for so many entries more.
    ///
    /// @throws IllegalArgumentException if `additional` is negative
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public final void reserve(long additional) {
        checkChange();
        Room.atLeastZero("additional", additional);
        raw.reserve(length + additional);
        synchronise();
        changed();
    }

    /// Entries that fit before it grows.
    public final long capacity() {
        check();
        return raw.capacity();
    }

    /// Gives back the room that is not used.
    ///
    /// @throws HeapExhaustedException if the smaller table cannot be had; all is as it was
    public final void shrinkToFit() {
        checkChange();
        raw.shrinkToFit();
        synchronise();
        changed();
    }

    /// As a map of the JDK's: live, each change goes through, and fail-fast.
    ///
    /// What it puts is moved in. What `put` and `remove` answer is the caller's; of owners
    /// `clear`, and removals through its sets, drop what they remove.
    @Override
    public final Map<K, V> asMap() {
        check();
        return new TableView<>(this);
    }

    // ---- words ----

    @Override
    final void load(long slot) {
        raw.load(
                Memory.getLong(slot),
                Memory.getLong(slot + Long.BYTES),
                Memory.getLong(slot + 2 * Long.BYTES));
        synchronise();
    }

    @Override
    final void store(long slot) {
        Memory.putLong(slot, raw.address());
        Memory.putLong(slot + Long.BYTES, raw.used());
        Memory.putLong(slot + 2 * Long.BYTES, raw.state());
    }

    @Override
    final void become(Owner other) {
        RawTable table = ((Table<?, ?>) other).raw;
        raw.load(table.address(), table.used(), table.state());
        synchronise();
    }

    @Override
    final void forget() {
        raw.load(0, 0, raw.state());
        synchronise();
    }

    @Override
    final void drop(Drops drops) {
        dropEntries(drops);
        raw.free(drops::free);
    }
}
