package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.kit.TestThreads;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// What Hoard claims: the invariant after every free, blocks that go home, a bound.
class HoardRuleTest {
    private static final long MIB = 1 << 20;

    /// Random work of four threads that free each other's blocks; with and without buffers.
    @Test
    void theInvariantHoldsAfterEveryFree() throws InterruptedException {
        SplittableRandom random = Randomness.of(this);
        long nanos = (Randomness.stress() ? 30 : 2) * 1_000_000_000L;
        AtomicLong settled = new AtomicLong();
        for (int bytes : new int[] {0, 4096}) {
            HoardOptions options = HoardOptions.DEFAULT.with("buffer_bytes", bytes);
            try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB), options)) {
                AtomicLongArray table = new AtomicLongArray(4000);
                long end = System.nanoTime() + nanos / 2;
                TestThreads threads = new TestThreads();
                for (int t = 0; t < 4; t++) {
                    SplittableRandom mine = random.split();
                    threads.start(
                            TestThreads.PLATFORM,
                            () -> {
                                while (System.nanoTime() < end && !threads.hasFailed()) {
                                    long size = mine.nextLong(1L << mine.nextInt(4, 13));
                                    boolean drain = (System.nanoTime() >>> 27 & 1) == 0;
                                    long block = drain ? 0 : heap.allocate(size, 16);
                                    heap.free(table.getAndSet(mine.nextInt(4000), block));
                                    settled.addAndGet(checkInvariant(heap));
                                }
                            });
                }
                threads.join();
                for (int i = 0; i < 4000; i++) heap.free(table.get(i));
                heap.verify();
                assertEquals(0, heap.stats().blocksUsed());
            }
        }
        assertTrue(settled.get() > 10_000, () -> "looked " + settled + " times");
    }

    /// How many heaps were found whose last change was a free.
    private static int checkInvariant(HoardMalloc malloc) {
        HoardHeaps heaps = malloc.requests().heaps;
        int settled = 0;
        for (int i = 1; i < heaps.count(); i++) {
            HoardHeap heap = heaps.get(i);
            heap.lock();
            try {
                if (!heap.isSettled()) continue;
                settled++;
                long slack = 4L * malloc.requests().sizes.bytes;
                long used = heap.used();
                long held = heap.held();
                assertTrue(
                        used >= held - slack || used >= held * 0.75,
                        () -> "u=" + used + ", a=" + held);
            } finally {
                heap.unlock();
            }
        }
        return settled;
    }

    @Test
    void aForeignBlockGoesStraightHome() throws InterruptedException {
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB))) {
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 100; i++) blocks.add(heap.allocate(64, 16));
            long used = heap.heaps().get(1).used();
            TestThreads threads = new TestThreads();
            threads.start(
                    TestThreads.PLATFORM,
                    () -> {
                        long own = heap.allocate(64, 16);
                        long cached = heap.requests().caches.census().blocks();
                        for (long block : blocks) heap.free(block);
                        assertEquals(
                                cached, heap.requests().caches.census().blocks(), "in buffers");
                        assertEquals(used - 6400, heap.heaps().get(1).used(), "u of the owner");
                        for (int i = 0; i < 1000; i++) {
                            assertFalse(
                                    blocks.contains(heap.allocate(64, 16)), "another heap's block");
                        }
                        heap.free(own);
                    });
            threads.join();
            heap.verify();
        }
    }

    /// cache-scratch and cache-thrash: two threads' new blocks never lie in one line.
    @Test
    void noLineHasNewBlocksOfTwoThreads() throws InterruptedException {
        for (boolean scratch : new boolean[] {true, false}) {
            for (int size : new int[] {1, 8, 24, 100}) {
                try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB))) {
                    long[] given = {heap.allocate(size, 16), heap.allocate(size, 16)};
                    if (scratch && size <= 16) {
                        assertEquals(given[0] >> 6, given[1] >> 6, "in one line at first");
                    }
                    CyclicBarrier barrier = new CyclicBarrier(2);
                    List<Set<Long>> lines = List.of(new HashSet<>(), new HashSet<>());
                    TestThreads threads = new TestThreads();
                    for (int t = 0; t < 2; t++) {
                        int me = t;
                        threads.start(
                                TestThreads.PLATFORM,
                                () -> {
                                    if (scratch) heap.free(given[me]);
                                    barrier.await();
                                    for (int i = 0; i < 2000; i++) {
                                        long block = heap.allocate(size, 16);
                                        for (long b = block; b < block + size; b++) {
                                            Memory.putByte(b, (byte) me);
                                            lines.get(me).add(b >> 6);
                                        }
                                        if (i % 100 != 99) heap.free(block);
                                    }
                                });
                    }
                    threads.join();
                    Set<Long> both = new HashSet<>(lines.get(0));
                    both.retainAll(lines.get(1));
                    assertEquals(Set.of(), both, "lines of both threads, size " + size);
                }
            }
        }
    }

    /// xmalloc-test: one thread allocates, another frees; 60 s with -Pstress.
    @Test
    void aProducerAndAConsumerStayWithinTheBound() throws InterruptedException {
        long seconds = Randomness.stress() ? 60 : 3;
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(1024 * MIB))) {
            BlockingQueue<long[]> queue = new ArrayBlockingQueue<>(20);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong live = new AtomicLong();
            AtomicLong largest = new AtomicLong();
            TestThreads threads = new TestThreads();
            threads.start(
                    TestThreads.PLATFORM,
                    () -> {
                        while (!stop.get()) {
                            long[] batch = new long[4096];
                            for (int i = 0; i < batch.length; i++) batch[i] = heap.allocate(64, 16);
                            long now = live.addAndGet(4096 * 64);
                            largest.accumulateAndGet(now, Math::max);
                            queue.put(batch);
                        }
                        queue.put(new long[0]);
                    });
            threads.start(
                    TestThreads.PLATFORM,
                    () -> {
                        for (long[] batch; (batch = queue.take()).length > 0; ) {
                            live.addAndGet(-4096 * 64);
                            for (long block : batch) heap.free(block);
                        }
                    });
            long slack = bound(heap);
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() < end && !threads.hasFailed()) {
                long held = heap.stats().held();
                // A batch under way on either side is not counted as live.
                long most = 4 * (largest.get() + 2 * 4096 * 64) + slack;
                assertTrue(held <= most, () -> held + " held, at most " + most);
                Thread.sleep(1);
            }
            stop.set(true);
            threads.join();
            assertEquals(0, heap.stats().blocksUsed());
            heap.trim();
            long rest = heap.stats().held();
            assertTrue(rest <= slack, () -> rest + " held in the end");
            assertEquals(0, rest);
            heap.verify();
        }
    }

    /// P K S, P the processors, without the buffers.
    private static long bound(HoardMalloc heap) {
        return Runtime.getRuntime().availableProcessors() * 4L * heap.requests().sizes.bytes;
    }
}
