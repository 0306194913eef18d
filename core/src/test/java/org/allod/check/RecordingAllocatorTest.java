package org.allod.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.LockedAllocator;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("both")
@Timeout(60)
class RecordingAllocatorTest {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("run.trc.gz");
    }

    private static TestAllocator honest() {
        return new TestAllocator(Region.reserved(1 << 16));
    }

    @Test
    void writesEachCallAsALine() throws IOException {
        try (Allocator heap =
                RecordingAllocator.of(new BuddyAllocator(Region.reserved(1 << 20)), file())) {
            long a = heap.allocate(100, 16);
            long b = heap.allocateZeroed(0, 4096);
            a = heap.reallocate(a, 100, 16, 300);
            heap.deallocate(b, 0, 4096);
            long c = heap.reallocate(Allocator.NULL, 0, 8, 1);
            heap.deallocate(Allocator.NULL, 1, 16);
            heap.deallocate(a, 300, 16);
            heap.deallocate(c, 1, 8);
        }
        assertEquals(
                List.of(
                        "0 a 0 100",
                        "0 a 1 0 4096",
                        "0 r 0 300",
                        "0 f 1",
                        "0 a 2 1 8",
                        "0 f 0",
                        "0 f 2"),
                lines(file()).stream().filter(line -> !line.startsWith("#")).toList());
        assertFalse(Files.exists(folder.resolve("run.trc.gz.part")));
    }

    @Test
    void writesMallocsCalls() throws IOException {
        Allocator seenAsAllocator = honest();
        try (Allocator heap = RecordingAllocator.of(seenAsAllocator, file())) {
            assertInstanceOf(Malloc.class, heap);
        }
        try (RecordingMalloc heap = RecordingAllocator.of(honest(), file())) {
            long block = heap.reallocate(Allocator.NULL, 20);
            assertEquals(32, heap.usableSize(block));
            block = heap.reallocate(block, 0);
            heap.free(block);
            heap.free(Allocator.NULL);
        }
        assertEquals(List.of("0 a 0 20", "0 r 0 0", "0 f 0"), calls());
    }

    @Test
    void leavesFailuresOutAndCountsThem() throws IOException {
        try (RecordingMalloc heap = RecordingAllocator.of(honest(), file())) {
            long block = heap.allocate(8, 16);
            assertEquals(Allocator.NULL, heap.allocate(1 << 20, 16));
            assertEquals(Allocator.NULL, heap.reallocate(block, 1 << 20));
            assertEquals(Allocator.NULL, heap.reallocate(block, 8, 16, 1 << 20));
            assertThrows(CorruptHeapError.class, () -> heap.free(block + 1));
            assertThrows(CorruptHeapError.class, () -> heap.reallocate(block + 1, 9));
            heap.free(block);
        }
        assertEquals(List.of("0 a 0 8", "0 f 0"), calls());
        String end = String.join("\n", lines(file()));
        assertTrue(end.contains("# ops: 2  allocs: 1  reallocs: 0  frees: 1  ids: 1"), end);
        assertTrue(end.contains("# peak-live-bytes: 8  peak-live-blocks: 1"), end);
        assertTrue(end.contains("# live-at-end-blocks: 0  live-at-end-bytes: 0"), end);
        assertTrue(end.contains("# failures: 4  of-unknown: 1"), end);
    }

    /// Replays the lines: each `r` and `f` must name a block that is live, each `a` a new one.
    @Test
    void manyThreadsMakeOneLegalOrder() throws Exception {
        var inner = LockedAllocator.of(new TestAllocator(Region.reserved(4 << 20)));
        int tasks = 200;
        try (RecordingMalloc heap = RecordingAllocator.of(inner, file());
                var pool = Executors.newFixedThreadPool(4)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int run = 0; run < tasks; run++) runs.add(pool.submit(() -> churn(heap)));
            for (Future<?> run : runs) run.get();
        }
        Set<String> threads = new HashSet<>();
        Map<String, Long> live = new HashMap<>();
        long nextId = 0;
        for (String line : calls()) {
            String[] words = line.split(" ");
            threads.add(words[0]);
            switch (words[1]) {
                case "a" -> {
                    assertEquals(nextId++, Long.parseLong(words[2]), "dense, never reused");
                    live.put(words[2], Long.parseLong(words[3]));
                }
                case "r" -> assertTrue(live.replace(words[2], 1L) != null, line);
                default -> assertTrue(live.remove(words[2]) != null, line);
            }
        }
        assertEquals(tasks * 50, nextId);
        assertEquals(Map.of(), live);
        assertTrue(threads.size() <= 4 && threads.contains("0"), threads.toString());
    }

    /// The address is somebody else's the moment it is free: here, before `deallocate` returns.
    @Test
    void aFreeIsWrittenBeforeItHappens() throws IOException {
        Allocator[] self = new Allocator[1];
        InvocationHandler oneAddress =
                (proxy, method, arguments) -> {
                    if (method.getName().equals("allocate")) return 4096L;
                    boolean first = method.getName().equals("deallocate") && self[0] != null;
                    Allocator heap = self[0];
                    self[0] = null;
                    if (first) heap.allocate(9, 16);
                    return null;
                };
        ClassLoader loader = Allocator.class.getClassLoader();
        Class<?>[] types = {Allocator.class};
        Allocator inner = (Allocator) Proxy.newProxyInstance(loader, types, oneAddress);
        try (Allocator heap = RecordingAllocator.of(inner, file())) {
            long block = heap.allocate(8, 16);
            self[0] = heap;
            heap.deallocate(block, 8, 16);
            heap.deallocate(block, 9, 16);
        }
        assertEquals(List.of("0 a 0 8", "0 f 0", "0 a 1 9", "0 f 1"), calls());
    }

    private static void churn(Malloc heap) {
        for (int round = 0; round < 50; round++) {
            long block = heap.allocate(10 + round, 16);
            Thread.yield();
            block = heap.reallocate(block, 10 + round, 16, 100);
            if (round % 2 == 0) heap.free(block);
            else heap.deallocate(block, 100, 16);
        }
    }

    // ---- files ----

    @Test
    void aDeadJvmLeavesWhatCanBeRead() throws IOException {
        Path part = folder.resolve("run.trc.gz.part");
        Allocator heap = RecordingAllocator.of(honest(), file());
        for (int i = 0; i < 20_000; i++) heap.deallocate(heap.allocate(8, 16), 8, 16);
        assertFalse(Files.exists(file()), "no name before it is complete");
        List<String> read = new ArrayList<>();
        assertThrows(EOFException.class, () -> readInto(read, part));
        assertTrue(read.size() > 30_000, "lines: " + read.size());
        heap.close();
        assertEquals(40_000, calls().size());
        heap.close();
    }

    @Test
    void refusesWhereItCannotWrite() {
        assertThrows(IOException.class, () -> RecordingAllocator.of(honest(), folder));
        Path nowhere = folder.resolve("missing").resolve("run.trc.gz");
        assertThrows(IOException.class, () -> RecordingAllocator.of(honest(), nowhere));
    }

    @Test
    void tellsOnceAtTheCloseWhatWentWrong() throws IOException {
        RecordingMalloc heap = RecordingAllocator.of(honest(), file());
        heap.free(heap.allocate(8, 16));
        Files.createDirectory(file());
        Files.createFile(file().resolve("in the way"));
        UncheckedIOException error = assertThrows(UncheckedIOException.class, heap::close);
        assertTrue(error.getMessage().contains("run.trc.gz"), error.getMessage());
        heap.close();
        assertThrows(IllegalStateException.class, () -> heap.allocate(8, 16));
    }

    /// Linux has a device on which every write fails.
    @Test
    void refusesAFullDisk() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full));
        Files.createSymbolicLink(folder.resolve("run.trc.gz.part"), full);
        assertThrows(IOException.class, () -> RecordingAllocator.of(honest(), file()));
        Files.delete(folder.resolve("run.trc.gz.part"));
    }

    @Test
    void goesOnWhenTheDiskFillsUp() {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException("no space left");
                    }
                };
        Path part = folder.resolve("run.trc.gz.part");
        RecordingMalloc heap = new RecordingMalloc(honest(), new Recorder(file(), part, full));
        for (int i = 0; i < 50_000; i++) heap.free(heap.allocate(8, 16));
        assertEquals(50_000, heap.stats().frees());
        UncheckedIOException error = assertThrows(UncheckedIOException.class, heap::close);
        assertEquals("no space left", error.getCause().getMessage());
        assertFalse(Files.exists(file()));
        heap.close();
    }

    private List<String> calls() throws IOException {
        return lines(file()).stream().filter(line -> !line.startsWith("#")).toList();
    }

    private static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        readInto(lines, file);
        return lines;
    }

    private static void readInto(List<String> lines, Path file) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) lines.add(line);
        }
    }
}
