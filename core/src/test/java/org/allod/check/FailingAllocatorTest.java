package org.allod.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("both")
class FailingAllocatorTest {

    private static TestAllocator heap() {
        return new TestAllocator(Region.reserved(1 << 16));
    }

    @Test
    void failsTheNamedRequestOnly() {
        try (FailingMalloc heap = FailingAllocator.of(heap(), 4)) {
            long a = heap.allocate(10, 16);
            long b = heap.allocateZeroed(10, 16);
            long c = heap.reallocate(Allocator.NULL, 0, 16, 10);
            a = heap.reallocate(a, 10, 16, 5);
            assertEquals(3, heap.seen(), "shrinking is no request");
            b = heap.reallocate(b, 10, 16, 20);
            assertEquals(4, heap.seen());
            assertEquals(Allocator.NULL, heap.reallocate(b, 20, 16, 30), "number 4");
            assertEquals(5, heap.seen());
            assertEquals(3, heap.live());
            assertNotEquals(Allocator.NULL, heap.reallocate(b, 30));
            heap.free(a);
            heap.deallocate(c, 10, 16);
            heap.free(Allocator.NULL);
            heap.deallocate(Allocator.NULL, 0, 16);
            assertEquals(1, heap.live());
        }
    }

    @Test
    void failsEachKindOfRequest() {
        try (FailingMalloc heap = FailingAllocator.of(heap(), 0)) {
            assertEquals(Allocator.NULL, heap.allocate(1, 1));
        }
        try (FailingMalloc heap = FailingAllocator.of(heap(), 0)) {
            assertEquals(Allocator.NULL, heap.allocateZeroed(1, 1));
        }
        try (FailingMalloc heap = FailingAllocator.of(heap(), 0)) {
            assertEquals(Allocator.NULL, heap.reallocate(Allocator.NULL, 0, 1, 1));
        }
        try (FailingMalloc heap = FailingAllocator.of(heap(), 1)) {
            long block = heap.reallocate(Allocator.NULL, 8);
            assertEquals(16, heap.usableSize(block));
            block = heap.reallocate(block, 16);
            assertEquals(1, heap.seen(), "fits where it is");
            assertEquals(Allocator.NULL, heap.reallocate(block, 17));
            assertEquals(1, heap.live());
        }
    }

    @Test
    void neverFailsAtMinusOne() {
        try (FailingAllocator heap = FailingAllocator.of((Allocator) heap(), -1)) {
            assertInstanceOf(Malloc.class, heap);
            for (int i = 0; i < 100; i++) assertNotEquals(Allocator.NULL, heap.allocate(8, 8));
            assertEquals(100, heap.live());
            assertEquals(100, heap.stats().blocksUsed());
        }
        assertThrows(IllegalArgumentException.class, () -> FailingAllocator.of(heap(), -2));
    }

    // ---- every failure in turn ----

    private static long take(Allocator heap) {
        long block = heap.allocate(32, 16);
        if (block == Allocator.NULL) throw new HeapExhaustedException(32, 16);
        return block;
    }

    private static void give(Allocator heap, long block) {
        heap.deallocate(block, 32, 16);
    }

    @Test
    void passesWorkThatCleansUp() {
        List<Long> runs = new ArrayList<>();
        FailingAllocator.failEach(
                FailingAllocatorTest::heap,
                heap -> {
                    runs.add(((FailingAllocator) heap).seen());
                    long first = take(heap);
                    try {
                        give(heap, take(heap));
                    } finally {
                        give(heap, first);
                    }
                });
        assertEquals(3, runs.size(), "once undisturbed, once for each of two requests");
    }

    @Test
    void catchesALeakOnTheWayOut() {
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () ->
                                FailingAllocator.failEach(
                                        FailingAllocatorTest::heap,
                                        heap -> {
                                            long first = take(heap);
                                            give(heap, take(heap));
                                            give(heap, first);
                                        }));
        assertEquals("failure of request 1 leaks 1 blocks", error.getMessage());
    }

    @Test
    void catchesASwallowedFailure() {
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () ->
                                FailingAllocator.failEach(
                                        FailingAllocatorTest::heap,
                                        heap -> heap.deallocate(heap.allocate(8, 8), 8, 8)));
        assertEquals("request 0 failed, and nobody said so", error.getMessage());
    }

    @Test
    void catchesALeakWithoutAnyFailure() {
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () ->
                                FailingAllocator.failEach(
                                        FailingAllocatorTest::heap, FailingAllocatorTest::take));
        assertTrue(error.getMessage().startsWith("no failure at all leaks 1"), error.getMessage());
    }
}
