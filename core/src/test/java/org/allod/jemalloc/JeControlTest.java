package org.allod.jemalloc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.CorruptHeapError;
import org.allod.Region;
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
                "nosuch:1 | option=nosuch, expected one of narenas",
                "narenas | option=narenas, expected name:value",
                "narenas:x | narenas=x, expected a whole number",
                "narenas:-1 | narenas=-1, expected 0 to 4095",
                "tcache:maybe | tcache=maybe, expected one of true, false",
                "junk:some | junk=some, expected one of true, false, alloc, free",
                "tcache_max:9999999 | tcache_max=9999999, expected 8 to 1048576",
                "dirty_decay_ms:-2 | dirty_decay_ms=-2, expected -1 to",
                "tcache:true, | option=, expected name:value"
            })
    void anOptionThatIsNoneIsRefused(String conf, String message) {
        var error = assertThrows(IllegalArgumentException.class, () -> JeOptions.parse(conf));
        assertTrue(error.getMessage().startsWith(message), error::getMessage);
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
