package org.allod.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.Strays;
import org.allod.check.FailingAllocator;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Test;

class AutoArenaTest implements ArenaContract {

    @Override
    public HeapArena arena(Allocator allocator) {
        return HeapArena.auto(allocator);
    }

    @Override
    public void end(HeapArena arena) {
        Reference.reachabilityFence(arena);
    }

    @Test
    void cannotBeClosed() {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            arena.allocate(8);
            assertThrows(UnsupportedOperationException.class, arena::close);
            assertThrows(UnsupportedOperationException.class, arena::reset);
            assertTrue(arena.scope().isAlive());
            assertEquals(1, arena.stats().blocks());
        }
    }

    @Test
    void refusesAnAllocatorOfOneThread() {
        try (TestAllocator heap = new TestAllocator(Region.reserved(1 << 20))) {
            assertThrows(IllegalArgumentException.class, () -> arena(heap));
        }
    }

    @Test
    void anyThreadUsesIt() throws InterruptedException {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            MemorySegment segment = arena.allocate(8);
            Thread.ofPlatform()
                    .start(() -> {
                        arena.allocate(8);
                        segment.set(ValueLayout.JAVA_LONG, 0, 42);
                    })
                    .join();
            assertEquals(42, segment.get(ValueLayout.JAVA_LONG, 0));
            assertEquals(2, arena.stats().blocks());
        }
    }

    @Test
    void unreachableBlocksComeBackAsStrays() throws InterruptedException {
        try (Allocator heap = ArenaContract.heap()) {
            Strays strays = Strays.of(heap);
            MemorySegment kept = dropped(heap);
            collect(strays);
            assertTrue(strays.isEmpty(), "a segment is still reachable");
            assertEquals(4, heap.stats().blocksUsed());
            assertEquals(0, kept.get(ValueLayout.JAVA_LONG, 0));
            Reference.reachabilityFence(kept);
            kept = null;
            collect(strays);
            assertFalse(strays.isEmpty());
            assertEquals(4, heap.stats().blocksUsed(), "the Cleaner frees nothing");
            HeapArena next = arena(heap);
            next.allocate(8);
            assertEquals(1, heap.stats().blocksUsed(), "the next allocation drains");
            Reference.reachabilityFence(next);
        }
    }

    @SuppressWarnings("resource")
    private MemorySegment dropped(Allocator heap) {
        HeapArena arena = arena(heap);
        arena.allocate(8);
        arena.allocateAddress(100, 8);
        arena.allocate(1000);
        return arena.allocate(8);
    }

    private static void collect(Strays strays) throws InterruptedException {
        for (int i = 0; i < 20 && strays.isEmpty(); i++) {
            System.gc();
            Thread.sleep(10);
        }
    }

    @Test
    void noRoomDrainsStraysFirst() {
        try (Allocator heap = ArenaContract.heap()) {
            long all = 1_000_000;
            Strays.of(heap).add(heap.allocate(all, 16), all, 16);
            try (HeapArena confined = HeapArena.confined(heap)) {
                confined.allocate(all);
                assertThrows(HeapExhaustedException.class, () -> confined.allocate(all));
            }
            Strays.of(heap).add(heap.allocate(100, 16), 100, 16);
            Strays.of(heap).add(heap.allocate(all, 16), all, 16);
            try (HeapArena confined = HeapArena.confined(heap)) {
                confined.reallocate(confined.allocate(10), all);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void strayBlocksDoNotKeepAHeapThatNobodyUses() throws InterruptedException {
        WeakReference<Allocator> heap = forgotten();
        for (int i = 0; i < 50 && heap.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(heap.get() == null, "the heap is still reachable");
    }

    private WeakReference<Allocator> forgotten() {
        Allocator heap = ArenaContract.heap();
        dropped(heap);
        return new WeakReference<>(heap);
    }

    /// What lives after a failure is in the arena's list, and so comes back.
    @Test
    void noFailureLeaks() {
        long requests = -1;
        for (long failAt = -1; failAt < requests || failAt < 0; failAt++) {
            try (FailingAllocator heap = FailingAllocator.of(ArenaContract.heap(), failAt)) {
                HeapArena arena = arena(heap);
                if (failAt < 0) {
                    use(arena);
                    requests = heap.seen();
                } else {
                    assertThrows(HeapExhaustedException.class, () -> use(arena));
                }
                assertEquals(heap.live(), arena.stats().blocks());
            }
        }
        assertTrue(requests > 20, "requests=" + requests);
    }

    private static void use(HeapArena arena) {
        MemorySegment first = arena.allocate(10);
        arena.reallocate(first, 5000);
        for (int i = 0; i < 20; i++) arena.allocateFrom("text");
    }
}
