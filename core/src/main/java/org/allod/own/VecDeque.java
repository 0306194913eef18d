package org.allod.own;

import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Predicate;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Values in a ring: added and taken at both ends in O(1).
///
/// ```
///   VecDeque<T> (Java heap)                              block (off heap)
///   │ allocator │ address │ length 3 │ capacity 6 │ head 4 │─► │ c │ . │ . │ . │ a │ b │
///
///   inline: 32 B, │ address │ length │ capacity │ head │
/// ```
/// ```java
/// try (VecDeque<Long> queue = VecDeque.of(allocator, Type.LONG)) {
///     queue.pushBack(1L);
///     long first = queue.popFront();
/// }
/// ```
///
/// Indexes count from the front. Moves and borrows are as in [Vec].
///
/// Not guaranteed: that two threads may use it, by how much it grows, that freed bytes are wiped.
///
/// Source: Rust's `VecDeque`.
///
/// @param <T> of the values
public final class VecDeque<T extends @MustCallUnknown Object> extends Room implements Iterable<T> {
    private static final int RING_WORDS = 4;
    private final Type<T> type;

    /// Where in the block the first element lies.
    private long head;

    private VecDeque(Allocator allocator, Type<T> type) {
        super(allocator, type.size(), type.alignment());
        this.type = type;
    }

