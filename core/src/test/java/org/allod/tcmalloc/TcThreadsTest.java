package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.kit.Pattern;
import org.allod.kit.Randomness;
import org.allod.parts.Stripes;
import org.junit.jupiter.api.Test;

/// Threads that come, go, and free what others allocated.
class TcThreadsTest {
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

    private static void churn(TcMalloc heap, int rounds) {
        long[] blocks = new long[16];
        for (int i = 0; i < rounds; i++) {
            int at = i % blocks.length;
            heap.free(blocks[at]);
            blocks[at] = heap.allocate(1 + i * 37L % 12_000, 16);
        }
        for (long block : blocks) heap.free(block);
    }

    @Test
    void tenThousandShortLivedThreadsLeaveNothing() throws InterruptedException {
        Region region = Region.reserved(256 * MIB);
        try (TcMalloc heap = new TcMalloc(region)) {
            Runnable life = () -> churn(heap, 200);
            for (int i = 0; i < 100; i++) start(PLATFORM, life).join();
            long held = heap.stats().peakHeld();
            for (int i = 100; i < 10_000; i++) start(PLATFORM, life).join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            assertEquals(held, stats.peakHeld(), "no growth after the first 100");
            assertEquals(0, stats.blocksUsed());
            assertEquals(0, stats.blocksCached(), "the dead hold nothing");
            assertEquals(2_000_000, stats.allocations());
            assertEquals(0, heap.caches(), "caches of the dead");
            heap.verify();
            heap.trim();
            assertTrue(region.committed() <= 2 * TcClasses.PAGE, () -> region.committed() + " B");
        }
    }

    /// A naive thread-local makes as many caches as there are threads.
    @Test
    void aHundredThousandVirtualThreadsShareTheStripes() throws InterruptedException {
        try (TcMalloc heap = new TcMalloc(Region.reserved(256 * MIB))) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                threads.add(start(VIRTUAL, () -> live(heap)));
                if (i % 5_000 == 0) assertFewCaches(heap);
            }
            for (Thread thread : threads) thread.join();
            checkNoFailure();
            assertFewCaches(heap);
            AllocatorStats stats = heap.stats();
            assertEquals(100_000, stats.allocations());
            assertEquals(0, stats.blocksUsed());
            heap.verify();
            heap.trim();
            assertEquals(0, heap.stats().blocksCached());
        }
    }

    private static void live(TcMalloc heap) {
        long block = heap.allocate(100, 16);
        Pattern.write(block, 100, block);
        Thread.yield();
        if (Pattern.mismatch(block, 100, 100, block) >= 0) throw new AssertionError("overwritten");
        heap.free(block);
    }

    private static void assertFewCaches(TcMalloc heap) {
        int stripes = Stripes.countFor(Runtime.getRuntime().availableProcessors());
        int caches = heap.caches();
        assertTrue(caches <= stripes + 1, () -> caches + " caches, " + stripes + " stripes");
    }

    /// What one thread frees the other allocated: it comes back through the central lists.
    @Test
    void twoThreadsFreeEachOthersBlocks() throws InterruptedException {
        int rounds = Randomness.stress() ? 20_000 : 1_000;
        try (TcMalloc heap = new TcMalloc(Region.reserved(256 * MIB))) {
            Exchanger<long[]> swap = new Exchanger<>();
            Thread first = start(PLATFORM, () -> trade(heap, swap, rounds, 1));
            Thread second = start(PLATFORM, () -> trade(heap, swap, rounds, 2));
            first.join();
            second.join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            assertEquals(2L * rounds * 1_000, stats.frees());
            assertEquals(0, stats.blocksUsed());
            assertTrue(stats.peakHeld() < 32 * MIB, () -> stats.peakHeld() + " held at most");
            heap.verify();
        }
    }

    private static void trade(TcMalloc heap, Exchanger<long[]> swap, int rounds, int seed) {
        try {
            for (int i = 0; i < rounds; i++) {
                long[] blocks = new long[1_000];
                for (int k = 0; k < blocks.length; k++) {
                    blocks[k] = heap.allocate(24 + (i * 31L + k * 17L * seed) % 1_500, 16);
                    Pattern.write(blocks[k], 24, blocks[k]);
                }
                for (long block : swap.exchange(blocks)) {
                    if (Pattern.mismatch(block, 24, 24, block) >= 0) {
                        throw new AssertionError("overwritten");
                    }
                    heap.free(block);
                }
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /// Others may look, trim and count meanwhile.
    @Test
    void lookingWhileOthersWork() throws InterruptedException {
        try (TcMalloc heap = new TcMalloc(Region.reserved(256 * MIB))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                ThreadFactory kind = t % 2 == 0 ? PLATFORM : VIRTUAL;
                threads.add(start(kind, () -> churn(heap, 100_000)));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                heap.stats();
                heap.statistics(2);
                heap.trim();
                heap.idle();
                heap.markThreadBusy();
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
        TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB));
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
