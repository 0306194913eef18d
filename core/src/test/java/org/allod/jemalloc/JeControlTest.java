package org.allod.jemalloc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.jemalloc.stats.CountedLock;
import org.allod.jemalloc.stats.StatsTree;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Flags, arenas and caches of one's own, options, statistics: by example.
class JeControlTest {
    private final JeMalloc heap = new JeMalloc(Region.reserved(1L << 28));
    private final JeControl control = heap.control();

    @AfterEach
    void close() {
        heap.verify();
        heap.close();
    }

    @Test
    void anArenaIsResetAtOnce() {
        int arena = control.arenaCreate();
        long kept = heap.allocate(100, 16);
        long[] blocks = new long[1000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = control.mallocx(10 + 97L * i, JeFlags.arena(arena));
            assertEquals(arena, control.arenaOf(blocks[i]));
        }
        heap.free(blocks[500]);
        assertEquals(1000, heap.stats().blocksUsed());
        assertNotEquals(blocks[500], heap.allocate(10 + 97L * 500, 16), "not cached");
        heap.verify();
        control.arenaReset(arena);
        assertEquals(2, heap.stats().blocksUsed());
        assertThrows(CorruptHeapError.class, () -> heap.free(blocks[1]));
        assertNotEquals(NULL, control.mallocx(100, JeFlags.arena(arena)));
        heap.verify();
        control.arenaDestroy(arena);
        assertEquals(112, heap.usableSize(kept));
        assertThrows(
                IllegalArgumentException.class, () -> control.mallocx(1, JeFlags.arena(arena)));
        assertEquals(arena, control.arenaCreate(), "a number is given again");
        assertThrows(IllegalArgumentException.class, () -> control.arenaReset(0));
    }

    @Test
    void aCacheOfOnesOwn() {
        int cache = control.cacheCreate();
        int flags = JeFlags.tcache(cache);
        long block = control.mallocx(100, flags);
        control.dallocx(block, flags);
        assertEquals(block, control.mallocx(100, flags), "the newest comes back");
        control.dallocx(block, flags);
        assertTrue(heap.stats().blocksCached() > 0);
        control.cacheFlush(cache);
        assertEquals(0, heap.stats().blocksCached());
        control.cacheDestroy(cache);
        assertThrows(IllegalArgumentException.class, () -> control.mallocx(100, flags));
        assertEquals(2, heap.stats().allocations());
    }

    @Test
    void flags() {
        long block = control.mallocx(100, JeFlags.align(4096) | JeFlags.ZERO);
        assertEquals(0, block & 4095);
        assertEquals(-1, Memory.mismatch(block, 100, (byte) 0));
        assertEquals(4096, control.sallocx(block));
        assertEquals(112, control.nallocx(100, 0));
        assertEquals(0, control.nallocx(Long.MAX_VALUE, 0));
        Memory.fill(block, 4096, (byte) 1);
        long large = control.rallocx(block, 100_000, JeFlags.ZERO);
        assertEquals(-1, Memory.mismatch(large, 4096, (byte) 1));
        assertEquals(-1, Memory.mismatch(large + 4096, 114_688 - 4096, (byte) 0));
        assertEquals(229_376, control.xallocx(large, 200_000, 20_000, 0));
        assertEquals(16_384, control.xallocx(large, 16_000, 384, 0));
        assertThrows(CorruptHeapError.class, () -> control.sdallocx(large, 20_000, 0));
        control.sdallocx(large, 16_384, JeFlags.TCACHE_NONE);
        assertEquals(0, heap.stats().blocksUsed());
        assertThrows(IllegalArgumentException.class, () -> JeFlags.align(3));
        assertThrows(IllegalArgumentException.class, () -> JeFlags.arena(-1));
    }