    /// An empty one. It takes nothing from the allocator before the first element.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> VecDeque<T> of(
            Allocator allocator, Type<T> type) {
        return withCapacity(allocator, type, 0);
    }

    /// An empty one with room for so many.
    ///
    /// @throws IllegalArgumentException if `capacity` is negative
    /// @throws HeapExhaustedException if there is no room
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> VecDeque<T> withCapacity(
            Allocator allocator, Type<T> type, long capacity) {
        Objects.requireNonNull(allocator, "allocator");
        atLeastZero("capacity", capacity);
        VecDeque<T> deque = new VecDeque<>(allocator, Objects.requireNonNull(type, "type"));
        deque.resize(capacity);
        deque.begin();
        return deque;
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<VecDeque<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<VecDeque<T>> ownerType(
            Type<T> of) {
        return of.owner(
                VecDeque.class,
                () ->
                        new OwnerType<>(
                                VecDeque.class,
                                RING_WORDS,
                                allocator -> new VecDeque<>(allocator, of),
                                of));
    }

    // ---- looking ----

    /// Elements.
    public long size() {
        check();
        return length;
    }

    /// Whether there is no element.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// The element at `index` from the front: a copy, or of an owner a borrow.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    @NotOwning
    public T get(long index) {
        check();
        return type.read(this, spot(Objects.checkIndex(index, length)));
    }

    /// The first one, as [#get].
    ///
    /// @throws NoSuchElementException if there is none
    public T front() {
        check();
        checkSome();
        return type.read(this, spot(0));
    }

    /// The last one, as [#get].
    ///
    /// @throws NoSuchElementException if there is none
    public T back() {
        check();
        checkSome();
        return type.read(this, spot(length - 1));
    }

    private void checkSome() {
        if (length == 0) throw Run.empty(name());
    }

    /// The elements from front to back. It throws [ConcurrentModificationException] once this owner
    /// was changed.
    @Override
    public Iterator<T> iterator() {
        check();
        return new Iterator<>() {
            private final int expected = version;
            private long next;

            @Override
            public boolean hasNext() {
                check();
                return next < length;
            }

            @Override
            public T next() {
                check();
                if (version != expected) throw new ConcurrentModificationException();
                if (!hasNext()) throw new NoSuchElementException();
                return type.read(VecDeque.this, spot(next++));
            }
        };
    }

    /// Address of an element; the index is not checked.
    private long spot(long index) {
        long at = head + index;
        return at(at >= capacity ? at - capacity : at);
    }

    // ---- changing ----

    /// Drops the element at `index` and moves another one in.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    /// @throws IllegalArgumentException if an owner is of another allocator
    public void set(long index, @Owning T value) {
        checkChange();
        long spot = spot(Objects.checkIndex(index, length));
        type.check(this, value);
        if (type.isOwner()) {
            changed();
            Drops.drop(this, type, spot);
        }
        type.write(this, spot, value);
    }

    /// Moves another value to `index`.
    ///
    /// @return what was there; an owner is the caller's now
    /// @throws IndexOutOfBoundsException if there is none
    public T replace(long index, @Owning T value) {
        checkChange();
        long spot = spot(Objects.checkIndex(index, length));
        type.check(this, value);
        T old = type.take(this, spot);
        if (type.isOwner()) changed();
        type.write(this, spot, value);
        return old;
    }

    /// Moves a value to the back.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if an owner is of another allocator
    public void pushBack(@Owning T value) {
        checkChange();
        type.check(this, value);
        if (length == capacity) grow(length + 1);
        type.write(this, spot(length), value);
        length++;
        changed();
    }

    /// Moves a value to the front.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if an owner is of another allocator
    public void pushFront(@Owning T value) {
        checkChange();
        type.check(this, value);
        if (length == capacity) grow(length + 1);
        head = head == 0 ? capacity - 1 : head - 1;
        type.write(this, spot(0), value);
        length++;
        changed();
    }

    /// Takes the first one out.
    ///
    /// @throws NoSuchElementException if there is none
    public T popFront() {
        checkChange();
        checkSome();
        T value = type.take(this, spot(0));
        head = head + 1 == capacity ? 0 : head + 1;
        length--;
        changed();
        return value;
    }

    /// Takes the last one out.
    ///
    /// @throws NoSuchElementException if there is none
    public T popBack() {
        checkChange();
        checkSome();
        T value = type.take(this, spot(length - 1));
        length--;
        changed();
        return value;
    }

    /// Takes the element at `index` out; those behind it move up. O(n).
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public T remove(long index) {
        checkChange();
        T value = type.take(this, spot(Objects.checkIndex(index, length)));
        for (long i = index; i < length - 1; i++) copy(i + 1, i);
        length--;
        changed();
        return value;
    }

    /// Moves a value to `index`; those from there on move back. O(n).
    ///
    /// @throws IndexOutOfBoundsException if `index` is not in `[0, size]`
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if an owner is of another allocator
    public void insert(long index, @Owning T value) {
        checkChange();
        if (index != length) Objects.checkIndex(index, length);
        type.check(this, value);
        if (length == capacity) grow(length + 1);
        for (long i = length; i > index; i--) copy(i - 1, i);
        type.write(this, spot(index), value);
        length++;
        changed();
    }

    private void copy(long from, long to) {
        Memory.copy(spot(from), spot(to), stride);
    }

    /// Drops the elements that the predicate does not like; the order of the others stays.
    ///
    /// Where the predicate throws, the elements it has refused so far are dropped, and all others
    /// are there.
    ///
    /// @throws ConcurrentModificationException if the predicate changes this owner
    public void retain(Predicate<? super T> keep) {
        checkChange();
        Objects.requireNonNull(keep, "keep");
        VecDequeSweep sweep = new VecDequeSweep();
        try {
            while (sweep.seen < length) sweep.next(keep.test(get(sweep.seen)));
        } finally {
            sweep.end();
        }
    }

    /// One pass of [#retain]: `[kept, seen)` are refused, and were moved behind those kept.
    private final class VecDequeSweep {
        private int expected = version;
        private long kept;
        private long seen;

        void next(boolean stays) {
            if (version != expected) {
                throw new ConcurrentModificationException(name() + " was changed meanwhile");
            }
            if (type.isOwner()) changed();
            expected = version;
            if (stays) Run.exchange(spot(kept++), spot(seen), stride);
            seen++;
        }

        void end() {
            if (version != expected || kept == seen) return;
            long refused = seen - kept;
            for (long i = seen; i < length; i++) {
                Run.exchange(spot(i - refused), spot(i), stride);
            }
            truncate(length - refused);
        }
    }

    /// Drops the elements from `size` on; does nothing if there are fewer.
    ///
    /// @throws IllegalArgumentException if `size` is negative
    public void truncate(long size) {
        checkChange();
        atLeastZero("size", size);
        if (size >= length) return;
        long before = length;
        length = size;
        changed();
        for (long i = size; type.isOwner() && i < before; i++) Drops.drop(this, type, spot(i));
    }

    /// Drops all elements and keeps the room.
    public void clear() {
        truncate(0);
    }

    /// A ring cannot grow in place where it is wrapped: always another block.
    @Override
    void resize(long elements) {
        if (elements == capacity) return;
        VecDeque<T> fresh = new VecDeque<>(allocator, type);
        if (elements > 0) fresh.allocate(elements);
        long first = Math.min(length, capacity - head);
        Memory.copy(at(head), fresh.address, first * stride);
        Memory.copy(address, fresh.at(first), (length - first) * stride);
        if (address != Allocator.NULL) allocator.deallocate(address, bytes(), alignment);
        address = fresh.address;
        capacity = fresh.capacity;
        head = 0;
    }

    // ---- as an owner ----

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public VecDeque<T> move() {
        return moveTo(new VecDeque<>(allocator, type));
    }

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void load(long slot) {
        super.load(slot);
        head = Memory.getLong(slot + WORDS * (long) Long.BYTES);
    }

    @Override
    void store(long slot) {
        super.store(slot);
        Memory.putLong(slot + WORDS * (long) Long.BYTES, head);
    }

    @Override
    void become(Owner other) {
        super.become(other);
        head = ((VecDeque<?>) other).head;
    }

    @Override
    void forget() {
        super.forget();
        head = 0;
    }

    @Override
    void drop(Drops drops) {
        for (long i = 0; type.isOwner() && i < length; i++) type.drop(drops, spot(i));
        super.drop(drops);
    }
}
