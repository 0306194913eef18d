package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.allod.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a heap tells by itself: profiles in files, statistics and warnings in lines.
class JeDiaryTest {
    private final List<String> told = new ArrayList<>();

    @TempDir Path folder;

    private JeMalloc heap(String conf) {
        JeMalloc heap = new JeMalloc(Region.reserved(1L << 28), JeOptions.parse(conf));
        heap.control().diary().listen((level, line) -> told.add(level + " " + line));
        return heap;
    }

    private String prefix() {
        return ",prof_prefix:" + folder.resolve("p");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aProfileAtTheEnd() throws IOException {
        try (JeMalloc heap = heap("prof:true,lg_prof_sample:0,prof_final:true" + prefix())) {
            heap.allocate(1000, 16);
        }
        assertEquals(1, files().size());
        String name = files().getFirst();
        String process = Long.toString(ProcessHandle.current().pid());
        assertTrue(name.matches("p\\." + process + "\\.\\d+\\.f\\.heap"), name);
        String text = Files.readString(folder.resolve(name));
        assertTrue(text.contains("heap_v2/1\n"), text);
        assertTrue(text.contains("JeDiaryTest.aProfileAtTheEnd"), text);
    }

    @Test
    void noneWithoutPrefixOrProfiler() throws IOException {
        heap("prof:true,prof_final:true,lg_prof_interval:10,prof_prefix:").close();
        heap("prof_final:true" + prefix()).close();
        heap("prof:true" + prefix()).close();
        assertEquals(List.of(), files());
        assertEquals(List.of(), told);
    }

    /// Each MiB, whoever allocates it: a thread with a cache, large blocks, a virtual thread.
    @Test
    void aProfileEachInterval() throws Exception {
        try (JeMalloc heap = heap("prof:true,lg_prof_interval:20" + prefix())) {
            for (int i = 0; i < 8 << 10; i++) heap.free(heap.allocate(512, 16));
            assertEquals(4, files().size(), () -> told.toString());
            heap.free(heap.allocate(8 << 20, 16));
            for (int i = 0; i < 200; i++) heap.free(heap.allocate(512, 16));
            int now = files().size();
            assertTrue(now > 4, "after a large one");
            Thread virtual =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 8 << 10; i++) {
                                    heap.free(heap.allocate(512, 16));
                                }
                            });
            virtual.join();
            assertEquals(now + 4, files().size());
        }
        assertTrue(files().stream().allMatch(n -> n.matches("p\\.\\d+\\.\\d+\\.i\\d+\\.heap")));
    }

    @Test
    void aProfileAtANewPeak() throws IOException {
        try (JeMalloc heap = heap("prof:true,prof_gdump:true" + prefix())) {
            long block = heap.allocate(20 << 20, 16);
            int first = files().size();
            assertEquals(1, first);
            heap.free(block);
            heap.free(heap.allocate(10 << 20, 16));
            for (int i = 0; i < 1000; i++) heap.free(heap.allocate(512, 16));
            assertEquals(first, files().size(), "no new peak");
            heap.allocate(100 << 20, 16);
            assertEquals(first + 1, files().size());
        }
        assertTrue(files().getLast().matches("p\\.\\d+\\.\\d+\\.u1\\.heap"), files()::toString);
    }

    @Test
    void aProfileOnDemand() throws IOException {
        try (JeMalloc heap = heap("prof:true,prof_final:false" + prefix())) {
            Path file = heap.control().profDump();
            assertEquals(folder, file.getParent());
            assertTrue(file.toString().matches(".*\\.m0\\.heap"), file::toString);
            Path own = folder.resolve("own");
            heap.control().profDump(own);
            assertEquals(Files.readString(file), Files.readString(own));
            Path nowhere = folder.resolve("none/file");
            assertThrows(IOException.class, () -> heap.control().profDump(nowhere));
        }
        try (JeMalloc heap = heap("")) {
            assertThrows(IllegalStateException.class, () -> heap.control().profDump());
        }
    }

    @Test
    void whatCannotBeWrittenIsToldAndNoMore() {
        String conf = "prof:true,prof_final:true,prof_prefix:" + folder.resolve("none/p");
        heap(conf).close();
        assertEquals(1, told.size());
        assertTrue(told.getFirst().startsWith("WARNING <jemalloc>: profile not written: "));
        assertTrue(told.getFirst().contains(folder.resolve("none").toString()), told::toString);
    }

    @Test
    void statisticsEachIntervalAndAtTheEnd() {
        String conf = "stats_interval:1048576,stats_interval_opts:gblx,stats_print:true";
        try (JeMalloc heap = heap(conf + ",stats_print_opts:J")) {
            for (int i = 0; i < 8 << 10; i++) heap.free(heap.allocate(512, 16));
            assertEquals(4, told.size());
            assertTrue(told.getFirst().startsWith("INFO ___ Begin jemalloc"), told::getFirst);
            assertTrue(!told.getFirst().contains(".mutex"), told::getFirst);
            assertTrue(!told.getFirst().contains("opt."), told::getFirst);
        }
        assertEquals(5, told.size());
        assertTrue(told.getLast().startsWith("INFO {\n  \"jemalloc\""), told::getLast);
    }
}
