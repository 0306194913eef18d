package org.allod.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Test;

class SharedArenaTest implements ClosableArenaContract {

    @Override
    public HeapArena arena(Allocator allocator) {
        return HeapArena.shared(allocator);
    }

    @Test
    void refusesAnAllocatorOfOneThread() {
        try (TestAllocator heap = new TestAllocator(Region.reserved(1 << 20))) {
            String text =
                    assertThrows(IllegalArgumentException.class, () -> arena(heap)).getMessage();
            assertTrue(text.startsWith("allocator.threadSafe()=false, expected true"), text);
        }
    }

    @Test
    void anotherThreadUsesAndClosesIt() throws InterruptedException {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            MemorySegment segment = arena.allocate(8);
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                arena.free(arena.allocate(8));
                                segment.set(ValueLayout.JAVA_LONG, 0, 42);
                                arena.close();
                            });
            other.join();
            assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_LONG, 0));
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    /// Threads allocate, write and free while one resets and at last closes: each failure is the
    /// exception of an ended session, and nothing is left.
    @Test
    void threadsAllocateWhileOneEndsIt() throws InterruptedException {
        try (Allocator heap = ArenaContract.heap()) {
            HeapArena arena = arena(heap);
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            AtomicLong done = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofPlatform().start(() -> work(arena, done, wrong)));
            }
            for (int i = 0; i < 50; i++) {
                long until = done.get() + 100;
                while (done.get() < until && wrong.isEmpty()) Thread.onSpinWait();
                retrying(arena::reset);
            }
            retrying(arena::close);
            for (Thread thread : threads) thread.join();
            assertEquals(List.of(), List.copyOf(wrong));
            assertEquals(0, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    private static void work(
            HeapArena arena, AtomicLong done, ConcurrentLinkedQueue<Throwable> wrong) {
        MemorySegment segment = null;
        while (true) {
            try {
                segment = arena.allocate(64);
                segment.set(ValueLayout.JAVA_LONG, 0, 42);
                if (segment.get(ValueLayout.JAVA_LONG, 8) != 0) {
                    throw new AssertionError("not zero");
                }
                arena.free(segment);
                arena.freeAddress(arena.allocateAddress(0, 1));
                arena.allocateAddress(16, 16);
            } catch (IllegalStateException ended) {
                if ("arena is closed, expected an open one".equals(ended.getMessage())) return;
            } catch (CorruptHeapError freedByReset) {
                // The address was of the session before.
            } catch (Throwable thrown) {
                wrong.add(thrown);
                return;
            }
            done.incrementAndGet();
        }
    }

    /// A segment that is being written to refuses the end for that moment.
    private static void retrying(Runnable end) {
        while (true) {
            try {
                end.run();
                return;
            } catch (IllegalStateException inUse) {
                Thread.onSpinWait();
            }
        }
    }
}
