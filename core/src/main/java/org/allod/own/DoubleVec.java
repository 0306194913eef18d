package org.allod.own;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleConsumer;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;

/// Doubles side by side: a [Vec] without boxes.
///
/// ```java
/// try (DoubleVec sizes = DoubleVec.of(allocator, 0.5, 1.5)) {
///     sizes.push(2.5);
///     sizes.set(0, sizes.get(2));
/// }
/// ```
///
/// No call makes garbage, but those that say so. Inline it is 24 B, as a `Vec` is.
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped.
///
/// Source: Rust's `Vec<f64>`.
public final class DoubleVec extends Run<Double> {
    /// Of such owners, for containers of them.
    public static final Type<DoubleVec> TYPE =
            new OwnerType<>(DoubleVec.class, WORDS, DoubleVec::new);

    private DoubleVec(Allocator allocator) {
        super(allocator, Double.BYTES, Double.BYTES);
    }

    /// One with those elements.
    ///
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static DoubleVec of(Allocator allocator, double... values) {
        DoubleVec vec = withCapacity(allocator, values.length);
        for (double value : values) vec.push(value);
        return vec;
    }

    /// An empty one with room for so many; with 0 it takes nothing from the allocator.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static DoubleVec withCapacity(Allocator allocator, long capacity) {
        atLeastZero("capacity", capacity);
        DoubleVec vec = new DoubleVec(Objects.requireNonNull(allocator, "allocator"));
        vec.resize(capacity);
        vec.begin();
        return vec;
    }

    // ---- one element ----

    /// The element at `index`.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public double get(long index) {
        check();
        return PrimitiveTypes.getDouble(spot(index));
    }

    /// Stores an element.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public void set(long index, double value) {
        checkChange();
        PrimitiveTypes.putDouble(spot(index), value);
    }

    /// Stores an element.
    ///
    /// @return what was there
    /// @throws IndexOutOfBoundsException if there is none
    public double replace(long index, double value) {
        checkChange();
        long spot = spot(index);
        double old = PrimitiveTypes.getDouble(spot);
        PrimitiveTypes.putDouble(spot, value);
        return old;
    }

    /// Adds one at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void push(double value) {
        long end = length;
        if (state != OPEN || end == capacity) {
            pushSlow(value);
            return;
        }
        PrimitiveTypes.putDouble(address + (end << 3), value);
        length = end + 1;
        version++;
    }

    private void pushSlow(double value) {
        checkChange();
        if (length == capacity) grow(length + 1);
        PrimitiveTypes.putDouble(at(length), value);
        length++;
        changed();
    }

    /// Adds several at the end.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void pushAll(double... values) {
        reserve(values.length);
        for (double value : values) push(value);
    }

    /// Removes the last one.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public double pop() {
        checkChange();
        if (length == 0) throw empty(name());
        double value = PrimitiveTypes.getDouble(at(length - 1));
        length--;
        changed();
        return value;
    }

    /// Adds one at `index`; those from there on move down.
    ///
    /// @throws IndexOutOfBoundsException if `index` is not in `[0, size]`
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public void insert(long index, double value) {
        checkChange();
        checkPosition(index);
        openGap(index);
        PrimitiveTypes.putDouble(at(index), value);
    }

    /// Removes the element at `index`; those after it move up.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public double remove(long index) {
        double value = get(index);
        checkChange();
        closeGap(index, index + 1);
        return value;
    }

    /// Removes the element at `index`; the last one moves to its place. O(1).
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public double swapRemove(long index) {
        double value = get(index);
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
    public DoubleVec drain(long from, long to) {
        check();
        DoubleVec drained = new DoubleVec(allocator);
        moveRange(from, to, drained);
        drained.begin();
        return drained;
    }

    /// Takes the elements from `index` on out.
    ///
    /// @throws HeapExhaustedException as [#drain]
    @CheckReturnValue
    public DoubleVec splitOff(long index) {
        return drain(index, length);
    }

    /// Moves all elements of another one to the end of this one. The other one stays, empty.
    ///
    /// @throws HeapExhaustedException if there is no room; both are as they were
    /// @throws IllegalArgumentException if it is this one, or of another allocator
    public void append(DoubleVec other) {
        other.check();
        other.moveRange(0, other.length, this);
    }

    /// Shows each element in order.
    ///
    /// @throws java.util.ConcurrentModificationException if the action changes this owner
    public void forEachDouble(DoubleConsumer action) {
        check();
        int before = version;
        for (long i = 0; i < length; i++) {
            action.accept(PrimitiveTypes.getDouble(at(i)));
            if (version != before) throw changedMeanwhile();
        }
    }

    /// Drops the elements that the predicate does not like, as [#retain] does.
    public void retainDoubles(DoublePredicate keep) {
        retain(keep::test);
    }

    /// The elements in order. Not to be changed meanwhile.
    public DoubleStream stream() {
        check();
        return LongStream.range(0, length).mapToDouble(this::get);
    }

    // ---- order ----

    /// Sorts. It makes a Java array of as many elements while it works.
    public void sort() {
        checkChange();
        double[] sorted = toArray();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) PrimitiveTypes.putDouble(at(i), sorted[i]);
    }

    /// Looks for a value in sorted elements.
    ///
    /// @return its index, one of them if there are several; or, if there is none, `-(i + 1)`, where
    ///     `i` is the index at which it belongs
    public long binarySearch(double value) {
        check();
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            int compared = Double.compare(value, PrimitiveTypes.getDouble(at(middle)));
            if (compared == 0) return middle;
            if (compared < 0) high = middle;
            else low = middle + 1;
        }
        return -(low + 1);
    }

    /// The first index of a value, or -1.
    public long indexOf(double value) {
        check();
        for (long i = 0; i < length; i++) {
            if (Double.compare(PrimitiveTypes.getDouble(at(i)), value) == 0) return i;
        }
        return -1;
    }

    /// A copy of all elements.
    public double[] toArray() {
        check();
        double[] copy = new double[Math.toIntExact(length)];
        for (int i = 0; i < copy.length; i++) copy[i] = PrimitiveTypes.getDouble(at(i));
        return copy;
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public DoubleVec move() {
        return moveTo(new DoubleVec(allocator));
    }

    @Override
    OwnerType<?> type() {
        return (OwnerType<DoubleVec>) TYPE;
    }

    @Override
    Double read(long index) {
        return PrimitiveTypes.getDouble(at(index));
    }

    @Override
    void write(long index, Double value) {
        PrimitiveTypes.putDouble(at(index), value);
    }
}
