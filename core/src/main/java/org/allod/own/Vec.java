package org.allod.own;

import java.util.Objects;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Values side by side, as many as there are.
///
/// ```
///   Vec<Point> (Java heap)                         block (off heap)
///   │ allocator │ address │ length 2 │ capacity 4 │─► │ x │ y │ x │ y │ room for 2 │
///
///   inline, in a Vec<Vec<Point>>: 24 B, │ address │ length │ capacity │
/// ```
/// ```java
/// try (Vec<Point> path = Vec.of(allocator, Type.of(Point.class))) {
///     path.push(new Point(1, 2));
///     Point first = path.get(0);
/// }
/// ```
///
/// `push`, `set` and `insert` move their argument in; `pop`, `remove` and `take` give an owner;
/// `get` and iteration lend. Of values that own nothing all of these are copies.
///
/// Cost: `get`, `set`, `pop`, `swapRemove` O(1); `push` O(1) amortised; `insert` and `remove` move
/// what lies behind.
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped.
///
/// Source: Rust's `Vec`.
///
/// @param <T> of the values
public final class Vec<T extends @MustCallUnknown Object> extends Run<T> {
    private final Type<T> type;

    private Vec(Allocator allocator, Type<T> type) {
        super(allocator, type.size(), type.alignment());
        this.type = type;
    }

