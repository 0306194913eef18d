package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryTraceTest {
    @TempDir private Path folder;
    private Path binary;

    @BeforeEach
    void binary() {
        binary = folder.resolve("trace.bin");
    }

    @Test
    void everyColumnComesBack() throws IOException {
        same(
                TraceFiles.read(
                        file(
                                folder,
                                "x.trc",
                                "3 a 9 64 32",
                                "4 a 1 0",
                                "3 r 9 5000000000",
                                "4 f 9",
                                "4 f -1")));
    }

    @Test
    void columnsThatAreAllZeroAreLeftOut() throws IOException {
        Trace trace = TraceFiles.read(file(folder, "x.trc", "a 9 64", "f 9"));
        same(trace);
        assertEquals(48 + 8 + 2 * (8 + 8 + 4 + 1), Files.size(binary));
    }

    @Test
    void aBundledOne() throws IOException {
        same(TraceSource.of("git-diff").read());
        same(TraceSource.of("nginx").read());
    }

    @Test
    void anOlderFileIsReplaced() throws IOException {
        Files.write(binary, new byte[1 << 20]);
        same(TraceFiles.read(file(folder, "x.trc", "a 9 64", "f 9")));
    }

    @Test
    void everyWrongByteOfHeaderAndTextsIsSeen() throws IOException {
        BinaryTrace.write(TraceFiles.read(file(folder, "x.trc", "a 9 64", "f 9")), binary);
        byte[] bytes = Files.readAllBytes(binary);
        for (int i = 0; i < 48 + 1; i++) {
            byte[] wrong = bytes.clone();
            wrong[i] ^= 0x10;
            Files.write(binary, wrong);
            assertThrows(TraceException.class, () -> BinaryTrace.read(binary), "byte " + i);
        }
    }

    @Test
    void everyShorterFileIsSeen() throws IOException {
        BinaryTrace.write(TraceFiles.read(file(folder, "x.trc", "a 9 64", "f 9")), binary);
        byte[] bytes = Files.readAllBytes(binary);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(binary, Arrays.copyOf(bytes, length));
            assertThrows(TraceException.class, () -> BinaryTrace.read(binary), "length " + length);
        }
        Files.write(binary, Arrays.copyOf(bytes, bytes.length + 1));
        assertThrows(TraceException.class, () -> BinaryTrace.read(binary));
    }

    @Test
    void anotherKindOfFile() throws IOException {
        Files.write(binary, new byte[100]);
        TraceException e = assertThrows(TraceException.class, () -> BinaryTrace.read(binary));
        assertEquals(
                binary + ": another kind of file, expected a binary trace of version 1",
                e.getMessage());
        assertThrows(NoSuchFileException.class, () -> BinaryTrace.read(folder.resolve("missing")));
    }

    private void same(Trace trace) throws IOException {
        BinaryTrace.write(trace, binary);
        Trace read = BinaryTrace.read(binary);
        assertEquals(trace.name(), read.name());
        assertArrayEquals(trace.operations(), read.operations());
        assertArrayEquals(trace.ids(), read.ids());
        assertArrayEquals(trace.slots(), read.slots());
        assertArrayEquals(trace.sizes(), read.sizes());
        assertArrayEquals(trace.alignments(), read.alignments());
        assertArrayEquals(trace.threads(), read.threads());
        assertEquals(trace.slotCount(), read.slotCount());
        assertEquals(trace.threadCount(), read.threadCount());
        assertEquals(trace.notes(), read.notes());
    }
}
