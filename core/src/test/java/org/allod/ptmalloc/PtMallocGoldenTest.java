package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.GoldenPlacements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each block lies where glibc 2.36 puts it, in a fresh arena and counted from the first one.
@Tag("both")
class PtMallocGoldenTest {
    private static final long REGION_BYTES = 1L << 32;

    @ParameterizedTest
    @CsvSource({
        "ptmalloc-vec, vec.rep, 15",
        "ptmalloc-tiny, tiny.rep, 1000",
        "ptmalloc-mid, mid.rep, 30000",
        "ptmalloc-git-diff, git-diff.trc, 31000",
        "ptmalloc-nginx, nginx.trc, 100000",
        "ptmalloc-perl-words, perl-words.trc, 100000"
    })
    void placesAsTheOriginal(String golden, String trace, long atLeast) {
        compare(GoldenPlacements.of(golden, trace), PtOptions.DEFAULT, atLeast);
    }

    @ParameterizedTest
    @CsvSource({"vec, 15", "tiny, 1000", "mid, 30000"})
    void placesAsTheOriginalWithoutCaches(String trace, long atLeast) {
        GoldenPlacements golden = GoldenPlacements.of("ptmalloc-notcache-" + trace, trace + ".rep");
        compare(golden, PtOptions.DEFAULT.with("tcache_count", 0), atLeast);
    }

    @Test
    void placesAlignedBlocksAsTheOriginal() {
        GoldenPlacements golden = GoldenPlacements.of("ptmalloc-align64-mid", "mid.rep");
        compare(golden.aligned(64).reallocatingByCopy(), PtOptions.DEFAULT, 30000);
    }

    /// Giving pages back moves nothing: here at every chance.
    @Test
    void trimmingMovesNoBlock() {
        PtOptions eager = PtOptions.DEFAULT.with("trim_threshold", 0).with("top_pad", 131072);
        compare(GoldenPlacements.of("ptmalloc-mid", "mid.rep"), eager, 30000);
    }

    private static void compare(GoldenPlacements golden, PtOptions options, long atLeast) {
        try (PtMalloc heap = new PtMalloc(Region.reserved(REGION_BYTES), options)) {
            long lines = golden.compare(heap, GoldenPlacements.FIRST);
            assertTrue(lines >= atLeast, () -> lines + " lines");
            heap.verify();
        }
    }

    /// The comparison can fail: 2.43 files small chunks at once and has no fastbins.
    @Test
    void anotherVersionIsSeen() {
        try (PtMalloc heap = new PtMalloc(Region.reserved(REGION_BYTES), PtOptions.V2_43)) {
            GoldenPlacements golden = GoldenPlacements.of("ptmalloc-tiny", "tiny.rep");
            AssertionError seen =
                    assertThrows(
                            AssertionError.class,
                            () -> golden.compare(heap, GoldenPlacements.FIRST));
            assertTrue(seen.getMessage().contains("ptmalloc-tiny.txt, answer "), seen::getMessage);
        }
    }
}
