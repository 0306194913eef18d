package org.allod.own;

import org.allod.Allocator;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// A weak owner beside the [Arc] of a value: it keeps the block, not the value.
///
/// ```java
/// try (Arc<Node> parent = weak.upgrade()) {      // null is fine for try
///     if (parent != null) parent.get();
/// }
/// ```
///
/// Not guaranteed: that the memory of the value is freed with the value. It is part of the block,
/// which is freed when the last weak owner is closed.
///
/// Threads: any, lock-free; a handle each. What a thread did before it
/// closed its handle is seen by the one that drops the value.
///
/// Source: Rust's `sync::Weak`.
///
/// @param <T> of the value
public final class ArcWeak<T extends @MustCallUnknown Object> extends Owner {
    private final Type<T> type;

    ArcWeak(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// The type of such owners, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<ArcWeak<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<ArcWeak<T>> ownerType(Type<T> of) {
        return of.owner(
                ArcWeak.class,
                () ->
                        new OwnerType<>(
                                ArcWeak.class,
                                1,
                                Threads.ANY,
                                allocator -> new ArcWeak<>(allocator, of),
                                of));
    }

    /// The handle of a block, whose count has gone up.
    ArcWeak<T> started(long block) {
        address = block;
        length = 1;
        begin();
        return this;
    }

    /// A strong owner of the value, to be closed; or null, if the value is dropped.
    @CheckReturnValue
    public Arc<T> upgrade() {
        check();
        if (!Counts.upgrade(address, Arc.COUNTS)) return null;
        return Arc.upgraded(allocator, type, address);
    }

    /// Another weak owner. To be closed like this one.
    @Override
    @CheckReturnValue
    public ArcWeak<T> clone() {
        check();
        Counts.addWeak(address, Arc.COUNTS);
        return new ArcWeak<>(allocator, type).started(address);
    }

    /// How many own the value, which may change at once.
    public long strongCount() {
        check();
        return Counts.strong(address);
    }

    /// Another handle with all that this one has; this one ends. The counts stay.
    @CheckReturnValue
    public ArcWeak<T> move() {
        return moveTo(new ArcWeak<>(allocator, type));
    }

    // ---- as an owner ----

    @Override
    OwnerType<?> type() {
        return ownerType(type);
    }

    @Override
    void drop(Drops drops) {
        if (address == Allocator.NULL) return;
        Counts.dropWeak(drops, address, type, Arc.COUNTS);
    }
}
