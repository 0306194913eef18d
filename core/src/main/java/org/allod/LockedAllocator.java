package org.allod;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Any allocator, for any thread: one lock around every call.
///
/// ```java
/// var heap = LockedAllocator.of(new BuddyAllocator(Region.reserved(1 << 20)),
///         (buddy, size, alignment) -> cache.drop(size) > 0);
/// ```
///
/// **Rescue.** When a request fails, the hook is called once, under the lock, with the allocator
/// and the request; if it answers true, the request is tried once more. A hook that throws leaves
/// the lock free and its exception to the caller. A hook that calls this wrapper gets an answer,
/// but no rescue of its own.
///
/// What the allocator throws passes through; the lock is free then, too. `walk` and `verify` take
/// the lock. An allocator that is a [Malloc] stays one: [LockedMalloc].
///
/// Cost: an uncontended lock and unlock, 20 to 50 ns. Any thread, locks; a virtual thread that
/// waits does not pin its carrier.
///
/// Source: `LockedHeap` and `LockedHeapWithRescue` of rCore's buddy_system_allocator.
///
/// @param <A> the allocator within
public sealed class LockedAllocator<A extends Allocator> implements Allocator permits LockedMalloc {

    /// What to do when there is no room.
    ///
    /// @param <A> the allocator
    @FunctionalInterface
    public interface Rescue<A extends Allocator> {
        /// Makes room, by adding a region to the heap or by freeing in it.
        ///
        /// @param heap the allocator, already locked
        /// @param size bytes of the request that failed, unsigned
        /// @param alignment of that request
        /// @return whether trying again makes sense
        boolean rescue(A heap, long size, long alignment);
    }

    final A inner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Rescue<? super A> rescue;

    LockedAllocator(A inner, Rescue<? super A> rescue) {
        this.inner = inner;
        this.rescue = rescue;
    }

    /// `inner` under a lock. It must not be used directly any more, but through [#locked].
    ///
    /// @param <A> the allocator within
    /// @return a [LockedMalloc] if `inner` is a [Malloc]
    public static <A extends Allocator> LockedAllocator<A> of(A inner) {
        return of(inner, (heap, size, alignment) -> false);
    }

    /// The same with a hook for when there is no room.
    ///
    /// @param <A> the allocator within
    /// @return a [LockedMalloc] if `inner` is a [Malloc]
    public static <A extends Allocator> LockedAllocator<A> of(A inner, Rescue<? super A> rescue) {
        if (inner instanceof Malloc) return LockedMalloc.wrap(inner, rescue);
        return new LockedAllocator<>(inner, rescue);
    }

    /// As [#of(Allocator)], for those that know it to be a [Malloc].
    ///
    /// @param <M> the allocator within
    public static <M extends Malloc> LockedMalloc<M> of(M inner) {
        return of(inner, (heap, size, alignment) -> false);
    }

    /// As [#of(Allocator, Rescue)], for those that know it to be a [Malloc].
    ///
    /// @param <M> the allocator within
    public static <M extends Malloc> LockedMalloc<M> of(M inner, Rescue<? super M> rescue) {
        return new LockedMalloc<>(inner, rescue);
    }

    /// What `work` makes of the allocator within, under the lock: to add a region, or to ask it
    /// what only it knows.
    ///
    /// @param <R> what it makes
    /// @param work must not keep the allocator
    public final <R> R locked(Function<? super A, ? extends R> work) {
        lock();
        try {
            return work.apply(inner);
        } finally {
            unlock();
        }
    }

    @Override
    public final long allocate(long size, long alignment) {
        lock();
        try {
            long block = inner.allocate(size, alignment);
            if (block != NULL || !rescued(size, alignment)) return block;
            return inner.allocate(size, alignment);
        } finally {
            unlock();
        }
    }

    @Override
    public final long allocateZeroed(long size, long alignment) {
        lock();
        try {
            long block = inner.allocateZeroed(size, alignment);
            if (block != NULL || !rescued(size, alignment)) return block;
            return inner.allocateZeroed(size, alignment);
        } finally {
            unlock();
        }
    }

    @Override
    public final void deallocate(long address, long size, long alignment) {
        lock();
        try {
            inner.deallocate(address, size, alignment);
        } finally {
            unlock();
        }
    }

    @Override
    public final long reallocate(long address, long size, long alignment, long newSize) {
        lock();
        try {
            long block = inner.reallocate(address, size, alignment, newSize);
            if (block != NULL || !rescued(newSize, alignment)) return block;
            return inner.reallocate(address, size, alignment, newSize);
        } finally {
            unlock();
        }
    }

    // ---- cold ----

    final void lock() {
        lock.lock();
    }

    final void unlock() {
        lock.unlock();
    }

    /// Whether the hook made room. A request from within the hook is not rescued: it would not end.
    final boolean rescued(long size, long alignment) {
        return lock.getHoldCount() == 1 && rescue.rescue(inner, size, alignment);
    }

    @Override
    public final AllocatorStats stats() {
        return locked(Allocator::stats);
    }

    @Override
    public final long trim() {
        return locked(Allocator::trim);
    }

    @Override
    public final boolean owns(long address) {
        return locked(heap -> heap.owns(address));
    }

    /// True.
    @Override
    public final boolean threadSafe() {
        return true;
    }

    @Override
    public final void walk(BlockVisitor visitor) {
        lock();
        try {
            inner.walk(visitor);
        } finally {
            unlock();
        }
    }

    @Override
    public final void verify() {
        lock();
        try {
            inner.verify();
        } finally {
            unlock();
        }
    }

    /// Waits for calls that are under way, then closes the allocator within.
    @Override
    public final void close() {
        lock();
        try {
            inner.close();
        } finally {
            unlock();
        }
    }
}
