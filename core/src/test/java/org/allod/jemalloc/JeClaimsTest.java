package org.allod.jemalloc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What jemalloc says of itself.
class JeClaimsTest {
    private static final long MIB = 1 << 20;

    private static JeMalloc heap(String conf) {
        return new JeMalloc(Region.reserved(256 * MIB), JeOptions.parse(conf));
    }

    private static long number(JeMalloc heap, String name) {
        return (long) heap.control().statistics().get(name);
    }

    /// Low fragmentation: one region of each slab is freed, and as many again need no new slab.
    @ParameterizedTest
    @ValueSource(ints = {8, 64, 80, 320, 1024, 3072, 7168})
    void packsWhatComesIntoWhatIsThere(int size) {
        try (JeMalloc heap = heap("narenas:1,tcache:false,dirty_decay_ms:-1")) {
            int index = JeClasses.of(size);
            int regions = JeClasses.regions(index);
            long[][] slabs = new long[20][regions];
            for (long[] slab : slabs) {
                for (int i = 0; i < regions; i++) slab[i] = heap.allocate(size, 8);
            }
            String slabsMade = "stats.arenas.0.bins." + index + ".nslabs";
            assertEquals(20, number(heap, slabsMade));
            List<Long> freed = new ArrayList<>();
            for (int i = 0; i < slabs.length; i++) {
                long block = slabs[i][i * 7 % regions];
                heap.free(block);
                freed.add(block);
            }
            for (long expected : freed.stream().sorted().toList()) {
                assertEquals(expected, heap.allocate(size, 8), "the oldest slab's first");
            }
            assertEquals(20, number(heap, slabsMade), "no new slab");
            assertNotEquals(NULL, heap.allocate(size, 8));
            assertEquals(21, number(heap, slabsMade), "the next one needs one");
            heap.verify();
        }
    }

