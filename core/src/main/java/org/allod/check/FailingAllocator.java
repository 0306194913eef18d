package org.allod.check;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Malloc;

/// Fails one request on purpose: does the program survive it, and does it leak?
///
/// ```java
/// FailingAllocator.failEach(() -> new BuddyAllocator(Region.reserved(1 << 20)), heap -> {
///     try (var left = Box.of(heap, 1); var right = Box.of(heap, 2)) { ... }
/// });
/// ```
///
/// A *request* is an allocation or a reallocation that grows its block; they are numbered from 0. A
/// [Malloc] stays one: [FailingMalloc]. Threads: as the wrapped one; with several, which request
/// gets which number is chance.
///
/// Source: `std.testing.checkAllAllocationFailures` of Zig.
public sealed class FailingAllocator extends PassingAllocator permits FailingMalloc {
    private final long failAt;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong live = new AtomicLong();

    FailingAllocator(Allocator inner, long failAt) {
        super(inner);
        this.failAt = failAt;
    }

    /// `inner`, but request number `failAt` finds no room.
    ///
    /// @param failAt number of the request, from 0; -1: none
    /// @return a [FailingMalloc] if `inner` is a [Malloc]
    /// @throws IllegalArgumentException if `failAt` is below -1
    public static FailingAllocator of(Allocator inner, long failAt) {
        checkFailAt(failAt);
        return inner instanceof Malloc malloc
                ? new FailingMalloc(malloc, failAt)
                : new FailingAllocator(inner, failAt);
    }

    /// As [#of(Allocator, long)], for those that know it to be a [Malloc].
    ///
    /// @throws IllegalArgumentException if `failAt` is below -1
    public static FailingMalloc of(Malloc inner, long failAt) {
        checkFailAt(failAt);
        return new FailingMalloc(inner, failAt);
    }

    private static void checkFailAt(long failAt) {
        if (failAt < -1) {
            throw new IllegalArgumentException("failAt=" + failAt + ", expected at least -1");
        }
    }

    /// Requests seen so far, the failed one included.
    public final long seen() {
        return seen.get();
    }

    /// Blocks that were handed out and have not come back.
    public final long live() {
        return live.get();
    }

    // ---- every failure in turn ----

    /// Runs `work` once undisturbed, then once for each of its requests with that one failing.
    ///
    /// A failed run must end in [HeapExhaustedException], leave no block and a heap that verifies;
    /// the undisturbed one must leave no block, either.
    ///
    /// @param heap makes a fresh heap with room enough; it is closed here
    /// @param work uses the heap and gives everything back; one thread
    /// @throws AssertionError if a failure is swallowed or a block is left, naming the request
    public static void failEach(Supplier<? extends Allocator> heap, Consumer<Allocator> work) {
        long requests;
        try (FailingAllocator dry = of(heap.get(), -1)) {
            work.accept(dry);
            requests = dry.seen();
            checkNothingLeft(dry, "no failure at all");
        }
        for (long failAt = 0; failAt < requests; failAt++) {
            try (FailingAllocator fails = of(heap.get(), failAt)) {
                checkFailure(fails, work);
            }
        }
    }

    private static void checkFailure(FailingAllocator fails, Consumer<Allocator> work) {
        try {
            work.accept(fails);
        } catch (HeapExhaustedException expected) {
            checkNothingLeft(fails, "failure of request " + fails.failAt);
            return;
        }
        throw new AssertionError("request " + fails.failAt + " failed, and nobody said so");
    }

    private static void checkNothingLeft(FailingAllocator heap, String after) {
        heap.verify();
        if (heap.live() != 0) throw new AssertionError(after + " leaks " + heap.live() + " blocks");
    }

    // ---- requests ----

    final boolean fails() {
        return seen.getAndIncrement() == failAt;
    }

    final long added(long address) {
        if (address != NULL) live.incrementAndGet();
        return address;
    }

    final void removed(long address) {
        if (address != NULL) live.decrementAndGet();
    }

    @Override
    public final long allocate(long size, long alignment) {
        return fails() ? NULL : added(inner.allocate(size, alignment));
    }

    @Override
    public final long allocateZeroed(long size, long alignment) {
        return fails() ? NULL : added(inner.allocateZeroed(size, alignment));
    }

    @Override
    public final void deallocate(long address, long size, long alignment) {
        inner.deallocate(address, size, alignment);
        removed(address);
    }

    @Override
    public final long reallocate(long address, long size, long alignment, long newSize) {
        boolean fresh = address == NULL;
        if ((fresh || Long.compareUnsigned(newSize, size) > 0) && fails()) return NULL;
        long block = inner.reallocate(address, size, alignment, newSize);
        return fresh ? added(block) : block;
    }
}
