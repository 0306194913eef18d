package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import example.Shop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapProfilerTest {
    private static final long MEAN = 64 << 10;

    private final HeapProfiler profiler = new HeapProfiler(MEAN, HeapProfiler.DEPTH);

    // ---- totals ----

    /// A heap that only counts: two sites of mixed sizes, and what a profile of it should say.
    private static final class Truth {
        private final HeapProfiler profiler;
        private final SampleWait wait;
        private final SplittableRandom random;
        private final ArrayDeque<long[]> live = new ArrayDeque<>();
        private final long[] objects = new long[2];
        private final long[] bytes = new long[2];
        private final long[] objectsLive = new long[2];
        private final long[] bytesLive = new long[2];
        private long left;
        private long address;

        Truth(HeapProfiler profiler, long seed) {
            this.profiler = profiler;
            this.wait = new SampleWait(profiler.mean(), seed);
            this.random = new SplittableRandom(seed);
            this.left = wait.next();
            this.address = seed << 40;
        }

        /// Mostly hundreds of bytes at site 0; at site 1 also some about the mean and above.
        void allocate() {
            int site = random.nextInt(4) == 0 ? 1 : 0;
            long size = 1 + random.nextInt(site == 0 ? 1_000 : 4_000);
            if (site == 1 && random.nextInt(100) == 0) size = 1 + random.nextInt(4 * (int) MEAN);
            long drawn = size;
            long block = address += 1 << 20;
            left -= drawn;
            boolean sampled = left < 0;
            if (sampled) {
                left = wait.next();
                if (site == 0) Shop.order(() -> profiler.sampled(block, drawn, drawn));
                else Shop.bill(() -> profiler.sampled(block, drawn, drawn));
            }
            live.add(new long[] {block, size, site, sampled ? 1 : 0});
            count(site, 1, size);
            objects[site]++;
            bytes[site] += size;
        }

        void freeOldest() {
            long[] block = live.poll();
            count((int) block[2], -1, -block[1]);
            if (block[3] == 1) assertTrue(profiler.freed(block[0]));
        }

        private void count(int site, long objects, long bytes) {
            objectsLive[site] += objects;
            bytesLive[site] += bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void totalsAreTrueWithinFivePercent(long seed) {
        var truth = new Truth(profiler, seed);
        for (int i = 0; i < 4_000_000; i++) {
            truth.allocate();
            if (truth.live.size() > 1_000_000) truth.freeOldest();
        }
        assertEquals(2, profiler.profile().sites().size());
        for (HeapProfile.Site site : profiler.profile().sites()) {
            int i = Shop.methodOn(site.stack()).equals("order") ? 0 : 1;
            if (i == 0) near(truth.objects[0], site.objects());
            if (i == 0) near(truth.objectsLive[0], site.objectsLive());
            near(truth.bytes[i], site.bytes());
            near(truth.bytesLive[i], site.bytesLive());
        }
        HeapProfile.Site total = profiler.profile().total();
        near(truth.objects[0] + truth.objects[1], total.objects());
        near(truth.bytes[0] + truth.bytes[1], total.bytes());
        near(truth.objectsLive[0] + truth.objectsLive[1], total.objectsLive());
        near(truth.bytesLive[0] + truth.bytesLive[1], total.bytesLive());
        while (!truth.live.isEmpty()) truth.freeOldest();
        assertEquals(0, profiler.samplesLive());
        assertEquals(0, profiler.profile().total().bytesLive());
        assertEquals(0, profiler.profile().total().objectsLive());
    }

    private static void near(long expected, long actual) {
        assertEquals(expected, actual, expected / 20.0);
    }

    // ---- one block ----

    @Test
    void aSampleStandsForItsLike() {
        Shop.order(() -> profiler.sampled(4096, 64, 48));
        assertTrue(profiler.freed(4096));
        assertFalse(profiler.freed(4096), "twice");
        assertFalse(profiler.freed(8192), "never sampled");
        double weight = SampleWait.weight(64, MEAN);
        HeapProfile.Site site = only();
        assertEquals(Math.round(weight), site.objects());
        assertEquals(Math.round(48 * weight), site.bytes(), "what is shown, not what was drawn");
        assertEquals(0, site.objectsLive());
    }

    @Test
    void anAddressSampledAgainWasFreed() {
        Shop.order(() -> profiler.sampled(4096, MEAN, 100));
        Shop.bill(() -> profiler.sampled(4096, MEAN, 100));
        assertEquals(1, profiler.samplesLive());
        for (HeapProfile.Site site : profiler.profile().sites()) {
            boolean first = Shop.methodOn(site.stack()).equals("order");
            assertEquals(first ? 0 : 158, site.bytesLive());
            assertEquals(158, site.bytes());
        }
    }

    // ---- stacks ----

    @Test
    void theLibraryIsNotOnTheStack() {
        Shop.order(() -> profiler.sampled(4096, 1, 1));
        List<StackTraceElement> stack = only().stack();
        for (Class<?> ours : List.of(HeapProfiler.class, Sites.class)) {
            assertTrue(stack.stream().noneMatch(f -> f.getClassName().equals(ours.getName())));
        }
        assertEquals("order", Shop.methodOn(stack));
        int own = stack.getFirst().getClassName().equals(getClass().getName()) ? 1 : 0;
        assertEquals("Shop.java", stack.get(own).getFileName());
        assertTrue(stack.get(own).getLineNumber() > 0);
    }

    private HeapProfile.Site only() {
        List<HeapProfile.Site> sites = profiler.profile().sites();
        assertEquals(1, sites.size(), sites::toString);
        return sites.getFirst();
    }

    @Test
    void stacksEndAtTheDepth() {
        for (int depth : new int[] {1, 5, 31, 100}) {
            var deep = new HeapProfiler(MEAN, depth);
            Shop.deep(200, () -> deep.sampled(4096, 1, 1));
            assertEquals(depth, deep.profile().sites().getFirst().stack().size());
        }
    }

    @Test
    void oneStackIsOneSite() {
        for (int i = 0; i < 100; i++) {
            long address = 4096L * (i + 1);
            Shop.order(() -> profiler.sampled(address, 1, 1));
        }
        assertEquals(1, profiler.profile().sites().size());
        Shop.bill(() -> profiler.sampled(4096, 1, 1));
        assertEquals(2, profiler.profile().sites().size());
    }

    @Test
    void theMostLiveBytesComeFirst() {
        Shop.order(() -> profiler.sampled(4096, 1, 1));
        Shop.bill(() -> profiler.sampled(8192, 1, 3));
        Shop.deep(3, () -> profiler.sampled(12288, 1, 2));
        List<HeapProfile.Site> sites = profiler.profile().sites();
        assertEquals(List.of(3L, 2L, 1L), sites.stream().map(s -> s.bytes() / 65_536).toList());
    }

    @Test
    void refusesWhatIsNoMeanAndNoDepth() {
        for (long mean : new long[] {0, -1}) {
            var thrown =
                    assertThrows(IllegalArgumentException.class, () -> new HeapProfiler(mean, 1));
            assertEquals("mean=" + mean + ", expected at least 1", thrown.getMessage());
        }
        var thrown = assertThrows(IllegalArgumentException.class, () -> new HeapProfiler(1, 0));
        assertEquals("depth=0, expected at least 1", thrown.getMessage());
    }

    // ---- threads ----

    /// Blocks go to the next thread, which frees them, while profiles are taken.
    @Test
    void anyThreadFreesWhatAnotherSampled() throws InterruptedException {
        int threads = 4;
        int blocks = 20_000;
        var lost = new AtomicLong();
        List<Thread> samplers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long base = (t + 1L) << 40;
            samplers.add(Thread.ofPlatform().start(() -> pass(base, blocks, lost)));
        }
        while (samplers.stream().anyMatch(Thread::isAlive)) {
            assertTrue(profiler.profile().total().bytesLive() >= 0);
        }
        for (Thread sampler : samplers) sampler.join();
        assertEquals(0, lost.get());
        assertEquals(0, profiler.samplesLive());
        HeapProfile.Site total = profiler.profile().total();
        double one = SampleWait.weight(100, MEAN);
        assertEquals(threads * blocks * one, total.objects(), 1);
        assertEquals(0, total.objectsLive());
    }

    private void pass(long base, int blocks, AtomicLong lost) {
        for (int i = 0; i < blocks; i += 100) {
            for (int j = 0; j < 100; j++) profiler.sampled(base + 64 * j, 100, 100);
            var other = Thread.ofVirtual().start(() -> free(base, lost));
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void free(long base, AtomicLong lost) {
        for (int j = 0; j < 100; j++) if (!profiler.freed(base + 64 * j)) lost.incrementAndGet();
    }
}
