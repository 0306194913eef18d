package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.file;
import static org.allod.lab.trace.TraceFiles.read;
import static org.allod.lab.trace.TraceFiles.show;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrcFormatTest {
    @TempDir private Path folder;

    @Test
    void everyColumn() throws IOException {
        Trace trace =
                read(
                        file(
                                folder,
                                "x.trc",
                                "# ops: 5",
                                "7 a 0 64 32",
                                "",
                                "  9 a 1 0",
                                "# in between",
                                "9 r 1 5000000000\r",
                                "7\tf\t0",
                                "9 a 2 8"));
        assertEquals("0 a 0 64 32 | 1 a 1 0 | 1 r 1 5000000000 | 0 f 0 | 1 a 2 8", show(trace));
        assertEquals("x", trace.name());
        assertEquals(2, trace.threadCount());
        assertEquals(List.of(), trace.notes());
    }

    @Test
    void slotsAreUsedAgainLastFreedFirst() throws IOException {
        Trace trace = read(file(folder, "x.trc", "a 0 1", "a 1 1", "f 0", "f 1", "a 2 1", "a 3 1"));
        assertArrayEquals(new int[] {0, 1, 0, 1, 1, 0}, trace.slots());
        assertEquals(2, trace.slotCount());
        assertEquals(1, trace.threadCount());
    }

    @Test
    void anIdMayComeBack() throws IOException {
        Trace trace = read(file(folder, "x.trc", "a 5 1", "f 5", "a 5 2", "r 5 3", "f 5"));
        assertEquals("a 5 1 | f 5 | a 5 2 | r 5 3 | f 5", show(trace));
    }

    @Test
    void reallocationToNothingKeepsTheBlock() throws IOException {
        Trace trace = read(file(folder, "x.trc", "a 0 9", "r 0 0", "f 0"));
        assertEquals("a 0 9 | r 0 0 | f 0", show(trace));
    }

    @Test
    void freeOfNullIsSkippedAndTold() throws IOException {
        Trace trace = read(file(folder, "x.trc", "1 a 0 9", "1 f -1", "2 f 0"));
        assertEquals("0 a 0 9 | 1 f 0", show(trace));
        assertEquals(List.of("1 x free of NULL (f -1) skipped"), trace.notes());
    }

    @Test
    void aCutFileIsTold() throws IOException {
        Trace trace = read(file(folder, "x.trc", "# trace: x", "# ids: 1  ops: 3", "a 0 9"));
        assertEquals(List.of("the header says 3 operations, the file has 1"), trace.notes());
    }

    @Test
    void lastLineNeedsNoEnd() throws IOException {
        Path file = TraceFiles.bytes(folder, "x.trc", "a 0 64\na 1 72".getBytes());
        assertEquals("a 0 64 | a 1 72", show(read(file)));
    }

    @Test
    void sizesUpToTheLargestNumber() throws IOException {
        Trace trace = read(file(folder, "x.trc", "a 0 9223372036854775807 4611686018427387904"));
        assertEquals("a 0 9223372036854775807 4611686018427387904", show(trace));
    }

    /// Lines are separated by `;`.
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "a 0 9;f 0;f 0           ! 3: f 0: id 0 was freed before, expected the id of a live"
                        + " block",
                "a 0 9;f 1               ! 2: f 1: id 1 was never allocated, expected the id of a"
                        + " live block",
                "a 0 9;r 1 5             ! 2: r 1: id 1 was never allocated, expected the id of a"
                        + " live block",
                "a 0 9;f 0;r 0 5         ! 3: r 0: id 0 was freed before, expected the id of a live"
                        + " block",
                "a 0 9;a 0 9             ! 2: a 0: id 0 is live already, expected a free one",
                "1 a 0 9;f 0             ! 2: no thread's number, expected one on every line as on"
                        + " the first",
                "a 0 9;1 f 0             ! 2: a number first, expected a, r or f: the first line"
                        + " names no thread",
                "a 0                     ! 1: end of line, expected a size in bytes",
                "a 0 9;r 0               ! 2: end of line, expected a size in bytes",
                "a 0 -9                  ! 1: -9, expected a size in bytes",
                "a 0 9x                  ! 1: 9x, expected a size in bytes",
                "a x 9                   ! 1: x, expected an id",
                "a -1 9                  ! 1: -1, expected an id",
                "a 0 9;f -2              ! 2: a negative id, expected -1 or an id",
                "a 0 9 24                ! 1: alignment 24, expected a power of two",
                "a 0 9 0                 ! 1: alignment 0, expected a power of two",
                "a 0 9 16 1              ! 1: 1, expected the end of the line",
                "a 0 9;r 0 9 16          ! 2: 16, expected the end of the line",
                "a 0 9;f 0 0             ! 2: 0, expected the end of the line",
                "a 0 9;#;;x 0            ! 4: x, expected a, r or f",
                "a 0 9;free 0            ! 2: a word that starts with f, expected a, r or f",
                "a 0 9;f                 ! 2: f alone, expected an id after it",
                "a 0 9;1                 ! 2: a number first, expected a, r or f: the first line"
                        + " names no thread",
                "1 a 0 9;1               ! 2: end of line, expected a, r or f",
                "a 0 9223372036854775808 ! 1: a number of 2^63 or more, expected a size in bytes",
                "a 0 99999999999999999999999 ! 1: a number of 2^63 or more, expected a size in"
                        + " bytes",
            })
    void wrongLines(String lines, String message) throws IOException {
        Path file = file(folder, "bad.trc", lines.strip().split(";"));
        TraceException e = assertThrows(TraceException.class, () -> read(file));
        assertEquals(file + ":" + message.strip(), e.getMessage());
    }
}
