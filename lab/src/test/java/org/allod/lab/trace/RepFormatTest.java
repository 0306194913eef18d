package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.file;
import static org.allod.lab.trace.TraceFiles.read;
import static org.allod.lab.trace.TraceFiles.show;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepFormatTest {
    @TempDir private Path folder;

    @Test
    void headerOf2002() throws IOException {
        Trace trace = read(file(folder, "x.rep", "20000", "1", "2", "1", "a 0 2040", "f 0"));
        assertEquals("a 0 2040 | f 0", show(trace));
        assertEquals(List.of(), trace.notes());
    }

    @Test
    void headerOf2016ChecksThePeak() throws IOException {
        String[] lines = {"1", "2", "3", "30", "a 0 10", "a 1 20", "f 0"};
        Trace trace = read(file(folder, "x.rep", lines));
        assertEquals("a 0 10 | a 1 20 | f 0", show(trace));
        assertEquals(List.of(), trace.notes());

        lines[3] = "31";
        assertEquals(
                List.of("the header says at most 31 bytes are live, the operations say 30"),
                read(file(folder, "x.rep", lines)).notes());
    }

    @Test
    void toldByContentWhateverTheName() throws IOException {
        Trace trace = read(file(folder, "x.trc", "0", "1", "1", "1", "r 3 5"));
        assertEquals("a 3 5", show(trace));
    }

    @Test
    void withoutHeader() throws IOException {
        assertEquals("a 0 5 | r 0 6", show(read(file(folder, "x.rep", "a 0 5", "r 0 6"))));
    }

    @Test
    void reallocationOfAnUnknownIdAllocatesIt() throws IOException {
        Trace trace = read(file(folder, "x.rep", "a 0 5", "r 1 6", "f 0", "r 0 7", "r 0 8"));
        assertEquals("a 0 5 | a 1 6 | f 0 | a 0 7 | r 0 8", show(trace));
        assertEquals(List.of("2 x r of an unknown id taken as a"), trace.notes());
    }

    @Test
    void withoutHeaderOnlyTheNameIsLenient() throws IOException {
        Path strict = file(folder, "x.trc", "a 0 5", "r 1 6");
        assertThrows(TraceException.class, () -> read(strict));
        assertEquals("a 0 5 | a 1 6", show(read(file(folder, "y.rep", "a 0 5", "r 1 6"))));
    }

    @Test
    void endsAfterTheHeadersNumberOfOperations() throws IOException {
        Trace trace = read(file(folder, "x.rep", "0", "1", "2", "1", "a 0 5", "f -1", "what?"));
        assertEquals("a 0 5", show(trace));
        assertEquals(
                List.of(
                        "1 x free of NULL (f -1) skipped",
                        "the header says 2 operations, what follows from line 7 on is not read"),
                trace.notes());
    }

    @Test
    void endsEarlierThanTheHeaderSays() throws IOException {
        Trace trace = read(file(folder, "x.rep", "0", "1", "9", "1", "a 0 5", "f 0"));
        assertEquals(List.of("the header says 9 operations, the file has 2"), trace.notes());
    }

    @Test
    void unknownFreeIsAnError() throws IOException {
        Path file = file(folder, "x.rep", "0", "1", "2", "1", "a 0 5", "f 1");
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertEquals(
                file + ":6: f 1: id 1 was never allocated, expected the id of a live block",
                e.getMessage());
    }

    @Test
    void headerCutOff() throws IOException {
        Path file = file(folder, "x.rep", "0", "1", "a 0 5");
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertEquals(file + ":3: a, expected the number of operations", e.getMessage());
    }

    @Test
    void headerAlone() throws IOException {
        Path file = file(folder, "x.rep", "0", "0", "0", "1");
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertEquals(
                file + ": no operation in it, expected a .trc or .rep trace, plain, gzip or xz",
                e.getMessage());
    }

    @Test
    void goldenTracesAreRead() throws IOException {
        assertEquals(32, golden("vec.rep.xz").length());
        assertEquals(2223, golden("tiny.rep.xz").length());
    }

    private static Trace golden(String name) throws IOException {
        try (InputStream in = RepFormatTest.class.getResourceAsStream(name)) {
            return TraceReader.read(name, name, in);
        }
    }
}
