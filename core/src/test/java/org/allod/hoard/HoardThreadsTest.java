package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.ThreadsContract;
import org.junit.jupiter.api.Test;

/// Threads that come and go, and virtual ones.
class HoardThreadsTest implements ThreadsContract<HoardMalloc> {
    @Override
    public HoardMalloc heapOver(Region region) {
        return new HoardMalloc(region);
    }

    /// One more buffer may be there while a thread still dies; 8 bytes a thread would show.
    @Override
    public long growth() {
        return 32 * KIB;
    }

    @Override
    public void idle(HoardMalloc heap) {
        heap.idle();
    }

    @Override
    public void checkFewCaches(HoardMalloc heap) {
        ThreadsContract.assertFew(heap.requests().caches.all().size());
    }

    @Override
    public void checkDead(HoardMalloc heap) {
        for (HoardHeapInfo info : heap.heaps()) assertEquals(0, info.threads());
    }

    /// By the thread that does it alone.
    @Test
    void afterQuietWhatIsEmptyGoesBack() {
        try (HoardMalloc heap =
                new HoardMalloc(
                        Region.reserved(256 * MIB), HoardOptions.DEFAULT.with("quiet_millis", 0))) {
            ThreadsContract.churn(heap, 1000, churnBytes());
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
