package org.allod.own;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// Longs by longs, in the order of the keys: a [BTreeMap] without boxes.
///
/// ```java
/// try (LongBTreeMap total = LongBTreeMap.of(allocator)) {
///     total.add(2026, 5);
///     long sum = total.get(2026, 0);
/// }
/// ```
///
/// The methods that take and give `long` make no garbage; those it has from [Keyed] box.
///
/// Not guaranteed: that two threads may use it, reading included; that freed bytes are wiped.
///
/// Source: as [BTreeMap].
public final class LongBTreeMap extends Tree<Long, Long> {
    /// Of such owners, for containers of them.
    public static final Type<LongBTreeMap> TYPE =
            new OwnerType<>(LongBTreeMap.class, WORDS, LongBTreeMap::new);

    private LongBTreeMap(Allocator allocator) {
        super(allocator, Type.LONG, Type.LONG);
    }

    /// An empty one. It takes nothing from the allocator before the first entry.
    @CheckReturnValue
    public static LongBTreeMap of(Allocator allocator) {
        LongBTreeMap map = new LongBTreeMap(allocator);
        map.begin();
        return map;
    }

    // ---- one entry, without boxes ----

    /// The value of a key, or `absent` if there is none.
    public long get(long key, long absent) {
        check();
        long place = raw.findLong(key);
        return place < 0 ? absent : Memory.getLong(raw.value(place));
    }

    /// Whether there is an entry with that key.
    public boolean contains(long key) {
        check();
        return raw.findLong(key) >= 0;
    }

    /// Sets the value of a key.
    ///
    /// @return whether the key is new
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public boolean put(long key, long value) {
        checkChange();
        long place = raw.findLong(key);
        if (place >= 0) {
            Memory.putLong(raw.value(place), value);
            return false;
        }
        write(open(place), key, value);
        return true;
    }

    /// Adds to the value of a key, which is 0 if there is none.
    ///
    /// @return the sum
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public long add(long key, long delta) {
        checkChange();
        long place = raw.findLong(key);
        if (place < 0) {
            write(open(place), key, delta);
            return delta;
        }
        long sum = Memory.getLong(raw.value(place)) + delta;
        Memory.putLong(raw.value(place), sum);
        return sum;
    }

    /// Removes the entry with that key.
    ///
    /// @return its value, or `absent` if there is none
    public long remove(long key, long absent) {
        checkChange();
        long place = raw.findLong(key);
        if (place < 0) return absent;
        long value = Memory.getLong(raw.value(place));
        unlink(place, NONE);
        changed();
        return value;
    }

    private void write(long place, long key, long value) {
        Memory.putLong(raw.key(place), key);
        Memory.putLong(raw.value(place), value);
        changed();
    }

    // ---- by order ----

    /// The least key.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public long firstKey() {
        check();
        return keyOf(raw.first());
    }

    /// The greatest key.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public long lastKey() {
        check();
        return keyOf(raw.last());
    }

    /// The greatest key that is not above `key`, or `absent` if there is none.
    public long floorKey(long key, long absent) {
        check();
        long place = raw.findLong(key);
        if (place >= 0) return key;
        long below = raw.beforeEdge(~place);
        return below == NONE ? absent : Memory.getLong(raw.key(below));
    }

    /// The least key that is not below `key`, or `absent` if there is none.
    public long ceilingKey(long key, long absent) {
        check();
        long place = raw.findLong(key);
        if (place >= 0) return key;
        long above = raw.afterEdge(~place);
        return above == NONE ? absent : Memory.getLong(raw.key(above));
    }

    private long keyOf(long place) {
        if (place == NONE) throw Run.empty(name());
        return Memory.getLong(raw.key(place));
    }

    /// Shows the entries from one key to before another, in order.
    ///
    /// @throws java.util.ConcurrentModificationException if the action changes this owner
    public void forEachLong(long from, long to, LongPair action) {
        check();
        int before = version;
        long found = raw.findLong(from);
        long at = found >= 0 ? found : raw.afterEdge(~found);
        while (at != NONE && Memory.getLong(raw.key(at)) < to) {
            action.accept(Memory.getLong(raw.key(at)), Memory.getLong(raw.value(at)));
            if (version != before) throw changedMeanwhile();
            at = raw.next(at);
        }
    }

    /// Adds an entry behind all others: for input that is sorted. The nodes get full.
    ///
    /// @throws IllegalArgumentException if the key is not above all others
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void putLast(long key, long value) {
        checkChange();
        long end = raw.end();
        if (end != NONE && lastKey() >= key) {
            throw new IllegalArgumentException("key=" + key + ", expected above " + lastKey());
        }
        write(open(~end), key, value);
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public LongBTreeMap move() {
        return moveTo(new LongBTreeMap(allocator));
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<LongBTreeMap>) TYPE;
    }

    @Override
    Owner detach() {
        LongBTreeMap all = new LongBTreeMap(allocator);
        all.become(this);
        forget();
        return all;
    }
}
