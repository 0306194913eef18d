package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.Region;
import org.allod.profile.HeapProfile;
import org.allod.profile.WasteProfile;
import org.junit.jupiter.api.Test;

/// Who allocated what, and who pins the free memory in slabs: within 5 % of the truth.
class JeProfileTest {
    private static JeMalloc heap(String conf) {
        return new JeMalloc(Region.reserved(1L << 32), JeOptions.parse(conf));
    }

    private static void checkNear(double truth, double told, String what) {
        assertTrue(Math.abs(told - truth) < truth * 0.05, () -> what + ": " + told + ", " + truth);
    }

    /// 4 GiB and more, 8,000 samples, of which a quarter lives for a while.
    @Test
    void theTotalsAreTrue() {
        try (JeMalloc heap = heap("prof:true")) {
            long all = 0;
            long alive = 0;
            List<Long> live = new ArrayList<>();
            for (int i = 0; i < 3_000_000; i++) {
                long size = 100 + i % 11 * 250L;
                long block = heap.allocate(size, 16);
                all += heap.usableSize(block);
                if (i % 4 != 0 || live.size() > 600_000) {
                    heap.free(block);
                } else {
                    live.add(block);
                    alive += heap.usableSize(block);
                }
            }
            checkNear(all, sum(heap.profile(), false), "allocated");
            checkNear(alive, sum(heap.profile(), true), "live");
            assertTrue(heap.profile().leakSummary().startsWith("Leak approximation summary: ~"));
            live.forEach(heap::free);
            assertEquals(0, sum(heap.profile(), true), "nothing lives");
            assertEquals("", heap.profile().leakSummary());
            heap.verify();
        }
    }

    private static long sum(HeapProfile profile, boolean live) {
        long sum = 0;
        for (HeapProfile.Site site : profile.sites()) sum += live ? site.bytesLive() : site.bytes();
        return sum;
    }

    /// One site's blocks go, the other's stay and pin what is free now.
    @Test
    void theWasteIsTheirsWhoPinIt() {
        try (JeMalloc heap = heap("prof_waste:true,lg_prof_sample:8,tcache:true,narenas:1")) {
            List<Long> passing = new ArrayList<>();
            int kept = 0;
            for (int i = 0; i < 400_000; i++) {
                if (i % 16 == 5) kept += stay(heap) != 0 ? 1 : 0;
                else passing.add(heap.allocate(64, 16));
            }
            passing.forEach(heap::free);
            heap.idle();
            WasteProfile waste = heap.wasteProfile();
            long truth = (400_000L - kept) * 64;
            checkNear(truth, waste.bytes(), "pinned bytes");
            long ours = 0;
            for (WasteProfile.Site site : waste.sites()) {
                boolean stays = site.stack().getFirst().getMethodName().equals("stay");
                if (stays) ours += site.bytes();
            }
            checkNear(truth, ours, "pinned by those that stay");
        }
    }

    private static long stay(JeMalloc heap) {
        return heap.allocate(64, 16);
    }

    @Test
    void withoutTheOptionThereIsNone() {
        try (JeMalloc heap = heap("")) {
            assertThrows(IllegalStateException.class, heap::profile);
            assertThrows(IllegalStateException.class, heap::wasteProfile);
        }
    }

    /// Virtual threads have no cache to count in.
    @Test
    void virtualThreadsAreSampled() throws InterruptedException {
        try (JeMalloc heap = heap("prof:true,lg_prof_sample:14")) {
            Thread thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 400_000; i++) {
                                    heap.free(heap.allocate(300, 16));
                                }
                            });
            thread.join();
            checkNear(400_000 * 320.0, sum(heap.profile(), false), "allocated");
            assertEquals(0, sum(heap.profile(), true));
        }
    }
}