    @Test
    void statisticsAsTextAndJson() {
        heap.allocate(100, 16);
        String text = control.statsText("");
        assertTrue(text.startsWith("___ Begin jemalloc statistics ___\n"), text);
        assertTrue(text.contains("\nstats.allocated: "), text);
        assertTrue(text.contains("stats.arenas.0.bins.7  nmalloc "), text);
        assertTrue(!control.statsText("b").contains(".bins."));
        assertTrue(!control.statsText("g").contains("opt."));
        assertTrue(text.contains("mutex.num_ops"), text);
        assertTrue(!control.statsText("x").contains("mutex"));
        String json = control.statsJson();
        assertEquals(
                json.chars().filter(c -> c == '{').count(),
                json.chars().filter(c -> c == '}').count());
        assertTrue(json.startsWith("{\n  \"jemalloc\": {\n    \"version\": \"5.3.0"), json);
        assertEquals(json, control.statsText("J"));
        assertThrows(IllegalArgumentException.class, () -> control.statsText("q"));
        assertEquals(36L, control.statistics().get("arenas.nbins"));
        assertEquals(10_000L, control.statistics().get("opt.dirty_decay_ms"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch:1 | option=nosuch, expected one of abort_conf, narenas",
                "narenas | option=narenas, expected name:value",
                "narenas:x | narenas=x, expected a whole number",
                "narenas:-1 | narenas=-1, expected 0 to 4095",
                "tcache:maybe | tcache=maybe, expected one of true, false",
                "junk:some | junk=some, expected one of true, false, alloc, free",
                "tcache_max:9999999 | tcache_max=9999999, expected 8 to 1048576",
                "dirty_decay_ms:-2 | dirty_decay_ms=-2, expected -1 to",
                "tcache_nslots_large:0 | tcache_nslots_large=0, expected 1 to 1024",
                "tcache_gc_incr_bytes:1 | tcache_gc_incr_bytes=1, expected 1024 to 1099511627776",
                "lg_prof_interval:63 | lg_prof_interval=63, expected -1 to 62",
                "lg_tcache_max:x | lg_tcache_max=x, expected a whole number",
                "tcache:true, | option=, expected name:value"
            })
    void anOptionThatIsNoneIsRefused(String conf, String message) {
        var error = assertThrows(IllegalArgumentException.class, () -> JeOptions.parse(conf));
        assertTrue(error.getMessage().startsWith(message), error::getMessage);
    }

    /// The original's way, for who insists.
    @Test
    void orWarnedOf() {
        JeOptions options = JeOptions.parse("nosuch:1,narenas:3,abort_conf:false,zero:x");
        assertEquals(3, options.narenas());
        assertTrue(!options.zero());
        assertEquals(options, options.with("nosuch", "1"));
        assertThrows(IllegalArgumentException.class, () -> options.with("abort_conf:true,no:1"));
    }

    @Test
    void blocksAreFilledAsAsked() {
        try (var zeroed = new JeMalloc(Region.reserved(1 << 24), JeOptions.parse("zero:true"))) {
            long block = zeroed.allocate(100, 16);
            Memory.fill(block, 112, (byte) 7);
            zeroed.free(block);
            assertEquals(block, zeroed.allocate(100, 16));
            assertEquals(-1, Memory.mismatch(block, 112, (byte) 0));
        }
        try (var junk = new JeMalloc(Region.reserved(1 << 24), JeOptions.parse("junk:true"))) {
            long block = junk.allocate(100, 16);
            assertEquals(-1, Memory.mismatch(block, 112, (byte) 0xA5));
            junk.free(block);
            assertEquals(-1, Memory.mismatch(block, 112, (byte) 0x5A));
        }
    }

    /// How many blocks a cache holds, and how many leave when it is full, is what the options say.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zero:false | 64 | 128 | 64",
                "tcache_nslots_small_max:50 | 64 | 50 | 25",
                "lg_tcache_nslots_mul:0 | 64 | 64 | 32",
                "lg_tcache_nslots_mul:-2 | 64 | 20 | 10",
                "lg_tcache_nslots_mul:-2,tcache_nslots_small_min:3 | 64 | 16 | 8",
                "tcache_nslots_small_min:300 | 64 | 200 | 100",
                "lg_tcache_flush_small_div:3 | 64 | 128 | 16",
                "tcache_nslots_large:6 | 20000 | 6 | 3",
                "tcache_nslots_large:1 | 20000 | 1 | 0",
                "lg_tcache_flush_large_div:2 | 20000 | 20 | 5"
            })
    void placesInACache(String conf, int size, int places, int kept) {
        String quiet = "narenas:1,tcache_gc_incr_bytes:1073741824,";
        try (var sized = new JeMalloc(Region.reserved(1 << 28), JeOptions.parse(quiet + conf))) {
            long[] blocks = new long[places + 1];
            for (int i = 0; i <= places; i++) blocks[i] = sized.allocate(size, 16);
            sized.idle();
            for (int i = 0; i < places; i++) sized.free(blocks[i]);
            assertEquals(places, sized.stats().blocksCached());
            sized.free(blocks[places]);
            assertEquals(kept + 1, sized.stats().blocksCached());
            sized.verify();
        }
    }

    /// The more often a cache is looked at, the less stays in it that nobody wants.
    @Test
    void looksAreAsFarApartAsTheOptionSays() {
        long[] cached = new long[2];
        for (int often = 0; often < 2; often++) {
            String conf = "narenas:1,tcache_gc_incr_bytes:" + (often == 1 ? 1024 : 1 << 30);
            try (var sized = new JeMalloc(Region.reserved(1 << 28), JeOptions.parse(conf))) {
                long[] blocks = new long[100];
                for (int i = 0; i < 100; i++) blocks[i] = sized.allocate(64, 16);
                for (long block : blocks) sized.free(block);
                for (int i = 0; i < 1000; i++) sized.free(sized.allocate(4096, 16));
                cached[often] = sized.stats().blocksCached();
            }
        }
        assertTrue(cached[0] >= 100 && cached[1] < 30, cached[0] + " and " + cached[1]);
    }

    @Test
    void locksTellWhoWaited() throws InterruptedException {
        String prefix = "stats.arenas.0.bins.4.mutex.";
        long one = heap.allocate(64, 16);
        assertEquals(1L, control.statistics().get(prefix + "num_owner_switch"));
        assertTrue((long) control.statistics().get(prefix + "num_ops") >= 1);
        Thread.ofPlatform().start(() -> control.dallocx(one, JeFlags.TCACHE_NONE)).join();
        assertEquals(2L, control.statistics().get(prefix + "num_owner_switch"));
        assertEquals(0L, control.statistics().get(prefix + "num_wait"));
        assertEquals(0L, control.statistics().get(prefix + "total_wait_time"));
        Object pages = control.statistics().get("stats.arenas.0.mutexes.extents_dirty.num_ops");
        assertTrue((long) pages > 0);
    }

    @Test
    void aLockThatIsTakenIsWaitedFor() throws InterruptedException {
        CountedLock lock = new CountedLock();
        lock.lock();
        assertTrue(lock.tryLock(), "again by the same thread");
        lock.unlock();
        Thread waits =
                Thread.ofPlatform()
                        .start(() -> {
                            if (lock.tryLock()) throw new AssertionError("taken");
                            lock.lock();
                            lock.unlock();
                        });
        while (waits.getState() != Thread.State.WAITING) Thread.onSpinWait();
        lock.unlock();
        waits.join();
        StatsTree tree = new StatsTree();
        lock.counts(tree, "m");
        assertEquals(3L, tree.values().get("m.num_ops"));
        assertEquals(1L, tree.values().get("m.num_wait"));
        assertEquals(2L, tree.values().get("m.num_owner_switch"));
        long nanos = (long) tree.values().get("m.total_wait_time");
        assertTrue(nanos > 0 && nanos == (long) tree.values().get("m.max_wait_time"));
    }

    @Test
    void optionsGoThereAndBack() {
        String conf = "narenas:3,tcache:false,lg_tcache_max:16,junk:free,prof:true";
        JeOptions options = JeOptions.parse(conf);
        assertEquals(65_536, options.tcacheMax());
        assertTrue(options.junkFree() && !options.junkAlloc() && options.prof());
        assertEquals(options, JeOptions.parse(String.join(",", options.pairs())));
        assertEquals(JeOptions.DEFAULT, JeOptions.parse(""));
    }
}
