package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Arenas stick to threads, caches return from the dead, virtual threads own nothing.
class PtThreadsTest {
    private static final PtOptions STILL = PtOptions.DEFAULT.with("trim_quiet_millis", 0);

    private static PtMalloc heap(PtOptions options) {
        return new PtMalloc(Region.reserved(1L << 32), options);
    }

    private static void inThread(Runnable work) throws InterruptedException {
        join(Thread.ofPlatform().unstarted(work));
    }

    private static void join(Thread thread) throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        thread.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
        thread.start();
        thread.join();
        if (failure.get() != null) throw new AssertionError("in the thread", failure.get());
    }

    @Test
    void eachThreadHasAnArenaUpToTheLimit() throws InterruptedException {
        try (PtMalloc heap = heap(STILL.with("arena_max", 3))) {
            var ready = new CountDownLatch(5);
            var end = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    heap.allocate(100, 16);
                                    ready.countDown();
                                    await(end);
                                }));
            }
            ready.await();
            assertEquals(3, heap.arenas());
            int attached = heap.mallocInfo().stream().mapToInt(ArenaInfo::threads).sum();
            assertEquals(5, attached);
            end.countDown();
            for (Thread thread : threads) thread.join();
            attached = heap.mallocInfo().stream().mapToInt(ArenaInfo::threads).sum();
            assertEquals(0, attached, "the dead are detached");
            inThread(() -> heap.allocate(100, 16));
            assertEquals(3, heap.arenas(), "one that nobody uses serves again");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aDeadThreadsCacheReturns() throws InterruptedException {
        try (PtMalloc heap = heap(STILL)) {
            inThread(() -> {
                long[] blocks = new long[6];
                for (int i = 0; i < 6; i++) blocks[i] = heap.allocate(500, 16);
                for (long block : blocks) heap.free(block);
            });
            assertEquals(0, heap.stats().blocksCached());
            assertEquals(0, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    @Test
    void idleEmptiesTheCallersCache() {
        try (PtMalloc heap = heap(STILL)) {
            heap.free(heap.allocate(500, 16));
            assertEquals(1, heap.stats().blocksCached());
            heap.idle();
            assertEquals(0, heap.stats().blocksCached());
            heap.verify();
        }
    }

    @Test
    void tenThousandThreadsLeaveNoGrowth() throws InterruptedException {
        try (PtMalloc heap = heap(STILL)) {
            long committed = 0;
            for (int i = 0; i < 10_000; i++) {
                inThread(() -> {
                    for (int k = 0; k < 20; k++) heap.free(heap.allocate(k * 50, 16));
                });
                if (i == 50) committed = heap.stats().peakCommitted();
            }
            assertEquals(committed, heap.stats().peakCommitted());
            assertEquals(0, heap.stats().granted());
            heap.verify();
        }
    }

    @Test
    void aHundredThousandVirtualThreadsLeaveNoGrowth() throws InterruptedException {
        try (PtMalloc heap = heap(STILL)) {
            var wrong = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                int size = i % 900;
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    long block = heap.allocate(size, 16);
                                    Memory.fill(block, size, (byte) size);
                                    Thread.yield();
                                    if (Memory.mismatch(block, size, (byte) size) >= 0) {
                                        wrong.incrementAndGet();
                                    }
                                    heap.free(block);
                                }));
            }
            for (Thread thread : threads) thread.join();
            assertEquals(0, wrong.get(), "blocks overwritten");
            assertEquals(100_000, heap.stats().allocations());
            assertEquals(0, heap.stats().blocksUsed());
            int caches = heap.mallocInfo().stream().mapToInt(ArenaInfo::threads).sum();
            assertEquals(0, caches, "threads attached");
            heap.verify();
            heap.trim();
            assertTrue(heap.stats().held() <= 1 << 20, () -> "held " + heap.stats().held());
        }
    }

    /// One allocates, the other frees at the same time, a million blocks: what gathers in the
    /// other's cache and arena comes back.
    @Test
    void aMillionBlocksFreedByAnotherThread() throws InterruptedException {
        try (PtMalloc heap = heap(STILL)) {
            BlockingQueue<long[]> queue = new ArrayBlockingQueue<>(16);
            Thread producer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 1000; i++) put(queue, batch(heap, i));
                            });
            inThread(() -> {
                for (int i = 0; i < 1000; i++) {
                    for (long block : take(queue)) {
                        if (Memory.mismatch(block, 24, (byte) (block >> 4)) >= 0) {
                            throw new AssertionError("overwritten");
                        }
                        heap.free(block);
                    }
                }
            });
            producer.join();
            assertEquals(1_000_000, heap.stats().frees());
            assertEquals(0, heap.stats().blocksUsed());
            assertTrue(heap.stats().peakHeld() < 16 << 20, () -> "" + heap.stats());
            heap.verify();
        }
    }

    private static long[] batch(PtMalloc heap, int number) {
        long[] blocks = new long[1000];
        for (int k = 0; k < blocks.length; k++) {
            blocks[k] = heap.allocate(24 + (number * 31L + k * 17L) % 500, 16);
            Memory.fill(blocks[k], 24, (byte) (blocks[k] >> 4));
        }
        return blocks;
    }

    private static void put(BlockingQueue<long[]> queue, long[] blocks) {
        try {
            queue.put(blocks);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    private static long[] take(BlockingQueue<long[]> queue) {
        try {
            return queue.take();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @Test
    void blocksFreedByAnotherThreadAreUsedAgain() throws InterruptedException {
        try (PtMalloc heap = heap(STILL)) {
            long[] blocks = new long[1000];
            long committed = 0;
            for (int round = 0; round < 30; round++) {
                for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(100, 16);
                inThread(() -> {
                    for (long block : blocks) heap.free(block);
                });
                if (round == 3) committed = heap.stats().peakCommitted();
            }
            assertEquals(committed, heap.stats().peakCommitted());
            assertEquals(0, heap.stats().granted());
            heap.verify();
        }
    }
}
