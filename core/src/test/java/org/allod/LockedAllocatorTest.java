package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.allod.kit.TestAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("both")
@Timeout(60)
class LockedAllocatorTest {

    @Test
    void staysInTheFamily() {
        Allocator seenAsAllocator = honest();
        try (Allocator heap = LockedAllocator.of(seenAsAllocator)) {
            assertInstanceOf(LockedMalloc.class, heap);
            assertTrue(heap.threadSafe());
        }
        try (LockedMalloc<TestAllocator> heap = LockedAllocator.of(honest())) {
            long block = heap.allocate(100, 16);
            assertTrue(heap.usableSize(block) >= 100);
            block = heap.reallocate(block, 200);
            heap.free(block);
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void passesAllCallsOn() {
        try (Allocator heap = LockedAllocator.of(honest())) {
            long block = heap.allocateZeroed(100, 64);
            assertEquals(-1, Memory.mismatch(block, 100, (byte) 0));
            assertTrue(heap.owns(block));
            long moved = heap.reallocate(block, 100, 64, 300);
            heap.verify();
            AtomicInteger pieces = new AtomicInteger();
            heap.walk((address, bytes, kind) -> pieces.incrementAndGet());
            assertTrue(pieces.get() >= 2);
            heap.deallocate(moved, 300, 64);
            assertTrue(heap.trim() >= 0);
        }
    }

    @Test
    void rescuesOnceUnderTheLock() {
        List<String> asked = new ArrayList<>();
        List<Long> hoard = new ArrayList<>();
        var heap =
                LockedAllocator.of(
                        honest(),
                        (inner, size, alignment) -> {
                            asked.add(size + "/" + alignment);
                            if (hoard.isEmpty()) return false;
                            inner.free(hoard.removeLast());
                            return true;
                        });
        hoard.add(heap.allocate(40_000, 16));
        assertNotEquals(Allocator.NULL, heap.allocate(50_000, 32), "the hoard makes room");
        assertEquals(Allocator.NULL, heap.allocate(50_000, 64), "nothing left to free");
        assertEquals(List.of("50000/32", "50000/64"), asked);
        heap.close();
    }

    @Test
    void rescuesZeroedAndGrowingRequests() {
        List<Long> hoard = new ArrayList<>();
        var heap =
                LockedAllocator.of(
                        honest(),
                        (inner, size, alignment) -> {
                            hoard.forEach(inner::free);
                            hoard.clear();
                            return true;
                        });
        hoard.add(heap.allocate(60_000, 16));
        long zeroed = heap.allocateZeroed(20_000, 16);
        assertEquals(-1, Memory.mismatch(zeroed, 20_000, (byte) 0));
        hoard.add(heap.allocate(30_000, 16));
        long grown = heap.reallocate(zeroed, 20_000, 16, 40_000);
        assertNotEquals(Allocator.NULL, grown);
        heap.free(grown);
        long small = heap.allocate(16, 16);
        hoard.add(heap.allocate(60_000, 16));
        assertNotEquals(Allocator.NULL, heap.reallocate(small, 30_000));
        heap.close();
    }

    /// Exactly one retry: a hook that lies does not loop.
    @Test
    void triesOnceMoreAndNoMore() {
        AtomicInteger calls = new AtomicInteger();
        var heap =
                LockedAllocator.of(
                        honest(), (inner, size, alignment) -> calls.incrementAndGet() > 0);
        assertEquals(Allocator.NULL, heap.allocate(1 << 20, 16));
        assertEquals(1, calls.get());
        assertEquals(2, heap.stats().failures());
        heap.close();
    }

    @Test
    void aHookThatCallsTheWrapperEnds() {
        var self = new ArrayList<Allocator>();
        var heap =
                LockedAllocator.of(
                        honest(),
                        (inner, size, alignment) ->
                                self.getFirst().allocate(size, alignment) != Allocator.NULL);
        self.add(heap);
        assertEquals(Allocator.NULL, heap.allocate(1 << 20, 16));
        heap.close();
    }

    @Test
    void aHookThatThrowsLeavesTheLockFree() throws Exception {
        var heap =
                LockedAllocator.of(
                        honest(),
                        (inner, size, alignment) -> {
                            throw new UnsupportedOperationException("no rescue");
                        });
        var seen =
                assertThrows(UnsupportedOperationException.class, () -> heap.allocate(1 << 20, 16));
        assertEquals("no rescue", seen.getMessage());
        assertUsableElsewhere(heap);
        heap.close();
    }

    @Test
    void aCorruptHeapLeavesTheLockFree() throws Exception {
        var heap = LockedAllocator.of(honest());
        long block = heap.allocate(100, 16);
        assertThrows(CorruptHeapError.class, () -> heap.free(block + 16));
        assertThrows(CorruptHeapError.class, () -> heap.deallocate(block + 16, 1, 16));
        assertThrows(CorruptHeapError.class, () -> heap.usableSize(block + 16));
        assertThrows(IllegalArgumentException.class, () -> heap.allocate(1, 3));
        assertUsableElsewhere(heap);
        heap.close();
        assertThrows(IllegalStateException.class, () -> heap.allocate(1, 16));
        assertThrows(IllegalStateException.class, heap::stats);
        heap.close();
    }

    private static void assertUsableElsewhere(Allocator heap) throws Exception {
        try (var pool = Executors.newSingleThreadExecutor()) {
            assertNotEquals(Allocator.NULL, pool.submit(() -> heap.allocate(16, 16)).get());
        }
    }

    @Test
    void lockedGivesTheAllocatorWithin() {
        try (var heap = LockedAllocator.of(honest())) {
            long block = heap.locked(inner -> inner.allocate(10, 16));
            boolean owned = heap.locked(inner -> inner.owns(block));
            assertTrue(owned);
            assertFalse(heap.owns(16));
        }
    }

    /// 4,000 virtual threads and a map that is not thread-safe: it breaks without the lock.
    @Test
    void servesManyVirtualThreads() throws InterruptedException, ExecutionException {
        try (var heap = LockedAllocator.of(new TestAllocator(Region.reserved(4 << 20)));
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int run = 0; run < 4_000; run++) {
                long mark = run;
                runs.add(pool.submit(() -> useAndFree(heap, mark)));
            }
            for (Future<?> run : runs) run.get();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(40_000, heap.stats().frees());
        }
    }

    private static void useAndFree(Allocator heap, long mark) {
        for (int round = 0; round < 10; round++) {
            long block = heap.allocate(64, 16);
            Memory.putLong(block, mark);
            Thread.yield();
            assertEquals(mark, Memory.getLong(block), "somebody else's block");
            heap.deallocate(block, 64, 16);
        }
    }

    private static TestAllocator honest() {
        return new TestAllocator(Region.reserved(1 << 16));
    }
}
