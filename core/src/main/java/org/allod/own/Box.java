package org.allod.own;

import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// One value in a block of its own.
///
/// ```
///   Box<Point> (Java heap)                   block (off heap)
///   │ allocator │ address │ length 1 │─────► │ x │ y │
///
///   inline, in a Vec<Box<Point>>: 8 B, the address
/// ```
/// ```java
/// try (Box<Point> box = Box.of(allocator, Type.of(Point.class), new Point(1, 2))) {
///     box.set(new Point(3, 4));
/// }
/// ```
///
/// Not guaranteed: that two threads may use it; that freed bytes are wiped.
///
/// Source: Rust's `Box`.
///
/// @param <T> of the value
public final class Box<T extends @MustCallUnknown Object> extends Owner {
    private final Type<T> type;

    private Box(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// A box with a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Box<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        Box<T> box = new Box<>(allocator, type);
        type.check(box, value);
        box.address = Place.allocate(allocator, type.size(), type.alignment());
        box.length = 1;
        type.write(box, box.address, value);
        box.begin();
        return box;
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Box<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such boxes, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Box<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Box<T>> ownerType(Type<T> of) {
        return of.owner(
                Box.class,
                () -> new OwnerType<>(Box.class, 1, allocator -> new Box<>(allocator, of), of));
    }

    /// The value: a copy, or of an owner a borrow.
    @NotOwning
    public T get() {
        check();
        return type.read(this, address);
    }

    /// Drops the value and moves another one in.
    ///
    /// @throws IllegalArgumentException as [#of]
    public void set(@Owning T value) {
        checkChange();
        Place.set(this, type, address, value);
    }

    /// Moves another value in.
    ///
    /// @return the one that was there; an owner is the caller's now
    public T replace(@Owning T value) {
        checkChange();
        return Place.replace(this, type, address, value);
    }

    /// Moves the value out and ends the box.
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
    public Box<T> move() {
        return moveTo(new Box<>(allocator, type));
    }

    /// Ends the box and leaves its block to the caller, value and all.
    ///
    /// @return the block; to be given to [#fromRaw] or freed with the allocator
    public MemorySegment leak() {
        checkEnd("leaked");
        MemorySegment block = Memory.segment(address, type.size());
        end(LEAKED);
        return block;
    }

    /// A box of what [#leak] left.
    ///
    /// @param block of the allocator, of the type's size and alignment, with a value
    /// @throws IllegalArgumentException if it is not of that size, alignment or allocator
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Box<T> fromRaw(
            Allocator allocator, Type<T> type, MemorySegment block) {
        Box<T> box = new Box<>(allocator, type);
        box.address = Place.raw(allocator, type, block);
        box.length = 1;
        box.begin();
        return box;
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
