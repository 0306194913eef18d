package org.allod.nedmalloc;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.GoldenPlacements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each block lies where nedmalloc 1.10 beta 4 puts it.
@Tag("both")
class NedMallocGoldenTest {
    private static final long REGION_BYTES = 1L << 32;

    @ParameterizedTest
    @CsvSource({
        "nedmalloc-vec, vec.rep, 20",
        "nedmalloc-tiny, tiny.rep, 1000",
        "nedmalloc-mid, mid.rep, 30000",
        "nedmalloc-nginx, nginx.trc, 100000",
        "nedmalloc-perl-words, perl-words.trc, 100000"
    })
    void placesAsTheOriginal(String golden, String trace, long atLeast) {
        Region region = Region.reserved(REGION_BYTES);
        try (NedMalloc heap = new NedMalloc(region)) {
            long lines = GoldenPlacements.of(golden, trace).compare(heap, region.base());
            assertTrue(lines >= atLeast, () -> lines + " lines");
            heap.verify();
        }
    }

    /// The comparison can fail: without a cache, blocks merge at once.
    @Test
    void theCacheIsSeen() {
        Region region = Region.reserved(REGION_BYTES);
        try (NedMalloc heap = new NedMalloc(region)) {
            heap.disableCache();
            GoldenPlacements golden = GoldenPlacements.of("nedmalloc-tiny", "tiny.rep");
            AssertionError seen =
                    assertThrows(AssertionError.class, () -> golden.compare(heap, region.base()));
            assertTrue(seen.getMessage().contains("nedmalloc-tiny.txt, answer "), seen::getMessage);
        }
    }
}
