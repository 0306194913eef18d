package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.GoldenPlacements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each block lies where dlmalloc 2.8.6 puts it.
@Tag("both")
class DlMallocGoldenTest {
    private static final long REGION_BYTES = 1L << 32;

    @ParameterizedTest
    @CsvSource({
        "dlmalloc-vec, vec.rep, 15",
        "dlmalloc-tiny, tiny.rep, 1000",
        "dlmalloc-mid, mid.rep, 30000",
        "dlmalloc-git-diff, git-diff.trc, 31000",
        "dlmalloc-nginx, nginx.trc, 100000",
        "dlmalloc-perl-words, perl-words.trc, 100000"
    })
    void placesAsTheOriginal(String golden, String trace, long atLeast) {
        compare(GoldenPlacements.of(golden, trace), DlOptions.DEFAULT, atLeast);
    }

    @Test
    void placesAlignedBlocksAsTheOriginal() {
        GoldenPlacements golden = GoldenPlacements.of("dlmalloc-align64-mid", "mid.rep");
        compare(golden.aligned(64).reallocatingByCopy(), DlOptions.DEFAULT, 30000);
    }

    /// Giving pages back moves nothing: here at every chance.
    @Test
    void trimmingMovesNoBlock() {
        DlOptions eager = DlOptions.DEFAULT.withTrimAbove(0).withGranule(4096);
        compare(GoldenPlacements.of("dlmalloc-mid", "mid.rep"), eager, 30000);
    }

    private static void compare(GoldenPlacements golden, DlOptions options, long atLeast) {
        Region region = Region.reserved(REGION_BYTES);
        try (DlMalloc heap = new DlMalloc(region, options)) {
            long lines = golden.compare(heap, region.base());
            assertTrue(lines >= atLeast, () -> lines + " lines");
            heap.verify();
        }
    }

    /// The comparison can fail: footers need more room.
    @Test
    void footersAreSeen() {
        Region region = Region.reserved(REGION_BYTES);
        try (DlMalloc heap = new DlMalloc(region, DlOptions.DEFAULT.withFooters())) {
            GoldenPlacements golden = GoldenPlacements.of("dlmalloc-vec", "vec.rep");
            AssertionError seen =
                    assertThrows(AssertionError.class, () -> golden.compare(heap, region.base()));
            assertTrue(seen.getMessage().contains("dlmalloc-vec.txt, answer "), seen::getMessage);
        }
    }
}
