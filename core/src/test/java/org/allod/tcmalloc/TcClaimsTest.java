package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What TCMalloc claims: the budget, the sums, the pages that leave, the limit.
class TcClaimsTest {
    private static final long MIB = 1 << 20;

    private static long get(TcMalloc heap, String name) {
        return heap.property("tcmalloc." + name);
    }

    // ---- the budget ----

    /// Six threads fill their caches as they can; a seventh looks at the sum all the time.
    @Test
    void theCachesStayWithinTheBudget() throws InterruptedException {
        long total = 2 * MIB;
        int workers = 6;
        TcOptions options =
                TcOptions.DEFAULT
                        .with("TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES", total)
                        .with("TCMALLOC_MIN_PER_THREAD_CACHE_BYTES", 64 << 10);
        long most = total + workers * (64L << 10);
        try (TcMalloc heap = new TcMalloc(Region.reserved(1024 * MIB), options)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean done = new AtomicBoolean();
            CountDownLatch left = new CountDownLatch(workers);
            SplittableRandom seeds = Randomness.of(this);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                SplittableRandom random = seeds.split();
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    try {
                                        fill(heap, random);
                                        left.countDown();
                                        while (!done.get()) Thread.sleep(1);
                                    } catch (Throwable thrown) {
                                        failure.compareAndSet(null, thrown);
                                        left.countDown();
                                    }
                                }));
            }
            long seen = 0;
            while (left.getCount() > 0) {
                // What one free may push before its thread gives something back.
                long moment = workers * (long) (TcClasses.SIZE_MAX + (64 << 10));
                long now = get(heap, "current_total_thread_cache_bytes");
                seen = Math.max(seen, now);
                assertTrue(now <= most + moment, now + " bytes in caches meanwhile");
            }
            if (failure.get() != null) throw new AssertionError("in a thread", failure.get());
            long now = get(heap, "current_total_thread_cache_bytes");
            assertTrue(now <= most, () -> now + " bytes in caches, budget " + total);
            assertTrue(now > total / 4, () -> now + " bytes: nothing to see");
            heap.verify();
            done.set(true);
            for (Thread thread : threads) thread.join();
            assertEquals(0, get(heap, "current_total_thread_cache_bytes"), "all is back");
            assertEquals(0, get(heap, "impl.thread_cache_count"));
        }
    }

    private static void fill(TcMalloc heap, SplittableRandom random) {
        long[] blocks = new long[1_000];
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(random.nextLong(1L << random.nextInt(4, 17)), 16);
            }
            for (long block : blocks) heap.free(block);
        }
    }

    @Test
    void aSmallerBudgetIsObeyed() {
        obeysASmallerBudget(Randomness.of(this));
    }

    /// The free that follows makes its own list too long here: the others go all the same.
    @ParameterizedTest
    @ValueSource(longs = {57, 101, 120})
    void aSmallerBudgetIsObeyedWhereAListIsTooLong(long seed) {
        obeysASmallerBudget(new SplittableRandom(seed));
    }

    private static void obeysASmallerBudget(SplittableRandom random) {
        try (TcMalloc heap = new TcMalloc(Region.reserved(256 * MIB))) {
            fill(heap, random);
            assertTrue(get(heap, "current_total_thread_cache_bytes") > 2 * MIB);
            heap.setProperty("tcmalloc.max_total_thread_cache_bytes", 512 << 10);
            heap.free(heap.allocate(100, 16));
            assertTrue(get(heap, "current_total_thread_cache_bytes") <= 512 << 10);
            heap.verify();
        }
    }

    // ---- idle ----

    @Test
    void anIdleThreadHoldsNothing() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(256 * MIB))) {
            fill(heap, Randomness.of(this));
            assertNotEquals(0, get(heap, "current_total_thread_cache_bytes"));
            heap.idle();
            assertEquals(0, get(heap, "current_total_thread_cache_bytes"));
            assertEquals(0, heap.stats().blocksCached());
            heap.verify();
        }
    }

    @Test
    void afterAllIsFreedNearlyAllGoesBack() {
        Region region = Region.reserved(1024 * MIB);
        try (TcMalloc heap = new TcMalloc(region)) {
            SplittableRandom random = Randomness.of(this);
            long[] blocks = new long[50_000];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(random.nextLong(1L << random.nextInt(3, 13)), 16);
            }
            long peak = heap.stats().committed();
            for (long block : blocks) heap.free(block);
            heap.idle();
            heap.trim();
            AllocatorStats stats = heap.stats();
            assertEquals(0, stats.granted());
            assertTrue(
                    stats.committed() <= peak / 20 + (256 << 10),
                    () -> stats.committed() + " of " + peak + " stay committed");
        }
    }

    // ---- sums ----

    /// free + unmapped + used = system, and the text's sum is the region's.
    @Test
    void theSumsAgreeWheneverItIsQuiet() {
        Region region = Region.reserved(256 * MIB);
        try (TcMalloc heap = new TcMalloc(region)) {
            SplittableRandom random = Randomness.of(this);
            List<Long> live = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(5) < 2 && !live.isEmpty()) {
                    heap.free(live.remove(random.nextInt(live.size())));
                } else {
                    live.add(heap.allocate(random.nextLong(1L << random.nextInt(3, 20)), 8));
                    if (live.getLast() == Allocator.NULL) live.removeLast();
                }
                if (i % 500 == 0) checkSums(heap, region);
                if (i % 3_000 == 0) heap.trim();
            }
            live.forEach(heap::free);
            checkSums(heap, region);
            assertEquals(0, heap.property("generic.current_allocated_bytes"));
        }
    }

    private static void checkSums(TcMalloc heap, Region region) {
        long used =
                heap.property("generic.current_allocated_bytes")
                        + get(heap, "central_cache_free_bytes")
                        + get(heap, "transfer_cache_free_bytes")
                        + get(heap, "thread_cache_free_bytes");
        long free = get(heap, "pageheap_free_bytes");
        long unmapped = get(heap, "pageheap_unmapped_bytes");
        assertEquals(heap.property("generic.heap_size"), used + free + unmapped);
        assertEquals(region.committed(), used + free, "committed");
        assertEquals(region.committed(), get(heap, "pageheap_committed_bytes"));
    }

    // ---- pages ----

    @Test
    void releasedPagesLeaveMemory() {
        Region region = Region.reserved(256 * MIB);
        try (TcMalloc heap = new TcMalloc(region)) {
            long[] blocks = new long[2_000];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(16_000, 16);
                Memory.fill(blocks[i], 16_000, (byte) 1);
            }
            long full = region.resident();
            for (long block : blocks) heap.free(block);
            heap.trim();
            long rest = region.resident();
            if (full < 0) return;
            assertTrue(full > 30 * MIB, () -> full + " resident");
            assertTrue(rest < MIB, () -> rest + " of " + full + " still resident");
        }
    }

    @Test
    void freePagesGoBackByThemselves() {
        TcOptions fast = TcOptions.DEFAULT.with("TCMALLOC_RELEASE_RATE", 10);
        try (TcMalloc heap = new TcMalloc(Region.reserved(1024 * MIB), fast)) {
            for (int i = 0; i < 2_500; i++) heap.free(heap.allocate(MIB, 16));
            assertTrue(get(heap, "pageheap_scavenge_count") > 0, "scavenged");
            assertTrue(get(heap, "pageheap_decommit_count") > 0, "released");
        }
    }

    // ---- the limit ----

    @Test
    void aHeapAtItsLimitServesAgainAfterAFree() {
        TcOptions limited = TcOptions.DEFAULT.with("TCMALLOC_HEAP_LIMIT_MB", 8);
        Region region = Region.reserved(256 * MIB);
        try (TcMalloc heap = new TcMalloc(region, limited)) {
            for (long size : new long[] {100, 5_000, 300_000, 3 * MIB}) {
                List<Long> live = new ArrayList<>();
                for (long block; (block = heap.allocate(size, 16)) != Allocator.NULL; ) {
                    live.add(block);
                }
                assertTrue(region.committed() <= 8 * MIB, () -> region.committed() + " B");
                assertTrue(live.size() * size >= 5 * MIB, () -> live.size() + " of " + size);
                heap.free(live.removeLast());
                long again = heap.allocate(size, 16);
                assertNotEquals(Allocator.NULL, again, "after a free");
                heap.free(again);
                live.forEach(heap::free);
                heap.verify();
            }
            heap.setProperty("tcmalloc.heap_limit_mb", 64);
            assertNotEquals(Allocator.NULL, heap.allocate(32 * MIB, 16), "above the old limit");
        }
    }
}
