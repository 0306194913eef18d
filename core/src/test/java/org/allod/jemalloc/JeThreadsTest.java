package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.kit.Pattern;
import org.junit.jupiter.api.Test;

/// Threads that come, go, and free what others allocated.
class JeThreadsTest {
    private static final long MIB = 1 << 20;
    private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();
    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private Thread start(ThreadFactory kind, Runnable work) {
        Thread thread =
                kind.newThread(() -> {
                    try {
                        work.run();
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                });
        thread.start();
        return thread;
    }

    private void checkNoFailure() {
        if (failure.get() != null) throw new AssertionError("in a thread", failure.get());
    }

    private static void churn(JeMalloc heap, int rounds) {
        long[] blocks = new long[16];
        for (int i = 0; i < rounds; i++) {
            int at = i % blocks.length;
            heap.free(blocks[at]);
            blocks[at] = heap.allocate(1 + i * 37L % 40_000, 16);
        }
        for (long block : blocks) heap.free(block);
    }

    @Test
    void tenThousandShortLivedThreadsLeaveNothing() throws InterruptedException {
        Region region = Region.reserved(256 * MIB);
        try (JeMalloc heap = new JeMalloc(region, JeOptions.parse("background_thread:false"))) {
            Runnable life = () -> churn(heap, 200);
            for (int i = 0; i < 100; i++) start(PLATFORM, life).join();
            long held = heap.stats().peakHeld();
            for (int i = 100; i < 10_000; i++) start(PLATFORM, life).join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            assertTrue(stats.peakHeld() <= held + MIB, () -> stats.peakHeld() + " after " + held);
            assertEquals(0, stats.blocksUsed());
            assertEquals(0, stats.blocksCached(), "the dead hold nothing");
            assertEquals(2_000_000, stats.allocations());
            heap.verify();
            heap.trim();
            assertEquals(0, region.committed());
            int arenas = (int) (long) heap.control().statistics().get("arenas.narenas");
            assertEquals(1, arenas, "an arena that nobody has is taken before one is made");
        }
    }

    @Test
    void aHundredThousandVirtualThreadsShareTheStripes() throws InterruptedException {
        Region region = Region.reserved(256 * MIB);
        try (JeMalloc heap = new JeMalloc(region)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                long size = 1 + i * 37L % 1000;
                threads.add(
                        start(
                                VIRTUAL,
                                () -> {
                                    long block = heap.allocate(size, 16);
                                    Pattern.write(block, size, block);
                                    Thread.yield();
                                    if (Pattern.mismatch(block, size, size, block) >= 0) {
                                        throw new AssertionError("overwritten");
                                    }
                                    heap.free(block);
                                }));
            }
            for (Thread thread : threads) thread.join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            assertEquals(100_000, stats.allocations());
            assertEquals(0, stats.blocksUsed());
            assertTrue(stats.metadata() < 8 * MIB, () -> stats.metadata() + " of tables");
            heap.verify();
            heap.trim();
            assertEquals(0, heap.stats().blocksCached());
            assertEquals(0, region.committed());
        }
    }

    /// One allocates, the other frees: what gathers in the other's cache comes back.
    @Test
    void aMillionBlocksFreedByAnotherThread() throws InterruptedException {
        try (JeMalloc heap = new JeMalloc(Region.reserved(256 * MIB))) {
            BlockingQueue<long[]> queue = new ArrayBlockingQueue<>(16);
            Runnable produce =
                    () -> {
                        for (int i = 0; i < 1_000; i++) {
                            long[] blocks = new long[1_000];
                            for (int k = 0; k < blocks.length; k++) {
                                blocks[k] = heap.allocate(24 + (i * 31L + k * 17L) % 500, 16);
                                Pattern.write(blocks[k], 24, blocks[k]);
                            }
                            put(queue, blocks);
                        }
                    };
            Runnable consume =
                    () -> {
                        for (int i = 0; i < 1_000; i++) {
                            for (long block : take(queue)) {
                                if (Pattern.mismatch(block, 24, 24, block) >= 0) {
                                    throw new AssertionError("overwritten");
                                }
                                heap.free(block);
                            }
                        }
                    };
            Thread producer = start(PLATFORM, produce);
            Thread consumer = start(PLATFORM, consume);
            producer.join();
            consumer.join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            assertEquals(1_000_000, stats.frees());
            assertEquals(0, stats.blocksUsed());
            assertTrue(stats.peakHeld() < 32 * MIB, () -> stats.peakHeld() + " held at most");
            heap.verify();
        }
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
    void lookingWhileOthersWork() throws InterruptedException {
        try (JeMalloc heap = new JeMalloc(Region.reserved(256 * MIB))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                ThreadFactory kind = t % 2 == 0 ? PLATFORM : VIRTUAL;
                threads.add(start(kind, () -> churn(heap, 100_000)));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                heap.stats();
                heap.trim();
                heap.control().statistics();
                heap.idle();
            }
            for (Thread thread : threads) thread.join();
            checkNoFailure();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(400_000, heap.stats().allocations());
            heap.verify();
        }
    }

    @Test
    void afterCloseEveryThreadIsRefused() throws InterruptedException {
        JeMalloc heap = new JeMalloc(Region.reserved(16 * MIB));
        heap.free(heap.allocate(100, 16));
        start(VIRTUAL, () -> heap.free(heap.allocate(100, 16))).join();
        heap.close();
        AtomicReference<Object> seen = new AtomicReference<>();
        for (ThreadFactory kind : List.of(PLATFORM, VIRTUAL)) {
            start(kind, () -> seen.set(heap.allocate(100, 16))).join();
            assertNull(seen.get(), "an answer after close");
            assertEquals(IllegalStateException.class, failure.getAndSet(null).getClass());
        }
    }
}
