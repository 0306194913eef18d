package org.allod.kit;

import static org.allod.kit.TestThreads.PLATFORM;
import static org.allod.kit.TestThreads.VIRTUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ThreadFactory;
import org.allod.AllocatorStats;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.parts.Stripes;
import org.junit.jupiter.api.Test;

/// Threads that come, go, and free what others allocated: of allocators with a cache a thread.
///
/// Takes [ConcurrentContract] further: how many threads there have been must not be seen.
///
/// @param <M> the allocator
public interface ThreadsContract<M extends Malloc> extends Subject {
    /// Blocks that go from thread to thread together.
    int BATCH = 1_000;

    @Override
    M heapOver(Region region);

    /// The same, but nothing happens in it by itself: where pages are told exactly.
    default M stillHeapOver(Region region) {
        return heapOver(region);
    }

    /// Address space for one of them.
    default long reserveBytes() {
        return 256 * MIB;
    }

    /// Blocks of threads that come and go are smaller.
    default int churnBytes() {
        return 12_000;
    }

    /// Bytes by which the peak of pages may grow once a hundred threads have come and gone.
    default long growth() {
        return 0;
    }

    /// The same with tables.
    default long tableGrowth() {
        return growth();
    }

    /// Bytes of pages that are never all held while a thread frees what another allocates.
    default long travelBytes() {
        return 32 * MIB;
    }

    /// Bytes of pages that stay when all is freed and trimmed.
    default long restAfterTrim() {
        return 0;
    }

    /// The same, after many threads worked at a time.
    default long restAfterTrim(M heap) {
        return restAfterTrim();
    }

    /// Empties the calling thread's cache.
    void idle(M heap);

    /// Expects no more caches than stripes, and one: of [#assertFew].
    void checkFewCaches(M heap);

    /// Other threads work; to be called are queries beside the contract's.
    default void look(M heap) {}

    /// All threads have ended; there may be more to see than the contract does.
    default void checkDead(M heap) {}

    /// Expects caches of the stripes, and one of the test's own thread.
    static void assertFew(int caches) {
        int stripes = Stripes.countFor(Runtime.getRuntime().availableProcessors());
        assertTrue(caches <= stripes + 1, () -> caches + " caches, " + stripes + " stripes");
    }

    /// Sixteen blocks, of which one is freed and made anew each round.
    static void churn(Malloc heap, int rounds, int bytes) {
        long[] blocks = new long[16];
        for (int i = 0; i < rounds; i++) {
            int at = i % blocks.length;
            heap.free(blocks[at]);
            blocks[at] = made(heap, 1 + i * 37L % bytes);
        }
        for (long block : blocks) heap.free(block);
    }

    private static long made(Malloc heap, long size) {
        long block = heap.allocate(size, 16);
        if (block == Malloc.NULL) throw new AssertionError("no room for " + size);
        return block;
    }

    // ---- threads that come and go ----

    /// The original of nedmalloc leaks 1 MiB and one of 256 slots with each.
    @Test
    default void tenThousandShortLivedThreadsLeaveNothing() throws InterruptedException {
        Region region = Region.reserved(reserveBytes());
        try (M heap = stillHeapOver(region)) {
            TestThreads.Work life = () -> churn(heap, 200, churnBytes());
            for (int i = 0; i < 100; i++) TestThreads.run(life);
            AllocatorStats before = heap.stats();
            for (int i = 100; i < 10_000; i++) TestThreads.run(life);
            AllocatorStats stats = heap.stats();
            assertNoGrowth(before, stats);
            assertEquals(0, stats.blocksUsed());
            assertEquals(0, stats.granted());
            assertEquals(0, stats.blocksCached(), "the dead hold nothing");
            assertEquals(2_000_000, stats.allocations());
            heap.verify();
            checkDead(heap);
            heap.trim();
            assertTrue(region.committed() <= restAfterTrim(), () -> region.committed() + " B");
        }
    }

    private void assertNoGrowth(AllocatorStats before, AllocatorStats after) {
        long held = after.peakHeld() - before.peakHeld();
        long committed = after.peakCommitted() - before.peakCommitted();
        assertTrue(held <= growth(), () -> held + " B more held");
        assertTrue(committed <= tableGrowth(), () -> committed + " B more committed");
    }

