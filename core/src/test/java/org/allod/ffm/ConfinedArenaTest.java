package org.allod.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConfinedArenaTest implements ClosableArenaContract {

    @Override
    public HeapArena arena(Allocator allocator) {
        return HeapArena.confined(allocator);
    }

    @Test
    void isOneThreadsAlone() throws InterruptedException {
        try (Allocator heap = ArenaContract.heap();
                HeapArena arena = arena(heap)) {
            MemorySegment segment = arena.allocate(8);
            assertTrue(segment.isAccessibleBy(Thread.currentThread()));
            assertFalse(segment.isAccessibleBy(new Thread()));
            elsewhere(() -> arena.allocate(8));
            elsewhere(() -> arena.allocateAddress(8, 8));
            elsewhere(() -> arena.free(segment));
            elsewhere(() -> arena.freeAddress(segment.address()));
            elsewhere(() -> arena.reallocate(segment, 9));
            elsewhere(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
            elsewhere(arena::stats);
            elsewhere(arena::reset);
            elsewhere(arena::close);
            assertTrue(arena.scope().isAlive());
            assertEquals(1, heap.stats().blocksUsed());
        }
    }

    private static void elsewhere(Executable call) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                call.execute();
                            } catch (Throwable each) {
                                thrown[0] = each;
                            }
                        });
        thread.join();
        assertInstanceOf(WrongThreadException.class, thrown[0]);
        assertNotNull(thrown[0].getMessage());
    }

    @Test
    void takesAnAllocatorOfOneThread() {
        try (TestAllocator heap = new TestAllocator(Region.reserved(1 << 20));
                HeapArena arena = arena(heap)) {
            arena.allocate(8);
        }
    }

    @Test
    void aSegmentKeepsTheHeapThatNobodyClosed() throws InterruptedException {
        WeakReference<?>[] heap = new WeakReference<?>[1];
        MemorySegment segment = forgotten(heap);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNotNull(heap[0].get());
        assertEquals(42, segment.get(ValueLayout.JAVA_LONG, 0));
    }

    @SuppressWarnings("resource")
    private MemorySegment forgotten(WeakReference<?>[] reference) {
        Allocator heap = ArenaContract.heap();
        reference[0] = new WeakReference<>(heap);
        MemorySegment segment = arena(heap).allocate(8);
        segment.set(ValueLayout.JAVA_LONG, 0, 42);
        return segment;
    }
}
