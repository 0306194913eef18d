package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("both")
@Timeout(60)
class HeapThreadsTest {

    @Test
    void servesManyVirtualThreads() throws Exception {
        try (Heap heap = Heap.builder().tracking(Heap.Tracking.SITES).checked(true).open();
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            for (int run = 0; run < 1_000; run++) {
                long mark = run;
                runs.add(pool.submit(() -> useAndFree(heap, mark)));
            }
            for (Future<?> run : runs) run.get();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(List.of(), heap.live());
            heap.verify();
        }
    }

    private static void useAndFree(Heap heap, long mark) {
        for (int round = 0; round < 10; round++) {
            MemorySegment segment = heap.allocate(64);
            segment.set(ValueLayout.JAVA_LONG, 0, mark);
            Thread.yield();
            segment = heap.reallocate(segment, 200);
            assertEquals(mark, segment.get(ValueLayout.JAVA_LONG, 0), "somebody else's block");
            heap.free(segment);
        }
    }

    @Test
    void segmentsMoveBetweenThreads() throws Exception {
        try (Heap heap = Heap.open();
                var pool = Executors.newSingleThreadExecutor()) {
            MemorySegment segment = heap.allocate(8);
            pool.submit(() -> heap.free(segment)).get();
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    /// Closed in the midst of calls: each worker ends with the named exception, and no other.
    @Test
    void aCloseAmongCallsIsClean() throws Exception {
        for (int round = 0; round < 50; round++) {
            long bytes = round % 2 == 0 ? 1 << 24 : 1 << 20; // jemalloc, or dlmalloc under a lock
            Heap heap = Heap.builder().reserve(bytes).onLeak(leak -> {}).open();
            CountDownLatch started = new CountDownLatch(4);
            try (var pool = Executors.newFixedThreadPool(4)) {
                List<Future<IllegalStateException>> workers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    workers.add(pool.submit(() -> untilClosed(heap, started)));
                }
                assertTrue(started.await(30, TimeUnit.SECONDS));
                heap.close();
                for (var worker : workers) {
                    String text = worker.get().getMessage();
                    assertTrue(text.contains("losed"), text);
                }
            }
        }
    }

    private static IllegalStateException untilClosed(Heap heap, CountDownLatch started) {
        return assertThrows(
                IllegalStateException.class,
                () -> {
                    for (long call = 0; ; call++) {
                        MemorySegment segment = heap.allocate(1_000);
                        segment.set(ValueLayout.JAVA_LONG, 8, call);
                        heap.free(segment);
                        if (call == 10) started.countDown();
                    }
                });
    }

    /// A close waits for the call that is under way, also where the allocator has no lock; calls
    /// that come meanwhile are refused, not kept waiting.
    @Test
    void aCloseWaitsForTheCallUnderWay() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Heap heap = Heap.builder().reserve(1 << 20).allocator(region -> unlocked(order)).open();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread walker =
                Thread.ofPlatform().start(() -> heap.walk((a, b, c) -> wait(inside, leave)));
        assertTrue(inside.await(30, TimeUnit.SECONDS));
        Thread closer = Thread.ofPlatform().start(heap::close);
        while (closer.getState() != Thread.State.WAITING && closer.isAlive()) Thread.onSpinWait();
        assertThrows(IllegalStateException.class, () -> heap.allocate(8));
        assertEquals(List.of(), order);
        leave.countDown();
        walker.join();
        closer.join();
        assertEquals(List.of("walk", "stats", "close"), order);
    }

    /// Does nothing, says that any thread may call, and notes what ended when.
    private static Allocator unlocked(List<String> order) {
        return (Allocator)
                Proxy.newProxyInstance(
                        Allocator.class.getClassLoader(),
                        new Class<?>[] {Allocator.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("threadSafe")) return true;
                            if (method.getName().equals("walk")) {
                                ((BlockVisitor) arguments[0]).block(16, 16, BlockVisitor.Kind.FREE);
                            }
                            order.add(method.getName());
                            boolean counts = method.getName().equals("stats");
                            return counts ? AllocatorStats.builder().build() : null;
                        });
    }

    private static void wait(CountDownLatch inside, CountDownLatch leave) {
        inside.countDown();
        try {
            assertTrue(leave.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
