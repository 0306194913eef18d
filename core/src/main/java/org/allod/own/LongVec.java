package org.allod.own;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// Longs side by side: a [Vec] without boxes.
///
/// ```java
/// try (LongVec primes = LongVec.of(allocator, 2, 3, 5)) {
///     primes.push(7);
///     primes.set(0, primes.get(3));
/// }
/// ```
///
/// No call makes garbage, but those that say so. Inline it is 24 B, as a `Vec` is.
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped.
///
/// Source: Rust's `Vec<i64>`.
public final class LongVec extends Run<Long> {
    /// Of such owners, for containers of them.
    public static final Type<LongVec> TYPE = new OwnerType<>(LongVec.class, WORDS, LongVec::new);

    private LongVec(Allocator allocator) {
        super(allocator, Long.BYTES, Long.BYTES);
    }

    /// One with those elements.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static LongVec of(Allocator allocator, long... values) {
        LongVec vec = withCapacity(allocator, values.length);
        for (long value : values) vec.push(value);
        return vec;
    }

    /// An empty one with room for so many; with 0 it takes nothing from the allocator.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static LongVec withCapacity(Allocator allocator, long capacity) {
        atLeastZero("capacity", capacity);
        LongVec vec = new LongVec(Objects.requireNonNull(allocator, "allocator"));
        vec.resize(capacity);
        vec.begin();
        return vec;
    }

    // ---- one element ----

    /// The element at `index`.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public long get(long index) {
        check();
        return Memory.getLong(spot(index));
    }

    /// Stores an element.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public void set(long index, long value) {
        checkChange();
        Memory.putLong(spot(index), value);
    }

    /// Stores an element.
    ///
    /// @return what was there
    /// @throws IndexOutOfBoundsException if there is none
    public long replace(long index, long value) {
        checkChange();
        long spot = spot(index);
        long old = Memory.getLong(spot);
        Memory.putLong(spot, value);
        return old;
    }

    /// Adds one at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void push(long value) {
        long end = length;
        if (state != OPEN || end == capacity) {
            pushSlow(value);
            return;
        }
        Memory.putLong(address + (end << 3), value);
        length = end + 1;
        version++;
    }

    private void pushSlow(long value) {
        checkChange();
        if (length == capacity) grow(length + 1);
        Memory.putLong(at(length), value);
        length++;
        changed();
    }

    /// Adds several at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void pushAll(long... values) {
        reserve(values.length);
        for (long value : values) push(value);
    }

    /// Removes the last one.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public long pop() {
        checkChange();
        if (length == 0) throw empty(name());
        long value = Memory.getLong(at(length - 1));
        length--;
        changed();
        return value;
    }

    /// Adds one at `index`; those from there on move down.
    ///
    /// @throws IndexOutOfBoundsException if `index` is not in `[0, size]`
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void insert(long index, long value) {
        checkChange();
        checkPosition(index);
        openGap(index);
        Memory.putLong(at(index), value);
    }

    /// Removes the element at `index`; those after it move up.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public long remove(long index) {
        long value = get(index);
        checkChange();
        closeGap(index, index + 1);
        return value;
    }

    /// Removes the element at `index`; the last one moves to its place. O(1).
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public long swapRemove(long index) {
        long value = get(index);
        set(index, get(length - 1));
        pop();
        return value;
    }

    private long spot(long index) {
        return (address & ADDRESSES) + (Objects.checkIndex(index, length & LENGTHS) << 3);
    }

    // ---- several ----

    /// Takes a range out.
    ///
    /// @throws HeapExhaustedException if there is no room for its block; all is as it was
    /// @throws IndexOutOfBoundsException if there is no such range
    @CheckReturnValue
    public LongVec drain(long from, long to) {
        check();
        LongVec drained = new LongVec(allocator);
        moveRange(from, to, drained);
        drained.begin();
        return drained;
    }

    /// Takes the elements from `index` on out.
    ///
    /// @throws HeapExhaustedException as [#drain]
    @CheckReturnValue
    public LongVec splitOff(long index) {
        return drain(index, length);
    }

    /// Moves all elements of another one to the end of this one. The other one stays, empty.
    ///
    /// @throws HeapExhaustedException if there is no room; both are as they were
    /// @throws IllegalArgumentException if it is this one, or of another allocator
    public void append(LongVec other) {
        other.check();
        other.moveRange(0, other.length, this);
    }

    /// Shows each element in order.
    ///
    /// @throws java.util.ConcurrentModificationException if the action changes this owner
    public void forEachLong(LongConsumer action) {
        check();
        int before = version;
        for (long i = 0; i < length; i++) {
            action.accept(Memory.getLong(at(i)));
            if (version != before) throw changedMeanwhile();
        }
    }

    /// Drops the elements that the predicate does not like, as [#retain] does.
    public void retainLongs(LongPredicate keep) {
        retain(keep::test);
    }

    /// The elements in order. Not to be changed meanwhile.
    public LongStream stream() {
        check();
        return LongStream.range(0, length).map(this::get);
    }

    // ---- order ----

    /// Sorts. It makes a Java array of as many elements while it works.
    public void sort() {
        checkChange();
        long[] sorted = toArray();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) Memory.putLong(at(i), sorted[i]);
    }

    /// Looks for a value in sorted elements.
    ///
    /// @return its index, one of them if there are several; or, if there is none, `-(i + 1)`, where
    ///     `i` is the index at which it belongs
    public long binarySearch(long value) {
        check();
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            int compared = Long.compare(value, Memory.getLong(at(middle)));
            if (compared == 0) return middle;
            if (compared < 0) high = middle;
            else low = middle + 1;
        }
        return -(low + 1);
    }

    /// The first index of a value, or -1.
    public long indexOf(long value) {
        check();
        for (long i = 0; i < length; i++) {
            if (Long.compare(Memory.getLong(at(i)), value) == 0) return i;
        }
        return -1;
    }

    /// A copy of all elements.
    public long[] toArray() {
        check();
        long[] copy = new long[Math.toIntExact(length)];
        for (int i = 0; i < copy.length; i++) copy[i] = Memory.getLong(at(i));
        return copy;
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public LongVec move() {
        return moveTo(new LongVec(allocator));
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<LongVec>) TYPE;
    }

    @Override
    Long read(long index) {
        return Memory.getLong(at(index));
    }

    @Override
    void write(long index, Long value) {
        Memory.putLong(at(index), value);
    }
}
