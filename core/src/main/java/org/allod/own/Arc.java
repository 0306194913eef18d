package org.allod.own;

import java.util.Optional;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;
import org.checkerframework.checker.mustcall.qual.Owning;

/// One of several owners of one value, on any thread.
///
/// ```
///   Arc<T> a ──┐        block
///   Arc<T> b ──┴─────► │ strong 2 │ weak 2 │ value │
///   ArcWeak<T> w ─────────►   2        1 + 1 while there is a strong owner
/// ```
/// ```java
/// try (Arc<Point> a = Arc.of(allocator, new Point(1, 2));
///         Arc<Point> b = a.clone()) {
///     b.get();                            // the same value; it is dropped with the last of them
/// }
/// ```
///
/// What [#get] lends is shared, so it must not be changed: put a [Mutex] in it.
///
/// An `Arc` is a handle as all owners are: one thread at a time. Each thread has its own, a
/// [#clone].
///
/// Not guaranteed: that a ring of them is ever dropped. A ring needs a ArcWeak somewhere.
///
/// Cost: 16 B beside the value. Threads: any, lock-free; a handle each. What a thread did before it
/// closed its handle is seen by the one that drops the value.
///
/// Source: Rust's `Arc`.
///
/// @param <T> of the value
public final class Arc<T extends @MustCallUnknown Object> extends Owner {
    /// How its block counts.
    static final int COUNTS = Counts.ATOMIC;

    private final Type<T> type;

    Arc(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// The first owner of a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator,
    ///     or of a type that only one thread may look at, such as an `Rc` or a `Cell`; or if the
    ///     allocator itself is for one thread
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Arc<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        Arc<T> owner = new Arc<>(allocator, type);
        Threads.checkShared(allocator);
        Threads.checkShared(type);
        type.check(owner, value);
        long block = Counts.allocate(allocator, type, COUNTS);
        type.write(owner, block + Counts.valueOffset(type, COUNTS), value);
        return owner.started(block);
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Arc<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Arc<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Arc<T>> ownerType(Type<T> of) {
        return of.owner(
                Arc.class,
                () ->
                        new OwnerType<>(
                                Arc.class,
                                1,
                                Threads.ANY,
                                allocator -> new Arc<>(allocator, of),
                                of));
    }

    private Arc<T> started(long block) {
        address = block;
        length = 1;
        begin();
        return this;
    }

    // ---- the value ----

    /// The value: a copy, or of an owner a borrow, to be looked at only.
    @NotOwning
    public T get() {
        check();
        return type.read(this, address + Counts.valueOffset(type, COUNTS));
    }

    /// Moves the value out and ends this, if it is the only strong owner.
    ///
    /// @return the value; or nothing, if there are others: then nothing has happened
    public Optional<T> tryUnwrap() {
        check();
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
    public Arc<T> clone() {
        check();
        Counts.addStrong(address, COUNTS);
        return new Arc<>(allocator, type).started(address);
    }

    /// An owner of the block that does not keep the value alive.
    @CheckReturnValue
    public ArcWeak<T> downgrade() {
        check();
        Counts.addWeak(address, COUNTS);
        return new ArcWeak<>(allocator, type).started(address);
    }

    /// A strong owner of a block, whose count has gone up.
    static <T extends @MustCallUnknown Object> Arc<T> upgraded(
            Allocator allocator, Type<T> type, long block) {
        return new Arc<>(allocator, type).started(block);
    }

    /// How many own the value, which may change at once.
    public long strongCount() {
        check();
        return Counts.strong(address);
    }

    /// How many [ArcWeak] there are, which may change at once.
    public long weakCount() {
        check();
        return Counts.weak(address);
    }

    /// Whether both own one value: the same, not an equal one.
    public boolean isSame(Arc<T> other) {
        check();
        other.check();
        return address == other.address;
    }

    /// Another handle with all that this one has; this one ends. The counts stay.
    @CheckReturnValue
    public Arc<T> move() {
        return moveTo(new Arc<>(allocator, type));
    }

    // ---- as an owner ----

    @Override
    boolean isSharing() {
        return true;
    }

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void drop(Drops drops) {
        if (address == Allocator.NULL) return;
        Counts.drop(drops, address, type, COUNTS);
    }
}
