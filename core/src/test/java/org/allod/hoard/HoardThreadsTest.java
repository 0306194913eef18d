package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.kit.Pattern;
import org.allod.parts.Stripes;
import org.junit.jupiter.api.Test;

/// Threads that come and go, and virtual ones.
class HoardThreadsTest {
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

    private static void churn(HoardMalloc heap, int rounds) {
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
        try (HoardMalloc heap = new HoardMalloc(region)) {
            Runnable life = () -> churn(heap, 200);
            for (int i = 0; i < 200; i++) start(PLATFORM, life).join();
            long peak = heap.stats().peakCommitted();
            for (int i = 200; i < 10_000; i++) start(PLATFORM, life).join();
            checkNoFailure();
            AllocatorStats stats = heap.stats();
            // One more buffer may be there while a thread still dies; 8 bytes a thread would show.
            long growth = stats.peakCommitted() - peak;
            assertTrue(growth <= 32 << 10, () -> growth + " bytes more after the first 200");
            assertEquals(0, stats.blocksUsed());
            assertEquals(0, stats.blocksCached(), "the dead hold nothing");
            assertEquals(2_000_000, stats.allocations());
            for (HoardHeapInfo info : heap.heaps()) assertEquals(0, info.threads());
            heap.verify();
            heap.trim();
            assertEquals(0, region.committed());
        }
    }

    @Test
    void aHundredThousandVirtualThreadsShareTheStripes() throws InterruptedException {
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB))) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                threads.add(
                        start(
                                VIRTUAL,
                                () -> {
                                    long block = heap.allocate(100, 16);
                                    Pattern.write(block, 100, block);
                                    Thread.yield();
                                    if (Pattern.mismatch(block, 100, 100, block) >= 0) {
                                        throw new AssertionError("overwritten");
                                    }
                                    heap.free(block);
                                }));
            }
            for (Thread thread : threads) thread.join();
            checkNoFailure();
            int stripes = Stripes.countFor(Runtime.getRuntime().availableProcessors());
            assertTrue(heap.requests().caches.all().size() <= stripes);
            AllocatorStats stats = heap.stats();
            assertEquals(100_000, stats.allocations());
            assertEquals(0, stats.blocksUsed());
            heap.verify();
            heap.trim();
            assertEquals(0, heap.stats().blocksCached());
            assertEquals(0, heap.stats().held());
        }
    }

    @Test
    void lookingWhileOthersWork() throws InterruptedException {
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(start(t % 2 == 0 ? PLATFORM : VIRTUAL, () -> churn(heap, 100_000)));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                heap.stats();
                heap.trim();
                heap.idle();
            }
            for (Thread thread : threads) thread.join();
            checkNoFailure();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(400_000, heap.stats().allocations());
            heap.verify();
        }
    }

    /// By the thread that does it alone.
    @Test
    void afterQuietWhatIsEmptyGoesBack() {
        try (HoardMalloc heap =
                new HoardMalloc(
                        Region.reserved(256 * MIB), HoardOptions.DEFAULT.with("quiet_millis", 0))) {
            churn(heap, 1000);
            long[] large = {heap.allocate(MIB, 16), heap.allocate(3 * MIB, 16)};
            for (long block : large) heap.free(block);
            heap.idle();
            HoardQuiet quiet = new HoardQuiet(heap.requests(), 100);
            quiet.turn(0);
            assertTrue(heap.stats().held() > 3 * MIB, "kept for a while");
            quiet.turn(99_000_000);
            assertTrue(heap.stats().held() > 3 * MIB, "kept for a while");
            quiet.turn(100_000_000);
            assertEquals(0, heap.stats().held());
            heap.verify();
        }
    }

    @Test
    void profilesNameTheSite() {
        HoardOptions options = HoardOptions.DEFAULT.with("profile_mean", 4096);
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(256 * MIB), options)) {
            long[] blocks = new long[20_000];
            for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(100, 16);
            long live = 0;
            for (var site : heap.profile().sites()) live += site.bytesLive();
            long bytes = live;
            assertTrue(Math.abs(live - 2_000_000) < 400_000, () -> bytes + " of 2,000,000");
            assertNotNull(heap.profile().sites().get(0));
            for (long block : blocks) heap.free(block);
            for (var site : heap.profile().sites()) assertEquals(0, site.bytesLive());
            heap.verify();
        }
    }
}
