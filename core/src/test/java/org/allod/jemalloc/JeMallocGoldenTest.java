package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.allod.Region;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each small block lies where jemalloc 5.3.0 puts it, and every block is as large.
///
/// Recorded with Debian's library: `allod replay --allocator native:libjemalloc.so.2 --alignment 16
/// --offsets page --usable`, under `MALLOC_CONF` as [#CONF].
@Tag("both")
class JeMallocGoldenTest {
    private static final String CONF = "narenas:1,dirty_decay_ms:-1,muzzy_decay_ms:-1";

    /// `exceptions` is explained in docs/decisions/0017.
    @ParameterizedTest
    @CsvSource({
        "jemalloc-tiny, tiny.rep, true, 1000, 0",
        "jemalloc-mid, mid.rep, true, 30000, 0",
        "jemalloc-nginx, nginx.trc, true, 100000, 0",
        "jemalloc-perl-words, perl-words.trc, true, 100000, 0",
        "jemalloc-notcache-tiny, tiny.rep, false, 1000, 0",
        "jemalloc-notcache-mid, mid.rep, false, 30000, 20",
        "jemalloc-notcache-nginx, nginx.trc, false, 100000, 0",
        "jemalloc-notcache-perl-words, perl-words.trc, false, 100000, 0"
    })
    void placesAsTheOriginal(
            String golden, String trace, boolean tcache, int atLeast, int exceptions)
            throws IOException {
        GoldenPages played = play(golden, trace, CONF + ",tcache:" + tcache);
        assertTrue(played.lines() >= atLeast, played::toString);
        assertEquals(0, played.sizesWrong(), played::toString);
        assertEquals(exceptions, played.placesWrong(), played::toString);
    }

    /// The comparison can fail.
    @Test
    void theCacheIsSeen() throws IOException {
        GoldenPages played = play("jemalloc-mid", "mid.rep", CONF + ",tcache:false");
        assertTrue(played.placesWrong() > 1000, played::toString);
        assertEquals(0, played.sizesWrong(), played::toString);
    }

    private static GoldenPages play(String golden, String trace, String conf) throws IOException {
        try (var heap = new JeMalloc(Region.reserved(1L << 32), JeOptions.parse(conf))) {
            GoldenPages played = GoldenPages.play(heap, golden, trace);
            heap.verify();
            return played;
        }
    }
}
