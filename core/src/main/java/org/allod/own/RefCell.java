package org.allod.own;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A value that is lent by guards: to many that look, or to one that changes.
///
/// ```
///   RefCell<T>          block
///   │ address │──────► │ borrows │ value │
///                        0 none, n > 0 that look, -1 one that changes
/// ```
/// ```java
/// try (RefMut<Text> name = cell.borrowMut()) {
///     name.get().push("!");
/// }
/// ```
///
/// What an [Rc] lends must not be changed, but for what is in such a cell: the rule *one that
/// changes, or many that look* is kept by counting. The second that wants to change gets an
/// [IllegalStateException], which says where the first one was taken, while [Tracing] is on.
///
/// Not guaranteed: that a guard that nobody closed is ever given free.
///
/// Cost: 8 B beside the value, about 1 ns a guard. Threads: one at a time, so it is refused by an
/// [Arc]; see [Mutex].
///
/// Source: Rust's `RefCell`.
///
/// @param <T> of the value
public final class RefCell<T extends @MustCallUnknown Object> extends Owner {
    private static final long CHANGING = -1;

    private final Type<T> type;

    private RefCell(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// A cell with a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> RefCell<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        RefCell<T> cell = new RefCell<>(allocator, type);
        type.check(cell, value);
        cell.address = Place.allocate(allocator, blockSize(type), Counts.alignment(type));
        cell.length = 1;
        Memory.putLong(cell.address, 0);
        type.write(cell, cell.address + valueOffset(type), value);
        cell.begin();
        return cell;
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> RefCell<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such cells, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<RefCell<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<RefCell<T>> ownerType(Type<T> of) {
        return of.owner(
                RefCell.class,
                () ->
                        new OwnerType<>(
                                RefCell.class,
                                1,
                                Threads.ONE_AT_A_TIME,
                                allocator -> new RefCell<>(allocator, of),
                                of));
    }

    static long valueOffset(Type<?> type) {
        return Math.max(Long.BYTES, type.alignment());
    }

    private static long blockSize(Type<?> type) {
        return valueOffset(type) + type.size();
    }

    // ---- guards ----

    /// The right to look at the value, until it is closed.
    ///
    /// @throws IllegalStateException if somebody is changing it
    @MustBeClosed
    public Ref<T> borrow() {
        check();
        if (Memory.getLong(address) == CHANGING) throw taken("looked at");
        return looking();
    }

    /// As [#borrow], or null if somebody is changing the value.
    @MustBeClosed
    public Ref<T> tryBorrow() {
        check();
        return Memory.getLong(address) == CHANGING ? null : looking();
    }

    /// The right to change the value, until it is closed.
    ///
    /// @throws IllegalStateException if somebody is looking at it or changing it
    @MustBeClosed
    public RefMut<T> borrowMut() {
        check();
        if (Memory.getLong(address) != 0) throw taken("changed");
        return changing();
    }

    /// As [#borrowMut], or null if somebody is looking at the value or changing it.
    @MustBeClosed
    public RefMut<T> tryBorrowMut() {
        check();
        return Memory.getLong(address) != 0 ? null : changing();
    }

    private Ref<T> looking() {
        Memory.putLong(address, Memory.getLong(address) + 1);
        BorrowSites.taken(address);
        return new Ref<>(this, type);
    }

    private RefMut<T> changing() {
        Memory.putLong(address, CHANGING);
        BorrowSites.taken(address);
        return new RefMut<>(this, type);
    }

    /// A guard of the cell in this block ends.
    static void released(long block) {
        long borrows = Memory.getLong(block);
        Memory.putLong(block, borrows == CHANGING ? 0 : borrows - 1);
        BorrowSites.released(block);
    }

    private IllegalStateException taken(String verb) {
        long borrows = Memory.getLong(address);
        return new IllegalStateException(
                name()
                        + " is being "
                        + (borrows == CHANGING ? "changed" : "looked at")
                        + ", expected nobody while it is "
                        + verb
                        + BorrowSites.text(address));
    }

    // ---- the value ----

    /// Moves another value in.
    ///
    /// @return the one that was there; an owner is the caller's now
    /// @throws IllegalStateException as [#borrowMut]
    public T replace(@Owning T value) {
        try (RefMut<T> guard = borrowMut()) {
            return guard.replace(value);
        }
    }

    /// Moves the value out and ends the cell: Rust's `into_inner`.
    ///
    /// @return the value; an owner is the caller's now
    public T take() {
        checkEnd("taken");
        T value = type.take(this, address + valueOffset(type));
        allocator.deallocate(address, blockSize(type), Counts.alignment(type));
        end(TAKEN);
        return value;
    }

    /// Another handle with all that this one has; this one ends.
    @CheckReturnValue
    public RefCell<T> move() {
        return moveTo(new RefCell<>(allocator, type));
    }

    // ---- as an owner ----

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void drop(Drops drops) {
        if (address == Allocator.NULL) return;
        drops.dropLater(type, address, valueOffset(type), blockSize(type), Counts.alignment(type));
    }
}
