package org.allod.own;

import java.util.Objects;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A value that can be set through a borrow that is only to be looked at: in an [Rc], say.
///
/// ```java
/// try (Rc<Cell<Long>> a = Rc.of(allocator, Cell.of(allocator, 1L));
///         Rc<Cell<Long>> b = a.clone()) {
///     a.get().set(2L);
///     b.get().get();          // 2
/// }
/// ```
///
/// It lends nothing, so nothing can be in the way of a change: [#get] copies. Of an owner there is
/// no copy; it can be replaced and taken, or be put in a [RefCell].
///
/// Not guaranteed: anything to a second thread. Cost: a block of the value's size. Threads: one at
/// a time, so it is refused by an [Arc].
///
/// Source: Rust's `Cell`.
///
/// @param <T> of the value
public final class Cell<T extends @MustCallUnknown Object> extends Owner {
    private final Type<T> type;

    private Cell(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// A cell with a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Cell<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        Cell<T> cell = new Cell<>(allocator, type);
        type.check(cell, value);
        cell.address = Place.allocate(allocator, type.size(), type.alignment());
        cell.length = 1;
        type.write(cell, cell.address, value);
        cell.begin();
        return cell;
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Cell<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such cells, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Cell<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Cell<T>> ownerType(Type<T> of) {
        return of.owner(
                Cell.class,
                () ->
                        new OwnerType<>(
                                Cell.class,
                                1,
                                Threads.ONE_AT_A_TIME,
                                allocator -> new Cell<>(allocator, of),
                                of));
    }

    /// A copy of the value.
    ///
    /// @throws UnsupportedOperationException if it is an owner
    public T get() {
        check();
        if (type.isOwner()) throw noCopy();
        return type.read(this, address);
    }

    /// Moves another value in and drops the one that was there.
    ///
    /// @throws IllegalArgumentException as [#of]
    public void set(@Owning T value) {
        check();
        Place.set(this, type, address, value);
    }

    /// Moves another value in.
    ///
    /// @return the one that was there; an owner is the caller's now
    public T replace(@Owning T value) {
        check();
        return Place.replace(this, type, address, value);
    }

    /// Exchanges the values of two cells.
    public void swap(Cell<T> other) {
        check();
        Objects.requireNonNull(other, "other").check();
        if (address == other.address) return;
        if (allocator != other.allocator || !type.equals(other.type)) {
            throw new IllegalArgumentException(
                    "other=" + other + ", expected one of this allocator and type");
        }
        T mine = type.take(this, address);
        T theirs = type.take(other, other.address);
        type.write(this, address, theirs);
        type.write(other, other.address, mine);
    }

    /// Moves the value out and ends the cell: Rust's `into_inner`.
    ///
    /// @return the value; an owner is the caller's now
    public T take() {
        checkEnd("taken");
        T value = type.take(this, address);
        allocator.deallocate(address, type.size(), type.alignment());
        end(TAKEN);
        return value;
    }

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public Cell<T> move() {
        return moveTo(new Cell<>(allocator, type));
    }

    private UnsupportedOperationException noCopy() {
        return new UnsupportedOperationException(
                "type=" + type + " cannot be copied, expected replace(), or a RefCell");
    }

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void drop(Drops drops) {
        if (address == Allocator.NULL) return;
        drops.dropLater(type, address, 0, type.size(), type.alignment());
    }
}
