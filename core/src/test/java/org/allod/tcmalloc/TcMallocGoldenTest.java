package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.allod.Region;
import org.allod.kit.GoldenPlacements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.XZInputStream;

/// Each block lies where gperftools 2.10 puts it, and has as many bytes, recorded from Debian's
/// `libtcmalloc_minimal.so.4`.
///
/// Every request asks for alignment 8, which is what the original gives to one of 8 bytes.
@Tag("both")
class TcMallocGoldenTest {
    private static final long REGION_BYTES = 1L << 32;

    @ParameterizedTest
    @CsvSource({
        "tiny, tiny.rep, 1191",
        "mid, mid.rep, 33061",
        "nginx, nginx.trc, 114046",
        "perl-words, perl-words.trc, 149840"
    })
    void placesAsTheOriginal(String golden, String trace, long lines) {
        GoldenPlacements placements = GoldenPlacements.of("tcmalloc-" + golden, trace).aligned(8);
        try (TcMalloc heap = new TcMalloc(Region.reserved(REGION_BYTES))) {
            assertEquals(lines, placements.compare(heap, GoldenPlacements.FIRST));
            heap.verify();
        }
    }

    /// The comparison can fail: smaller batches bring other blocks.
    @Test
    void anotherBatchIsSeen() {
        TcOptions smaller = TcOptions.DEFAULT.with("TCMALLOC_TRANSFER_NUM_OBJ", 8);
        GoldenPlacements placements = GoldenPlacements.of("tcmalloc-tiny", "tiny.rep").aligned(8);
        try (TcMalloc heap = new TcMalloc(Region.reserved(REGION_BYTES), smaller)) {
            AssertionError seen =
                    assertThrows(
                            AssertionError.class,
                            () -> placements.compare(heap, GoldenPlacements.FIRST));
            assertTrue(seen.getMessage().contains("tcmalloc-tiny.txt, answer "), seen::getMessage);
        }
    }

    /// Every size up to 1 MiB. The file has a line for each size from which on there are more.
    @Test
    void usableSizesAreTheOriginals() throws IOException {
        try (TcMalloc heap = new TcMalloc(Region.reserved(REGION_BYTES));
                BufferedReader lines = open("/golden/tcmalloc-usable.txt.xz")) {
            String[] next = lines.readLine().split(" ");
            long usable = 0;
            for (long size = 1; size <= 1 << 20; size++) {
                if (next != null && Long.parseLong(next[0]) == size) {
                    usable = Long.parseLong(next[1]);
                    String line = lines.readLine();
                    next = line == null ? null : line.split(" ");
                }
                long block = heap.allocate(size, 8);
                assertEquals(usable, heap.usableSize(block), "usable bytes of " + size);
                heap.free(block);
            }
        }
    }

    private static BufferedReader open(String resource) throws IOException {
        InputStream packed = TcMallocGoldenTest.class.getResourceAsStream(resource);
        return new BufferedReader(
                new InputStreamReader(new XZInputStream(packed), StandardCharsets.US_ASCII));
    }
}
