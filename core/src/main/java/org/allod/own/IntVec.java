package org.allod.own;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// Ints side by side: a [Vec] without boxes.
///
/// ```java
/// try (IntVec primes = IntVec.of(allocator, 2, 3, 5)) {
///     primes.push(7);
///     primes.set(0, primes.get(3));
/// }
/// ```
///
/// No call makes garbage, but those that say so. Inline it is 24 B, as a `Vec` is.
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped.
///
/// Source: Rust's `Vec<i32>`.
public final class IntVec extends Run<Integer> {
    /// Of such owners, for containers of them.
    public static final Type<IntVec> TYPE = new OwnerType<>(IntVec.class, WORDS, IntVec::new);

    private IntVec(Allocator allocator) {
        super(allocator, Integer.BYTES, Integer.BYTES);
    }

    /// One with those elements.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static IntVec of(Allocator allocator, int... values) {
        IntVec vec = withCapacity(allocator, values.length);
        for (int value : values) vec.push(value);
        return vec;
    }

    /// An empty one with room for so many; with 0 it takes nothing from the allocator.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static IntVec withCapacity(Allocator allocator, long capacity) {
        atLeastZero("capacity", capacity);
        IntVec vec = new IntVec(Objects.requireNonNull(allocator, "allocator"));
        vec.resize(capacity);
        vec.begin();
        return vec;
    }

    // ---- one element ----

    /// The element at `index`.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public int get(long index) {
        check();
        return Memory.getInt(spot(index));
    }

    /// Stores an element.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public void set(long index, int value) {
        checkChange();
        Memory.putInt(spot(index), value);
    }

    /// Stores an element.
    ///
    /// @return what was there
    /// @throws IndexOutOfBoundsException if there is none
    public int replace(long index, int value) {
        checkChange();
        long spot = spot(index);
        int old = Memory.getInt(spot);
        Memory.putInt(spot, value);
        return old;
    }

    /// Adds one at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void push(int value) {
        long end = length;
        if (state != OPEN || end == capacity) {
            pushSlow(value);
            return;
        }
        Memory.putInt(address + (end << 2), value);
        length = end + 1;
        version++;
    }

    private void pushSlow(int value) {
        checkChange();
        if (length == capacity) grow(length + 1);
        Memory.putInt(at(length), value);
        length++;
        changed();
    }

    /// Adds several at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void pushAll(int... values) {
        reserve(values.length);
        for (int value : values) push(value);
    }

    /// Removes the last one.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public int pop() {
        checkChange();
        if (length == 0) throw empty(name());
        int value = Memory.getInt(at(length - 1));
        length--;
        changed();
        return value;
    }

    /// Adds one at `index`; those from there on move down.
    ///
    /// @throws IndexOutOfBoundsException if `index` is not in `[0, size]`
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void insert(long index, int value) {
        checkChange();
        checkPosition(index);
        openGap(index);
        Memory.putInt(at(index), value);
    }

    /// Removes the element at `index`; those after it move up.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public int remove(long index) {
        int value = get(index);
        checkChange();
        closeGap(index, index + 1);
        return value;
    }

    /// Removes the element at `index`; the last one moves to its place. O(1).
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public int swapRemove(long index) {
        int value = get(index);
        set(index, get(length - 1));
        pop();
        return value;
    }

    private long spot(long index) {
        return (address & ADDRESSES) + (Objects.checkIndex(index, length & LENGTHS) << 2);
    }

    // ---- several ----

    /// Takes a range out.
    ///
    /// @throws HeapExhaustedException if there is no room for its block; all is as it was
    /// @throws IndexOutOfBoundsException if there is no such range
    @CheckReturnValue
    public IntVec drain(long from, long to) {
        check();
        IntVec drained = new IntVec(allocator);
        moveRange(from, to, drained);
        drained.begin();
        return drained;
    }

    /// Takes the elements from `index` on out.
    ///
    /// @throws HeapExhaustedException as [#drain]
    @CheckReturnValue
    public IntVec splitOff(long index) {
        return drain(index, length);
    }

    /// Moves all elements of another one to the end of this one. The other one stays, empty.
    ///
    /// @throws HeapExhaustedException if there is no room; both are as they were
    /// @throws IllegalArgumentException if it is this one, or of another allocator
    public void append(IntVec other) {
        other.check();
        other.moveRange(0, other.length, this);
    }

    /// Shows each element in order.
    ///
    /// @throws java.util.ConcurrentModificationException if the action changes this owner
    public void forEachInt(IntConsumer action) {
        check();
        int before = version;
        for (long i = 0; i < length; i++) {
            action.accept(Memory.getInt(at(i)));
            if (version != before) throw changedMeanwhile();
        }
    }

    /// Drops the elements that the predicate does not like, as [#retain] does.
    public void retainInts(IntPredicate keep) {
        retain(keep::test);
    }

    /// The elements in order. Not to be changed meanwhile.
    public IntStream stream() {
        check();
        return LongStream.range(0, length).mapToInt(this::get);
    }

    // ---- order ----

    /// Sorts. It makes a Java array of as many elements while it works.
    public void sort() {
        checkChange();
        int[] sorted = toArray();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) Memory.putInt(at(i), sorted[i]);
    }

    /// Looks for a value in sorted elements.
    ///
    /// @return its index, one of them if there are several; or, if there is none, `-(i + 1)`, where
    ///     `i` is the index at which it belongs
    public long binarySearch(int value) {
        check();
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            int compared = Integer.compare(value, Memory.getInt(at(middle)));
            if (compared == 0) return middle;
            if (compared < 0) high = middle;
            else low = middle + 1;
        }
        return -(low + 1);
    }

    /// The first index of a value, or -1.
    public long indexOf(int value) {
        check();
        for (long i = 0; i < length; i++) {
            if (Integer.compare(Memory.getInt(at(i)), value) == 0) return i;
        }
        return -1;
    }

    /// A copy of all elements.
    public int[] toArray() {
        check();
        int[] copy = new int[Math.toIntExact(length)];
        for (int i = 0; i < copy.length; i++) copy[i] = Memory.getInt(at(i));
        return copy;
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public IntVec move() {
        return moveTo(new IntVec(allocator));
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<IntVec>) TYPE;
    }

    @Override
    Integer read(long index) {
        return Memory.getInt(at(index));
    }

    @Override
    void write(long index, Integer value) {
        Memory.putInt(at(index), value);
    }
}
