package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.allod.Region;
import org.allod.jemalloc.JeMalloc;
import org.allod.lab.trace.Trace;
import org.allod.lab.trace.TraceSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// jemalloc gives back what a program has freed, by its background thread alone: of each bundled
/// trace, and of those in the folder that `-Dallod.traces=` names.
///
/// What the cache of a living thread keeps is that thread's: the statistics tell how much it is.
class QuietTest {
    private static final String JEMALLOC = "jemalloc:dirty_decay_ms=500";

    /// Until then the pages should have gone; only a heap that keeps them gets there.
    private static final int LOOKS = 300;

    private static final long PAUSE_MILLIS = 20;

    static Stream<String> traces() throws IOException {
        List<String> names = new ArrayList<>(TraceSource.bundledNames());
        String folder = System.getProperty("allod.traces", "");
        if (folder.isEmpty()) return names.stream();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            files.map(Path::toString)
                    .filter(n -> n.matches(".*\\.trc(\\.xz)?"))
                    .forEach(names::add);
        }
        return names.stream();
    }

    private static ReplaySettings settings(boolean ownThreads) {
        return new ReplaySettings(4L << 30, ownThreads, Touch.PAGE, 0, false);
    }

    @ParameterizedTest
    @MethodSource("traces")
    @Timeout(120)
    void allButTheCacheOfAThreadThatLives(String name) throws InterruptedException {
        Plan plan = Plan.of(TraceSource.of(name).read(), settings(false));
        Contender jemalloc = new Contender(JEMALLOC);
        Region region = jemalloc.region(settings(false).regionBytes());
        try (JeMalloc heap = (JeMalloc) jemalloc.open(region, 1)) {
            Stage stage = new Stage(heap, plan, settings(false));
            stage.pass();
            stage.freeLeftOvers();
            long bound = bound(region);
            long pinned = (long) heap.control().statistics().get("stats.tcache_pinned");
            assertTrue(pinned > 0, "the thread has a cache");
            awaitAtMost(region, pinned + bound);
            heap.idle();
            assertEquals(0, heap.stats().bytesCached());
            awaitAtMost(region, bound);
            assertTrue(heap.stats().committed() <= bound, () -> "with tables: " + heap.stats());
            heap.verify();
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    @Timeout(120)
    void allWhereTheThreadsHaveDied(String name) throws InterruptedException {
        Trace trace = TraceSource.of(name).read();
        Plan plan = Plan.of(trace, settings(true));
        Contender jemalloc = new Contender(JEMALLOC);
        Region region = jemalloc.region(settings(true).regionBytes());
        try (JeMalloc heap = (JeMalloc) jemalloc.open(region, plan.parts().size())) {
            Thread program =
                    Thread.ofPlatform()
                            .start(() -> {
                                Stage stage = new Stage(heap, plan, settings(true));
                                stage.pass();
                                stage.freeLeftOvers();
                            });
            program.join();
            long bound = bound(region);
            awaitAtMost(region, bound);
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(0, heap.stats().bytesCached(), "of the dead");
            assertTrue(heap.stats().committed() <= bound, () -> "with tables: " + heap.stats());
            heap.verify();
        }
    }

    /// 2 % of the peak and 256 KiB.
    private static long bound(Region region) {
        return region.committedMax() / 50 + (256 << 10);
    }

    /// Looks only: whatever is given back, the background thread does it.
    private static void awaitAtMost(Region region, long bytes) throws InterruptedException {
        long[] seen = new long[LOOKS];
        for (int look = 0; look < LOOKS; look++) {
            seen[look] = region.committed();
            if (seen[look] <= bytes) return;
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new AssertionError(
                "committed, expected at most " + bytes + ": " + Arrays.toString(seen));
    }
}
