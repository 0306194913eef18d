package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import example.Shop;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WasteProfilerTest {
    private static final long MEAN = 4 << 10;
    private static final long SLAB = 4096;

    private final WasteProfiler profiler = new WasteProfiler(MEAN, HeapProfiler.DEPTH);

    /// Slabs of one class: two sites allocate in turn, then some of it is freed.
    private final class Slabs {
        final long base;
        final int size;
        final int capacity;
        final int count;
        final byte[] owner;
        final boolean[] noted;
        final int[] live;

        Slabs(long base, int size, int count) {
            this.base = base;
            this.size = size;
            this.capacity = (int) SLAB / size;
            this.count = count;
            this.owner = new byte[count * capacity];
            this.noted = new boolean[count * capacity];
            this.live = new int[count];
        }

        long address(int block) {
            return base + block / capacity * SLAB + (long) (block % capacity) * size;
        }

        void fill(SplittableRandom random, SampleWait wait, int firstSitePercent) {
            long left = wait.next();
            for (int i = 0; i < owner.length; i++) {
                long address = address(i);
                owner[i] = (byte) (random.nextInt(100) < firstSitePercent ? 1 : 2);
                live[i / capacity]++;
                left -= size;
                if (left >= 0) continue;
                left = wait.next();
                noted[i] = true;
                if (owner[i] == 1) Shop.order(() -> profiler.noted(address, size));
                else Shop.bill(() -> profiler.noted(address, size));
            }
        }

        void free(int block) {
            assertEquals(noted[block], profiler.freed(address(block)));
            noted[block] = false;
            owner[block] = 0;
            live[block / capacity]--;
        }

        double shareOf(long address) {
            int slab = (int) ((address - base) / SLAB);
            return (double) (capacity - live[slab]) * size / live[slab];
        }

        double pinnedBy(int site) {
            double sum = 0;
            for (int i = 0; i < owner.length; i++) {
                if (owner[i] == site) sum += shareOf(address(i));
            }
            return sum;
        }
    }

    private static long bytes(WasteProfile profile, String method) {
        long sum = 0;
        for (WasteProfile.Site site : profile.sites()) {
            if (Shop.methodOn(site.stack()).equals(method)) sum += site.bytes();
        }
        return sum;
    }

    /// The one who keeps a block in each slab is found, not the one who filled them.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoPinsTheSlabsPays(long seed) {
        var random = new SplittableRandom(seed);
        var slabs = new Slabs(1L << 40, 64, 20_000);
        slabs.fill(random, new SampleWait(MEAN, seed), 90);
        for (int i = 0; i < slabs.owner.length; i++) if (slabs.owner[i] == 1) slabs.free(i);
        WasteProfile profile = profiler.profile(slabs::shareOf);
        assertEquals(0, bytes(profile, "order"));
        near(slabs.pinnedBy(2), bytes(profile, "bill"));
        assertEquals(bytes(profile, "bill"), profile.bytes());
    }

    /// Two classes, two sites, random frees: each site's part, and all of it.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theWasteIsDividedTruly(long seed) {
        var random = new SplittableRandom(seed);
        var wait = new SampleWait(MEAN, seed);
        var small = new Slabs(1L << 40, 64, 10_000);
        var large = new Slabs(2L << 40, 512, 20_000);
        small.fill(random, wait, 70);
        large.fill(random, wait, 40);
        for (Slabs slabs : new Slabs[] {small, large}) {
            for (int i = 0; i < slabs.owner.length; i++) {
                if (random.nextInt(100) < (slabs.owner[i] == 1 ? 40 : 70)) slabs.free(i);
            }
        }
        WasteProfile profile =
                profiler.profile(a -> a < 2L << 40 ? small.shareOf(a) : large.shareOf(a));
        near(small.pinnedBy(1) + large.pinnedBy(1), bytes(profile, "order"));
        near(small.pinnedBy(2) + large.pinnedBy(2), bytes(profile, "bill"));
        long free = 0;
        for (Slabs slabs : new Slabs[] {small, large}) {
            for (int live : slabs.live) {
                if (live > 0) free += (long) (slabs.capacity - live) * slabs.size;
            }
        }
        near(free, profile.bytes());
    }

    private static void near(double expected, double actual) {
        assertEquals(expected, actual, expected / 20);
    }

    @Test
    void fullSlabsPinNothing() {
        Shop.order(() -> profiler.noted(4096, 64));
        assertTrue(profiler.profile(address -> 0).sites().isEmpty());
        assertEquals(1, profiler.samplesLive());
    }

    @Test
    void isAskedForNotedBlocksAlone() {
        Shop.order(() -> profiler.noted(4096, 64));
        Shop.order(() -> profiler.noted(8192, 64));
        assertTrue(profiler.freed(4096));
        assertFalse(profiler.freed(4096));
        assertFalse(profiler.freed(12288));
        WasteProfile profile =
                profiler.profile(address -> {
                    assertEquals(8192, address);
                    return 10;
                });
        double weight = SampleWait.weight(64, MEAN);
        assertEquals(Math.round(10 * weight), profile.bytes());
        assertEquals(Math.round(weight), profile.sites().getFirst().objects());
    }
}