    /// An empty one. It takes nothing from the allocator before the first `push`.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Vec<T> of(Allocator allocator, Type<T> type) {
        Objects.requireNonNull(allocator, "allocator");
        Vec<T> vec = new Vec<>(allocator, Objects.requireNonNull(type, "type"));
        vec.begin();
        return vec;
    }

    /// An empty one with room for so many.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Vec<T> withCapacity(
            Allocator allocator, Type<T> type, long capacity) {
        atLeastZero("capacity", capacity);
        Vec<T> vec = new Vec<>(allocator, type);
        vec.resize(capacity);
        vec.begin();
        return vec;
    }

    /// One with those values, which are moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; then none is moved
    /// @throws IllegalArgumentException as [#push]
    @SafeVarargs
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Vec<T> of(
            Allocator allocator, Type<T> type, T... values) {
        Vec<T> vec = withCapacity(allocator, type, values.length);
        try {
            for (T value : values) vec.checkValue(value);
        } catch (RuntimeException refused) {
            vec.close();
            throw refused;
        }
        for (T value : values) vec.push(value);
        return vec;
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Vec<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Vec<T>> ownerType(Type<T> of) {
        return of.owner(
                Vec.class,
                () -> new OwnerType<>(Vec.class, WORDS, allocator -> new Vec<>(allocator, of), of));
    }

    // ---- one element ----

    /// The element at `index`: a copy, or of an owner a borrow.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    @NotOwning
    public T get(long index) {
        check();
        return type.read(this, spot(index));
    }

    /// Drops the element at `index` and moves another one in.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    /// @throws IllegalArgumentException if an owner is of another allocator
    /// @throws IllegalStateException if an owner has ended or is a borrow
    public void set(long index, @Owning T value) {
        checkChange();
        long spot = spot(index);
        type.check(this, value);
        if (type.isOwner()) assign(index, value);
        else type.write(this, spot, value);
    }

    /// Moves another value to `index`.
    ///
    /// @return what was there; an owner is the caller's now
    /// @throws IndexOutOfBoundsException if there is none
    /// @throws IllegalArgumentException as [#set]
    public T replace(long index, @Owning T value) {
        return replaceValue(index, value);
    }

    /// Moves a value to the end.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException as [#set]
    public void push(@Owning T value) {
        checkChange();
        type.check(this, value);
        long end = length;
        if (end == capacity) grow(end + 1);
        type.write(this, at(end), value);
        length = end + 1;
        changed();
    }

    /// Takes the last one out.
    ///
    /// @throws java.util.NoSuchElementException if there is none
    public T pop() {
        checkChange();
        if (length == 0) throw empty(name());
        T value = type.take(this, at(length - 1));
        length--;
        changed();
        return value;
    }

    /// Moves a value to `index`; those from there on move down.
    ///
    /// @throws IndexOutOfBoundsException if `index` is not in `[0, size]`
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException as [#set]
    public void insert(long index, @Owning T value) {
        insertValue(index, value);
    }

    /// Takes the element at `index` out; those after it move up.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public T remove(long index) {
        return removeValue(index);
    }

    /// Takes the element at `index` out; the last one moves to its place. O(1).
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public T swapRemove(long index) {
        checkChange();
        Objects.checkIndex(index, length);
        exchange(index, length - 1);
        return pop();
    }

    private long spot(long index) {
        return (address & ADDRESSES) + Objects.checkIndex(index, length & LENGTHS) * stride;
    }

    // ---- several ----

    /// Takes a range out.
    ///
    /// @param from index of the first
    /// @param to index after the last
    /// @return the elements; the caller's
    /// @throws HeapExhaustedException if there is no room for their block; all is as it was
    @CheckReturnValue
    public Vec<T> drain(long from, long to) {
        check();
        Vec<T> drained = new Vec<>(allocator, type);
        moveRange(from, to, drained);
        drained.begin();
        return drained;
    }

    /// Takes the elements from `index` on out.
    ///
    /// @throws HeapExhaustedException as [#drain]
    @CheckReturnValue
    public Vec<T> splitOff(long index) {
        return drain(index, length);
    }

    /// Moves all elements of another one to the end of this one. The other one stays, empty.
    ///
    /// @throws HeapExhaustedException if there is no room; both are as they were
    /// @throws IllegalArgumentException if it is this one, of another allocator, or of another type
    public void append(Vec<T> other) {
        if (!type.equals(other.type)) {
            throw new IllegalArgumentException("other=" + other.name() + ", expected " + name());
        }
        other.check();
        other.moveRange(0, other.length, this);
    }

    // ---- order ----

    /// Sorts by the natural order of the elements; equal ones stay in their order.
    ///
    /// @throws UnsupportedOperationException if they have none
    public void sort() {
        checkChange();
        arrange(0, length, (left, right) -> type.compareAt(this, at(left), at(right)));
    }

    /// Looks for a value in sorted elements.
    ///
    /// @return its index, one of them if there are several; or, if there is none, `-(i + 1)`, where
    ///     `i` is the index at which it belongs
    /// @throws UnsupportedOperationException if the elements have no natural order
    public long binarySearch(T value) {
        check();
        Objects.requireNonNull(value, "value");
        int before = version;
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            int compared = type.compare(this, value, at(middle));
            if (version != before) throw changedMeanwhile();
            if (compared == 0) return middle;
            if (compared < 0) high = middle;
            else low = middle + 1;
        }
        return -(low + 1);
    }

    /// Whether an element equals that value.
    public boolean contains(T value) {
        return indexOf(value) >= 0;
    }

    /// The first index at which an element equals that value, or -1.
    public long indexOf(T value) {
        check();
        for (long i = 0; i < length; i++) if (type.equals(this, value, at(i))) return i;
        return -1;
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public Vec<T> move() {
        return moveTo(new Vec<>(allocator, type));
    }

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    T read(long index) {
        return type.read(this, at(index));
    }

    @Override
    void checkValue(T value) {
        type.check(this, value);
    }

    @Override
    void write(long index, T value) {
        type.write(this, at(index), value);
    }

    @Override
    T takeOut(long index) {
        return type.take(this, at(index));
    }

    @Override
    boolean holdsOwners() {
        return type.isOwner();
    }

    @Override
    void dropAll(long from, long to) {
        if (!type.isOwner()) return;
        for (long i = from; i < to; i++) Drops.drop(this, type, at(i));
    }

    @Override
    void drop(Drops drops) {
        for (long i = 0; type.isOwner() && i < length; i++) type.drop(drops, at(i));
        super.drop(drops);
    }
}
