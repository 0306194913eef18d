package org.allod.own;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Predicate;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// Elements side by side, as many as there are: what [Vec] and its primitive sisters share.
///
/// What is here does not depend on how an element is read. Indexes are `long`; one that is out of
/// bounds is an [IndexOutOfBoundsException] with the JDK's own message.
///
/// @param <T> of the elements
public abstract sealed class Run<T extends @MustCallUnknown Object> extends Room
        implements Iterable<T> permits Vec, LongVec, IntVec, DoubleVec {

    Run(Allocator allocator, long stride, long alignment) {
        super(allocator, stride, alignment);
    }

    // ---- elements as objects ----

    /// The element at an index that was checked: of an owner a borrow.
    abstract T read(long index);

    /// Whether it could be moved in: throws if not.
    void checkValue(T value) {
        Objects.requireNonNull(value, "value");
    }

    /// Moves a checked value in, over what was there.
    abstract void write(long index, T value);

    /// Moves the element out.
    T takeOut(long index) {
        return read(index);
    }

    /// Whether the elements are owners: dropped, not forgotten.
    boolean holdsOwners() {
        return false;
    }

    /// Drops elements, which count as nothing then.
    void dropAll(long from, long to) {}

    // ---- size ----

    /// Elements.
    public final long size() {
        check();
        return length;
    }

    /// Whether there is no element.
    public final boolean isEmpty() {
        return size() == 0;
    }

    // ---- insertion and removal ----

    /// Opens a gap for one element, whose value is then written.
    final void openGap(long index) {
        if (length == capacity) grow(length + 1);
        Memory.copy(at(index), at(index + 1), (length - index) * stride);
        length++;
        changed();
    }

    /// Closes a gap of elements that were moved out or are the caller's to drop before.
    final void closeGap(long from, long to) {
        Memory.copy(at(to), at(from), (length - to) * stride);
        length -= to - from;
        changed();
    }

    final void insertValue(long index, T value) {
        checkChange();
        checkPosition(index);
        checkValue(value);
        openGap(index);
        write(index, value);
    }

    final T removeValue(long index) {
        checkChange();
        Objects.checkIndex(index, length);
        T value = takeOut(index);
        closeGap(index, index + 1);
        return value;
    }

    final T replaceValue(long index, T value) {
        checkChange();
        Objects.checkIndex(index, length);
        checkValue(value);
        T old = takeOut(index);
        if (holdsOwners()) changed();
        write(index, value);
        return old;
    }

    /// Drops the element at an index and moves another one in.
    final void assign(long index, T value) {
        checkChange();
        Objects.checkIndex(index, length);
        checkValue(value);
        if (holdsOwners()) {
            changed();
            dropAll(index, index + 1);
        }
        write(index, value);
    }

    /// Throws unless there is an element at or before `index`.
    final void checkPosition(long index) {
        if (index != length) Objects.checkIndex(index, length);
    }

    /// Drops the elements of a range; those after it move up.
    ///
    /// @param from index of the first
    /// @param to index after the last
    /// @throws IndexOutOfBoundsException if there is no such range
    public final void removeRange(long from, long to) {
        checkChange();
        Objects.checkFromToIndex(from, to, length);
        cut(from, to);
    }

    /// Drops the elements from `size` on; does nothing if there are fewer.
    ///
    /// @throws IllegalArgumentException if `size` is negative
    public final void truncate(long size) {
        checkChange();
        atLeastZero("size", size);
        if (size < length) cut(size, length);
    }

    /// Drops all elements and keeps the room.
    public final void clear() {
        truncate(0);
    }

    /// Drops a range. While that goes on the elements from there on are not to be seen.
    private void cut(long from, long to) {
        if (from == to) return;
        long rest = length - to;
        length = from;
        changed();
        dropAll(from, to);
        Memory.copy(at(to), at(from), rest * stride);
        length = from + rest;
        changed();
    }

    /// Drops the elements that the predicate does not like; the order of the others stays.
    ///
    /// Where the predicate throws, the elements it has refused so far are dropped, and all others
    /// are there.
    ///
    /// @throws ConcurrentModificationException if the predicate changes this owner
    public final void retain(Predicate<? super T> keep) {
        checkChange();
        Objects.requireNonNull(keep, "keep");
        long kept = 0;
        long seen = 0;
        int expected = version;
        try {
            while (seen < length) {
                boolean stays = keep.test(read(seen));
                if (version != expected) throw changedMeanwhile();
                if (holdsOwners()) changed();
                expected = version;
                if (stays) exchange(kept++, seen);
                seen++;
            }
        } finally {
            if (version == expected) cut(kept, seen);
        }
    }

    final ConcurrentModificationException changedMeanwhile() {
        return new ConcurrentModificationException(name() + " was changed meanwhile");
    }

    /// Exchanges two elements.
    ///
    /// @throws IndexOutOfBoundsException if there is no such element
    public final void swap(long left, long right) {
        checkChange();
        Objects.checkIndex(left, length);
        Objects.checkIndex(right, length);
        if (holdsOwners()) changed();
        exchange(left, right);
    }

    final void exchange(long left, long right) {
        if (left != right) exchange(at(left), at(right), stride);
    }

    /// Exchanges so many bytes.
    static void exchange(long a, long b, long bytes) {
        long i = 0;
        for (; bytes - i >= Long.BYTES; i += Long.BYTES) {
            long word = Memory.getLong(a + i);
            Memory.putLong(a + i, Memory.getLong(b + i));
            Memory.putLong(b + i, word);
        }
        for (; i < bytes; i++) {
            byte one = Memory.getByte(a + i);
            Memory.putByte(a + i, Memory.getByte(b + i));
            Memory.putByte(b + i, one);
        }
    }

    /// Turns the order around.
    public final void reverse() {
        checkChange();
        if (holdsOwners()) changed();
        for (long i = 0, j = length - 1; i < j; i++, j--) exchange(i, j);
    }

    // ---- order ----

    /// Sorts; equal elements stay in their order. Where the comparator throws, nothing has moved.
    ///
    /// Cost: O(n log n) comparisons, and a Java array of n numbers while it works.
    ///
    /// @throws ConcurrentModificationException if the comparator changes this owner
    public final void sort(Comparator<? super T> order) {
        checkChange();
        sortRange(0, length, Objects.requireNonNull(order, "order"));
    }

    /// Sorts a range; by their natural order where that is null.
    @SuppressWarnings("unchecked")
    final void sortRange(long from, long to, Comparator<? super T> order) {
        checkChange();
        Comparator<? super T> by =
                order != null ? order : (Comparator<T>) Comparator.naturalOrder();
        arrange(from, to, (left, right) -> by.compare(read(left), read(right)));
    }

    /// Finds the order of indexes first, then moves the elements around its cycles.
    final void arrange(long from, long to, Comparator<Long> order) {
        int before = version;
        Long[] sources = new Long[Math.toIntExact(to - from)];
        Arrays.setAll(sources, i -> from + i);
        Arrays.sort(
                sources,
                (left, right) -> {
                    int compared = order.compare(left, right);
                    if (version != before) throw changedMeanwhile();
                    return compared;
                });
        if (holdsOwners()) changed();
        for (int start = 0; start < sources.length; start++) {
            int at = start;
            for (long source = sources[at]; source != from + start; source = sources[at]) {
                exchange(from + at, source);
                sources[at] = from + at;
                at = (int) (source - from);
            }
            sources[at] = from + at;
        }
    }

    // ---- several at once ----

    /// Moves the elements of a range to the end of `target`.
    ///
    /// @throws HeapExhaustedException if there is no room; all is as it was
    final void moveRange(long from, long to, Run<T> target) {
        checkChange();
        target.checkChange();
        if (target == this) throw new IllegalArgumentException("target=this, expected another one");
        if (target.allocator != allocator) {
            throw new IllegalArgumentException(
                    "target=" + target + " of another allocator, expected one of the same");
        }
        Objects.checkFromToIndex(from, to, length);
        long moved = to - from;
        if (moved == 0) return;
        if (moved > target.capacity - target.length) target.grow(target.length + moved);
        Memory.copy(at(from), target.at(target.length), moved * stride);
        target.length += moved;
        target.changed();
        closeGap(from, to);
    }

    // ---- looking at all ----

    /// The elements in order. It throws [java.util.ConcurrentModificationException] once this owner
    /// was changed by anybody else.
    @Override
    public final Iterator<T> iterator() {
        check();
        return asList().iterator();
    }

    /// The elements as a list of the JDK's: live, each change goes through, and fail-fast.
    ///
    /// What it adds and sets is moved in. What it removes singly is the caller's; of owners
    /// `remove(Object)`, `clear` and the like drop what they remove.
    public final List<T> asList() {
        check();
        return new RunList<>(this);
    }

    /// The bytes of the elements, for native code.
    ///
    /// Good until this owner is next changed, moved or closed, which the segment *cannot* tell.
    ///
    /// @throws IndexOutOfBoundsException if there is no such range
    public final MemorySegment segment(long from, long to) {
        check();
        Objects.checkFromToIndex(from, to, length);
        return Memory.segment(at(from), (to - from) * stride);
    }

    static NoSuchElementException empty(String name) {
        return new NoSuchElementException(name + " is empty");
    }

    /// As a list shows itself, or what it was.
    @Override
    public String toString() {
        return isEnded() ? super.toString() : asList().toString();
    }
}