    @Test
    default void aDeadThreadsCacheReturns() throws InterruptedException {
        try (M heap = stillHeapOver(Region.reserved(reserveBytes()))) {
            TestThreads.run(() -> {
                long[] blocks = new long[6];
                for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(500, 16);
                for (long block : blocks) heap.free(block);
                assertTrue(heap.stats().blocksCached() > 0);
            });
            assertEquals(0, heap.stats().blocksCached());
            assertEquals(0, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    @Test
    default void idleEmptiesTheCallersCache() {
        try (M heap = stillHeapOver(Region.reserved(reserveBytes()))) {
            heap.free(heap.allocate(500, 16));
            assertTrue(heap.stats().blocksCached() > 0);
            idle(heap);
            assertEquals(0, heap.stats().blocksCached());
            heap.verify();
        }
    }

    /// A naive thread-local makes as many caches as there are threads.
    @Test
    default void aHundredThousandVirtualThreadsShareTheStripes() throws InterruptedException {
        Region region = Region.reserved(reserveBytes());
        try (M heap = heapOver(region)) {
            TestThreads threads = new TestThreads();
            for (int i = 0; i < 100_000; i++) {
                long size = i * 37L % 1_000;
                threads.start(VIRTUAL, () -> live(heap, size));
                if (i % 5_000 == 0) checkFewCaches(heap);
            }
            threads.join();
            checkFewCaches(heap);
            AllocatorStats stats = heap.stats();
            assertEquals(100_000, stats.allocations());
            assertEquals(0, stats.blocksUsed());
            heap.verify();
            heap.trim();
            assertEquals(0, heap.stats().blocksCached());
            long rest = region.committed();
            assertTrue(rest <= restAfterTrim(heap), () -> rest + " B");
        }
    }

    private static void live(Malloc heap, long size) {
        long block = made(heap, size);
        Pattern.write(block, size, block);
        Thread.yield();
        release(heap, block, size);
    }

    private static void release(Malloc heap, long block, long size) {
        if (Pattern.mismatch(block, size, size, block) >= 0)
            throw new AssertionError("overwritten");
        heap.free(block);
    }

    // ---- blocks that travel ----

    /// One allocates, the other frees at the same time: what gathers in the other's cache returns.
    @Test
    default void aMillionBlocksFreedByAnotherThread() throws InterruptedException {
        try (M heap = heapOver(Region.reserved(reserveBytes()))) {
            BlockingQueue<long[]> queue = new ArrayBlockingQueue<>(16);
            TestThreads threads = new TestThreads();
            threads.start(
                    PLATFORM,
                    () -> {
                        for (int i = 0; i < 1_000; i++) queue.put(batch(heap, i * 31L, 17, 500));
                    });
            threads.start(
                    PLATFORM,
                    () -> {
                        for (int i = 0; i < 1_000; i++) release(heap, queue.take());
                    });
            threads.join();
            assertTraded(heap, 1_000_000);
        }
    }

    /// Each frees what the other allocated.
    @Test
    default void twoThreadsFreeEachOthersBlocks() throws InterruptedException {
        int rounds = Randomness.stress() ? 20_000 : 1_000;
        try (M heap = heapOver(Region.reserved(reserveBytes()))) {
            Exchanger<long[]> swap = new Exchanger<>();
            TestThreads threads = new TestThreads();
            for (int step : new int[] {17, 34}) {
                threads.start(
                        PLATFORM,
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                release(heap, swap.exchange(batch(heap, i * 31L, step, 1_500)));
                            }
                        });
            }
            threads.join();
            assertTraded(heap, 2L * rounds * BATCH);
        }
    }

    private static long[] batch(Malloc heap, long first, int step, int bytes) {
        long[] blocks = new long[BATCH];
        for (int k = 0; k < blocks.length; k++) {
            blocks[k] = made(heap, 24 + (first + k * step) % bytes);
            Pattern.write(blocks[k], 24, blocks[k]);
        }
        return blocks;
    }

    private static void release(Malloc heap, long[] batch) {
        for (long block : batch) release(heap, block, 24);
    }

    private void assertTraded(Malloc heap, long frees) {
        AllocatorStats stats = heap.stats();
        assertEquals(frees, stats.frees());
        assertEquals(0, stats.blocksUsed());
        assertTrue(stats.peakHeld() < travelBytes(), () -> stats.peakHeld() + " held at most");
        heap.verify();
    }

    @Test
    default void blocksFreedByAnotherThreadAreUsedAgain() throws InterruptedException {
        try (M heap = stillHeapOver(Region.reserved(reserveBytes()))) {
            AllocatorStats before = null;
            for (int round = 0; round < 30; round++) {
                long[] blocks = batch(heap, 0, 0, 100);
                TestThreads.run(() -> release(heap, blocks));
                if (round == 3) before = heap.stats();
            }
            assertNoGrowth(before, heap.stats());
            assertEquals(0, heap.stats().granted());
            heap.verify();
        }
    }

    // ---- meanwhile, and afterwards ----

    /// The owner of a cache may look at it, trim and count while others work.
    @Test
    default void lookingWhileOthersWork() throws InterruptedException {
        try (M heap = heapOver(Region.reserved(reserveBytes()))) {
            TestThreads threads = new TestThreads();
            for (int t = 0; t < 4; t++) {
                threads.start(TestThreads.kind(t), () -> churn(heap, 100_000, churnBytes()));
            }
            while (threads.areWorking()) {
                heap.stats();
                heap.trim();
                idle(heap);
                look(heap);
            }
            threads.join();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(400_000, heap.stats().allocations());
            heap.verify();
        }
    }

    @Test
    default void afterCloseEveryThreadIsRefused() throws InterruptedException {
        M heap = heapOver(Region.reserved(reserveBytes()));
        TestThreads before = new TestThreads();
        heap.free(heap.allocate(100, 16));
        before.start(VIRTUAL, () -> heap.free(heap.allocate(100, 16)));
        before.join();
        heap.close();
        for (ThreadFactory kind : List.of(PLATFORM, VIRTUAL)) {
            TestThreads after = new TestThreads();
            after.start(kind, () -> heap.allocate(100, 16));
            assertInstanceOf(IllegalStateException.class, after.ended(), "after close");
        }
    }
}
