package org.allod.own;

import org.allod.Allocator;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// A weak owner beside the [Rc] of a value: it keeps the block, not the value.
///
/// ```java
/// try (Rc<Node> parent = weak.upgrade()) {      // null is fine for try
///     if (parent != null) parent.get();
/// }
/// ```
///
/// Not guaranteed: that the memory of the value is freed with the value. It is part of the block,
/// which is freed when the last weak owner is closed.
///
/// Threads: the one that made the value;
/// others get a [WrongThreadException], and leave everything as it was.
///
/// Source: Rust's `rc::Weak`.
///
/// @param <T> of the value
public final class Weak<T extends @MustCallUnknown Object> extends Owner {
    private final Type<T> type;

    Weak(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Weak<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Weak<T>> ownerType(Type<T> of) {
        return of.owner(
                Weak.class,
                () ->
                        new OwnerType<>(
                                Weak.class,
                                1,
                                Threads.ONE,
                                allocator -> new Weak<>(allocator, of),
                                of));
    }

    /// The handle of a block, whose count has gone up.
    Weak<T> started(long block) {
        address = block;
        length = 1;
        begin();
        return this;
    }

    /// A strong owner of the value, to be closed; or null, if the value is dropped.
    @CheckReturnValue
    public Rc<T> upgrade() {
        checkHere();
        if (!Counts.upgrade(address, Rc.COUNTS)) return null;
        return Rc.upgraded(allocator, type, address);
    }

    /// Another weak owner. To be closed like this one.
    @Override
    @CheckReturnValue
    public Weak<T> clone() {
        checkHere();
        Counts.addWeak(address, Rc.COUNTS);
        return new Weak<>(allocator, type).started(address);
    }

    /// How many own the value.
    public long strongCount() {
        checkHere();
        return Counts.strong(address);
    }

    /// Another handle with all that this one has; this one ends. The counts stay.
    @CheckReturnValue
    public Weak<T> move() {
        checkHere();
        return moveTo(new Weak<>(allocator, type));
    }

    // ---- as an owner ----

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
        Counts.dropWeak(drops, address, type, Rc.COUNTS);
    }
}
