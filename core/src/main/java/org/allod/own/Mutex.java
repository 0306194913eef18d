package org.allod.own;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A value under a lock: whoever has the guard may change it, on any thread.
///
/// ```java
/// try (Arc<Mutex<Long>> counter = Arc.of(allocator, Mutex.of(allocator, 0L))) {
///     // in each thread, with an Arc of its own, a clone():
///     try (MutexGuard<Long> count = mine.get().lock()) {
///         count.set(count.get() + 1);
///     }
/// }
/// ```
///
/// The lock is one word in the block, beside the value: all handles of the block see it. Threads
/// that wait are parked, virtual ones are not pinned.
///
/// What was written under the lock is seen by the next that locks.
///
/// Not guaranteed: that it is fair; that a thread may lock twice (it gets an
/// [IllegalStateException]); poison: when an exception leaves the block, the value is what it was
/// then.
///
/// Cost: 8 B beside the value; a guard is an object of the Java heap where the compiler does not
/// see through it. Threads: any, a handle each.
///
/// Source: Rust's `Mutex`.
///
/// @param <T> of the value
public final class Mutex<T extends @MustCallUnknown Object> extends Owner {
    private final Type<T> type;

    private Mutex(Allocator allocator, Type<T> type) {
        super(allocator);
        this.type = type;
    }

    /// An open lock with a value, which is moved in.
    ///
    /// @throws HeapExhaustedException if there is no room; the value stays the caller's
    /// @throws IllegalArgumentException if the value is an owner of another allocator, or of a type
    ///     that must stay on one thread, such as an [Rc]
    /// @throws IllegalStateException if the value is an owner that has ended, or a borrow
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Mutex<T> of(
            Allocator allocator, Type<T> type, @Owning T value) {
        Mutex<T> mutex = new Mutex<>(allocator, type);
        Threads.checkSent(type);
        type.check(mutex, value);
        mutex.address = Place.allocate(allocator, blockSize(type), Counts.alignment(type));
        mutex.length = 1;
        MutexWord.begin(mutex.address);
        type.write(mutex, mutex.address + valueOffset(type), value);
        mutex.begin();
        return mutex;
    }

    /// As [#of(Allocator, Type, Object)], of the value's own type.
    @CheckReturnValue
    public static <T extends @MustCallUnknown Object> Mutex<T> of(
            Allocator allocator, @Owning T value) {
        return of(allocator, Type.ofValue(value), value);
    }

    /// The type of such locks, for containers of them.
    public static <T extends @MustCallUnknown Object> Type<Mutex<T>> type(Type<T> of) {
        return ownerType(of);
    }

    private static <T extends @MustCallUnknown Object> OwnerType<Mutex<T>> ownerType(Type<T> of) {
        return of.owner(
                Mutex.class,
                () ->
                        new OwnerType<>(
                                Mutex.class,
                                1,
                                Threads.LOCKED,
                                allocator -> new Mutex<>(allocator, of),
                                of));
    }

    static long valueOffset(Type<?> type) {
        return Math.max(Long.BYTES, type.alignment());
    }

    private static long blockSize(Type<?> type) {
        return valueOffset(type) + type.size();
    }

    /// The right to the value. Waits for it.
    ///
    /// @return to be closed, which unlocks
    /// @throws IllegalStateException if this thread has the lock already
    @MustBeClosed
    public MutexGuard<T> lock() {
        check();
        if (!MutexWord.lock(address)) {
            throw new IllegalStateException(
                    name() + " is locked by this thread already, expected by none or another");
        }
        return new MutexGuard<>(this, type);
    }

    /// The right to the value, if nobody has it now; else null.
    @MustBeClosed
    public MutexGuard<T> tryLock() {
        check();
        return MutexWord.tryLock(address) ? new MutexGuard<>(this, type) : null;
    }

    /// Moves the value out and ends the lock: Rust's `into_inner`.
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
    public Mutex<T> move() {
        return moveTo(new Mutex<>(allocator, type));
    }

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
