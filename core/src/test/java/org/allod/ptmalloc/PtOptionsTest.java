package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tunables have glibc's names, ranges and meanings.
class PtOptionsTest {
    private static PtMalloc heap(PtOptions options) {
        return new PtMalloc(Region.reserved(64 << 20), options);
    }

    @ParameterizedTest
    @CsvSource({
        "mxfast, 160",
        "trim_threshold, 0",
        "top_pad, 4096",
        "mmap_threshold, 4096",
        "mmap_max, 0",
        "check, 3",
        "perturb, 255",
        "arena_test, 1",
        "arena_max, 1",
        "tcache_max, 0",
        "tcache_count, 65535",
        "tcache_unsorted_limit, 1",
        "hugetlb, 1",
        "trim_quiet_millis, 5",
        "small_at_once, 1",
        "realloc_zero_frees, 1"
    })
    void eachTunableServes(String name, long value) {
        try (PtMalloc heap = heap(PtOptions.GLIBC.with(name, value))) {
            long[] blocks = new long[2000];
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < blocks.length; i++)
                    blocks[i] = heap.allocate(i * 11 % 9000, 16);
                for (int i = 0; i < blocks.length; i += 2) heap.free(blocks[i]);
                heap.verify();
                for (int i = 1; i < blocks.length; i += 2) heap.free(blocks[i]);
                heap.verify();
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mxfast, 161",
        "mxfast, -1",
        "trim_threshold, -1",
        "perturb, 256",
        "arena_max, -1",
        "arena_max, 4294967296",
        "tcache_max, 1033",
        "tcache_count, 65536",
        "tcache_unsorted_limit, -1",
        "trim_quiet_millis, -1"
    })
    void valuesOutOfRangeAreRefusedByName(String name, long value) {
        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> PtOptions.GLIBC.with(name, value));
        assertTrue(error.getMessage().startsWith(name + "=" + value), error::getMessage);
    }

    @Test
    void anUnknownTunableIsToldTheKnownOnes() {
        var error =
                assertThrows(IllegalArgumentException.class, () -> PtOptions.DEFAULT.with("x", 1));
        assertTrue(error.getMessage().startsWith("tunable=x, expected one of mxfast"));
    }

    @Test
    void settingAThresholdStopsTheDynamicOnes() {
        assertTrue(PtOptions.GLIBC.dynamic());
        for (String name : new String[] {"trim_threshold", "top_pad", "mmap_threshold"}) {
            assertFalse(PtOptions.GLIBC.with(name, 1 << 20).dynamic(), name);
        }
        assertTrue(PtOptions.GLIBC.with("perturb", 1).dynamic());
    }

    @Test
    void arenasByProcessors() {
        assertEquals(32, PtOptions.GLIBC.arenaLimit(4));
        assertEquals(8, PtOptions.GLIBC.arenaLimit(1));
        assertEquals(3, PtOptions.GLIBC.with("arena_max", 3).arenaLimit(64));
    }

    @Test
    void perturbFillsWhatComesAndGoes() {
        try (PtMalloc heap = heap(PtOptions.DEFAULT.with("perturb", 0x5A))) {
            long block = heap.allocate(500, 16);
            assertEquals(-1, Memory.mismatch(block, 500, (byte) ~0x5A));
            heap.free(block);
            assertEquals(-1, Memory.mismatch(block + 16, 480, (byte) 0x5A));
            assertEquals(block, heap.allocate(500, 16));
            assertEquals(-1, Memory.mismatch(block, 500, (byte) ~0x5A));
            assertEquals(-1, Memory.mismatch(heap.allocateZeroed(500, 16), 500, (byte) 0));
        }
    }

    @Test
    void aResizeToNothingFreesInCAlone() {
        try (PtMalloc heap = heap(PtOptions.GLIBC)) {
            assertEquals(Allocator.NULL, heap.reallocate(heap.allocate(100, 16), 0));
            assertEquals(0, heap.stats().blocksUsed());
        }
        try (PtMalloc heap = heap(PtOptions.DEFAULT)) {
            assertNotEquals(Allocator.NULL, heap.reallocate(heap.allocate(100, 16), 0));
            assertEquals(1, heap.stats().blocksUsed());
        }
    }

    /// Every chunk size has its bin, larger sizes no lower one, and each bin of 2 to 126 is used.
    @Test
    void everySizeHasItsBin() {
        int bin = 2;
        for (long size = PtChunk.MIN; size < 2 << 20; size += PtChunk.ALIGNMENT) {
            int found = PtBins.binOf(size);
            assertTrue(found == bin || found == bin + 1, "size " + size + " in bin " + found);
            bin = found;
        }
        assertEquals(126, bin);
        assertEquals(126, PtBins.binOf(1L << 60));
    }

    /// Every request has a chunk that holds it, and the cache's stack is the one for that chunk.
    @Test
    void everyRequestHasItsChunkAndStack() {
        for (long request = 0; request <= PtOptions.TCACHE_MAX; request++) {
            long size = PtChunk.sizeFor(request);
            assertTrue(size - PtChunk.OVERHEAD >= request && size - request < 48);
            assertEquals(size, PtCache.sizeOf(PtCache.indexFor(request)), "request " + request);
        }
    }
}
