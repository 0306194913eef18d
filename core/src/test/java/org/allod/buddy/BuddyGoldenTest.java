package org.allod.buddy;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.GoldenPlacements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each block lies where rCore's buddy_system_allocator 0.11 puts it.
@Tag("both")
class BuddyGoldenTest {
    private static final long REGION_BYTES = 64 << 20;

    @ParameterizedTest
    @CsvSource({
        "buddy-vec, vec.rep, 15",
        "buddy-tiny, tiny.rep, 1000",
        "buddy-mid, mid.rep, 30000",
        "buddy-git-diff, git-diff.trc, 31000",
        "buddy-nginx, nginx.trc, 100000",
        "buddy-ghostscript, ghostscript.trc, 2500"
    })
    void placesAsTheOriginal(String golden, String trace, long atLeast) {
        Region region = Region.reserved(REGION_BYTES);
        try (BuddyAllocator heap = new BuddyAllocator(region)) {
            long lines =
                    GoldenPlacements.of(golden, trace)
                            .reallocatingByCopy()
                            .compare(heap, region.base());
            assertTrue(lines >= atLeast, () -> lines + " lines");
            heap.verify();
        }
    }

    /// The comparison can fail: another smallest block places differently.
    @Test
    void anotherAlignmentIsSeen() {
        Region region = Region.reserved(REGION_BYTES);
        try (BuddyAllocator heap = new BuddyAllocator(region)) {
            GoldenPlacements wide =
                    GoldenPlacements.of("buddy-vec", "vec.rep").reallocatingByCopy().aligned(512);
            AssertionError seen =
                    assertThrows(AssertionError.class, () -> wide.compare(heap, region.base()));
            assertTrue(seen.getMessage().contains("buddy-vec.txt, answer "), seen::getMessage);
        }
    }
}
