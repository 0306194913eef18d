package org.allod.own;

import java.util.Optional;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// One of several owners of one value, on one thread.
///
/// ```
///   Rc<T> a ──┐        block
///   Rc<T> b ──┴─────► │ strong 2 │ weak 2 │ thread │ value │
///   Weak<T> w ─────────►   2        1 + 1 while there is a strong owner
/// ```
/// ```java
/// try (Rc<Point> a = Rc.of(allocator, new Point(1, 2));
///         Rc<Point> b = a.clone()) {
///     b.get();                            // the same value; it is dropped with the last of them
/// }
/// ```
///
/// What [#get] lends is shared, so it must not be changed: put a [Cell] or a [RefCell] in it.
///
/// Not guaranteed: that a ring of them is ever dropped. A ring needs a Weak somewhere.
///
/// Cost: 24 B beside the value. Threads: the one that made the value;
/// others get a [WrongThreadException], and leave everything as it was.
///
/// Source: Rust's `Rc`.
///
/// @param <T> of the value
public final class Rc<T extends @MustCallUnknown Object> extends Owner {
    /// How its block counts.
    static final int COUNTS = Counts.LOCAL;

    private final Type<T> type;

    Rc(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// The first owner of a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Rc<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        Rc<T> owner = new Rc<>(allocator, type);
        type.check(owner, value);
        long block = Counts.allocate(allocator, type, COUNTS);
        type.write(owner, block + Counts.valueOffset(type, COUNTS), value);
        return owner.started(block);
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Rc<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Rc<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Rc<T>> ownerType(Type<T> of) {
        return of.owner(
                Rc.class,
                () ->
                        new OwnerType<>(
                                Rc.class,
                                1,
                                Threads.ONE,
                                allocator -> new Rc<>(allocator, of),
                                of));
    }

    private Rc<T> started(long block) {
        address = block;
        length = 1;
        begin();
        return this;
    }

    // ---- the value ----

    /// The value: a copy, or of an owner a borrow, to be looked at only.
    @NotOwning
    public T get() {
        checkHere();
        return type.read(this, address + Counts.valueOffset(type, COUNTS));
    }

    /// Moves the value out and ends this, if it is the only strong owner.
    ///
    /// @return the value; or nothing, if there are others: then nothing has happened
    public Optional<T> tryUnwrap() {
        checkHere();
        checkEnd("unwrapped");
        if (!Counts.takeLast(address, COUNTS)) return Optional.empty();
        T value = type.take(this, address + Counts.valueOffset(type, COUNTS));
        freeIfLast();
        end(TAKEN);
        return Optional.ofNullable(value);
    }

    private void freeIfLast() {
        if (!Counts.dropWeak(address, COUNTS)) return;
        allocator.deallocate(address, Counts.size(type, COUNTS), Counts.alignment(type));
    }

    // ---- more owners ----

    /// Another owner of the value. To be closed like this one.
    @Override
    @CheckReturnValue
    public Rc<T> clone() {
        checkHere();
        Counts.addStrong(address, COUNTS);
        return new Rc<>(allocator, type).started(address);
    }

    /// An owner of the block that does not keep the value alive.
    @CheckReturnValue
    public Weak<T> downgrade() {
        checkHere();
        Counts.addWeak(address, COUNTS);
        return new Weak<>(allocator, type).started(address);
    }

    /// A strong owner of a block, whose count has gone up.
    static <T extends @MustCallUnknown Object> Rc<T> upgraded(
            Allocator allocator, Type<T> type, long block) {
        return new Rc<>(allocator, type).started(block);
    }

    /// How many own the value.
    public long strongCount() {
        checkHere();
        return Counts.strong(address);
    }

    /// How many [Weak] there are.
    public long weakCount() {
        checkHere();
        return Counts.weak(address);
    }

    /// Whether both own one value: the same, not an equal one.
    public boolean isSame(Rc<T> other) {
        checkHere();
        other.check();
        return address == other.address;
    }

    /// Another handle with all that this one has; this one ends. The counts stay.
    @CheckReturnValue
    public Rc<T> move() {
        checkHere();
        return moveTo(new Rc<>(allocator, type));
    }

    // ---- as an owner ----

    @Override
    boolean isSharing() {
        return true;
    }

    @Override
    void checkThread() {
        if (address != Allocator.NULL) Counts.checkThread(address, this);
    }

    private void checkHere() {
        check();
        Counts.checkThread(address, this);
    }

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void drop(Drops drops) {
        if (address == Allocator.NULL) return;
        if (!Counts.isHere(drops, address, this)) return;
        Counts.drop(drops, address, type, COUNTS);
    }
}