    /// Free pages only become fewer, and are none when the time is over.
    @ParameterizedTest
    @ValueSource(strings = {"1000", "10000"})
    void freePagesDecayToNone(String millis) {
        AtomicLong clock = new AtomicLong();
        String conf = "narenas:1,background_thread:false,dirty_decay_ms:" + millis;
        Region region = Region.reserved(256 * MIB);
        try (JeMalloc heap = new JeMalloc(region, JeOptions.parse(conf), clock::get)) {
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 1000; i++) blocks.add(heap.allocate(40_000, 16));
            Collections.shuffle(blocks, Random.from(Randomness.of(this)));
            blocks.forEach(heap::free);
            long full = number(heap, "stats.arenas.0.pdirty");
            assertTrue(full >= 10_000, () -> full + " dirty pages");
            long step = Long.parseLong(millis) * 1_000_000 / 100;
            long before = full;
            for (int i = 1; i <= 100; i++) {
                clock.addAndGet(step);
                assertTrue(heap.turn());
                long now = number(heap, "stats.arenas.0.pdirty");
                assertTrue(now <= before, now + " dirty pages after " + before);
                if (i == 10) assertTrue(now > full * 9 / 10, now + " at a tenth of the time");
                if (i == 50) assertTrue(now > full / 3 && now < full * 2 / 3, now + " at half");
                before = now;
            }
            assertEquals(0, before, "at the end of the time");
            assertTrue(region.committed() < MIB, () -> region.committed() + " committed");
            heap.verify();
        }
    }

    /// What lies dirty and is too small for what is asked for goes before a new peak comes of it.
    @Test
    void aNewPeakIsPaidForByDirtyPages() {
        String conf = "narenas:1,background_thread:false,dirty_decay_ms:";
        for (String millis : new String[] {"1000000", "-1"}) {
            Region region = Region.reserved(256 * MIB);
            try (JeMalloc heap = new JeMalloc(region, JeOptions.parse(conf + millis))) {
                long[] blocks = new long[400];
                for (int i = 0; i < 400; i++) blocks[i] = heap.allocate(36_000, 16);
                for (int i = 0; i < 400; i += 2) heap.free(blocks[i]);
                long peak = region.committed();
                for (int i = 0; i < 60; i++) heap.allocate(100_000, 16);
                long more = region.committed() - peak;
                if (millis.equals("-1")) assertTrue(more > 6 * MIB, () -> more + " more");
                else assertTrue(more < 60 * 20_480, () -> more + " more, after " + peak);
                heap.verify();
            }
        }
    }

    /// What caches hold, and what stays for that alone.
    @Test
    void whatACachePinsIsTold() {
        try (JeMalloc heap = heap("narenas:1,tcache_max:32768")) {
            long[] blocks = new long[200];
            for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(2048, 16);
            heap.idle();
            assertEquals(0, number(heap, "stats.tcache_pinned"));
            long large = heap.allocate(20_000, 16);
            for (int i = 0; i < 10; i++) heap.free(blocks[i]);
            assertEquals(5 * 4096, number(heap, "stats.tcache_pinned"), "both of a slab are free");
            heap.free(blocks[11]);
            assertEquals(5 * 4096, number(heap, "stats.tcache_pinned"), "its neighbour is live");
            assertEquals(11 * 2048, number(heap, "stats.tcache_bytes"));
            heap.free(large);
            assertEquals(5 * 4096 + 24_576, number(heap, "stats.tcache_pinned"), "with its pad");
            assertEquals(12, number(heap, "stats.tcache_blocks"));
            heap.idle();
            assertEquals(0, number(heap, "stats.tcache_pinned"));
        }
    }

    /// Without a call of anybody's.
    @Test
    void theBackgroundThreadGivesAllBack() throws InterruptedException {
        Region region = Region.reserved(256 * MIB);
        try (JeMalloc heap = new JeMalloc(region, JeOptions.parse("dirty_decay_ms:500"))) {
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) blocks.add(heap.allocate(2000, 16));
            long peak = heap.stats().peakCommitted();
            blocks.forEach(heap::free);
            heap.idle();
            long bound = peak / 50 + 256 * 1024;
            for (int i = 0; i < 100 && heap.stats().committed() > bound; i++) Thread.sleep(100);
            long rest = heap.stats().committed();
            assertTrue(rest <= bound, () -> rest + " of " + peak + " committed");
        }
    }

    @Test
    void theSumsStandInOrder() {
        var random = Randomness.of(this);
        try (JeMalloc heap = heap("narenas:2")) {
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(3) == 0 && !blocks.isEmpty()) {
                    heap.free(blocks.remove(random.nextInt(blocks.size())));
                } else {
                    blocks.add(heap.allocate(random.nextLong(1L << random.nextInt(1, 17)), 16));
                }
                if (i % 1000 == 0) checkSums(heap);
            }
            blocks.forEach(heap::free);
            checkSums(heap);
            heap.idle();
            checkSums(heap);
            assertEquals(0, number(heap, "stats.allocated"), "all is free, and no cache has any");
        }
    }

    /// Requests of all classes in all arenas.
    static long requests(Map<String, Object> all) {
        long requests = 0;
        long sums = 0;
        for (String name : all.keySet()) {
            if (name.matches("stats\\.arenas\\.\\d+\\.l?(bins|extents)\\.\\d+\\.nrequests")) {
                requests += (long) all.get(name);
            }
            if (name.matches(".*\\.(small|large)\\.nrequests")) sums += (long) all.get(name);
        }
        assertEquals(requests, sums, "small.nrequests and large.nrequests");
        return requests;
    }

    private static void checkSums(JeMalloc heap) {
        Map<String, Object> all = heap.control().statistics();
        assertEquals(heap.stats().allocations(), requests(all), "nrequests");
        long allocated = (long) all.get("stats.allocated");
        long active = (long) all.get("stats.active");
        assertTrue(allocated <= active, () -> "allocated " + allocated + ", active " + active);
        assertTrue(active <= (long) all.get("stats.mapped"), "active, mapped");
        assertTrue(active <= (long) all.get("stats.resident"), "active, resident");
        long cached = (long) all.get("stats.tcache_bytes");
        assertEquals(heap.stats().granted() + cached, allocated, "granted and cached");
        long sum = 0;
        for (int arena = 0; all.containsKey("stats.arenas." + arena + ".pactive"); arena++) {
            String prefix = "stats.arenas." + arena + ".";
            long small = 0;
            for (int i = 0; i < JeClasses.SMALL; i++) {
                String bin = prefix + "bins." + i + ".";
                long regions = (long) all.get(bin + "curregs");
                long made = (long) all.get(bin + "nmalloc");
                assertEquals(made - (long) all.get(bin + "ndalloc"), regions, bin);
                long slabs = (long) all.get(bin + "curslabs");
                assertTrue(regions <= slabs * JeClasses.regions(i), bin);
                assertTrue(slabs <= (long) all.get(bin + "nslabs"), bin);
                small += regions * JeClasses.size(i);
            }
            assertEquals(small, all.get(prefix + "small.allocated"), prefix);
            long large = (long) all.get(prefix + "large.nmalloc");
            large -= (long) all.get(prefix + "large.ndalloc");
            assertTrue(large >= 0, prefix);
            sum += small + (long) all.get(prefix + "large.allocated");
        }
        assertEquals(sum, allocated, "the arenas' sum");
    }
}
