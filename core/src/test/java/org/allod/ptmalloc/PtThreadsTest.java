package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import org.allod.Region;
import org.allod.kit.TestThreads;
import org.allod.kit.ThreadsContract;
import org.junit.jupiter.api.Test;

/// Arenas stick to threads, caches return from the dead, virtual threads own nothing.
class PtThreadsTest implements ThreadsContract<PtMalloc> {
    private static final PtOptions STILL = PtOptions.DEFAULT.with("trim_quiet_millis", 0);

    @Override
    public PtMalloc heapOver(Region region) {
        return new PtMalloc(region, STILL);
    }

    /// Each arena reserves some.
    @Override
    public long reserveBytes() {
        return 1L << 32;
    }

    @Override
    public long travelBytes() {
        return 16 * MIB;
    }

    @Override
    public long restAfterTrim() {
        return 64 * KIB;
    }

    @Override
    public void idle(PtMalloc heap) {
        heap.idle();
    }

    @Override
    public void checkFewCaches(PtMalloc heap) {
        assertEquals(0, threads(heap), "virtual threads attached");
    }

    @Override
    public void checkDead(PtMalloc heap) {
        assertEquals(0, threads(heap), "the dead are detached");
    }

    private static int threads(PtMalloc heap) {
        return heap.mallocInfo().stream().mapToInt(ArenaInfo::threads).sum();
    }

    @Test
    void eachThreadHasAnArenaUpToTheLimit() throws InterruptedException {
        Region region = Region.reserved(reserveBytes());
        try (PtMalloc heap = new PtMalloc(region, STILL.with("arena_max", 3))) {
            var ready = new CountDownLatch(5);
            var end = new CountDownLatch(1);
            TestThreads threads = new TestThreads();
            for (int i = 0; i < 5; i++) {
                threads.start(
                        TestThreads.PLATFORM,
                        () -> {
                            heap.allocate(100, 16);
                            ready.countDown();
                            end.await();
                        });
            }
            ready.await();
            assertEquals(3, heap.arenas());
            assertEquals(5, threads(heap));
            end.countDown();
            threads.join();
            assertEquals(0, threads(heap), "the dead are detached");
            TestThreads.run(() -> heap.allocate(100, 16));
            assertEquals(3, heap.arenas(), "one that nobody uses serves again");
        }
    }
}
