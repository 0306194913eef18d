package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    @TempDir private Path folder;
    private String trace;

    @BeforeEach
    void writeTrace() throws IOException {
        String text = "a 0 100\na 1 200\nr 0 300\nf 1\na 2 9000\n";
        trace = Files.writeString(folder.resolve("small.trc"), text).toString();
    }

    private Run replay(String... more) {
        String[] args = new String[more.length + 4];
        System.arraycopy(new String[] {"replay", "--allocator", "buddy", trace}, 0, args, 0, 4);
        System.arraycopy(more, 0, args, 4, more.length);
        return Run.of(args);
    }

    private static void assertFails(int code, String part, Run run) {
        assertEquals(code, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("allod: ") && run.err().contains(part), run.err());
        assertFalse(run.err().contains("defect"), run.err());
    }

    @Test
    void placementsGoToStandardOutputAlone() {
        Run run = replay("--placements", "-", "--realloc", "copy", "--region", "64k");
        assertEquals(0, run.code(), run.err());
        assertEquals(
                """
                # op id size offset
                a 0 100 0
                a 1 200 256
                r 0 300 512
                a 2 9000 16384
                """,
                run.out());
        assertEquals("", run.err());
    }

    @Test
    void usableSizesNeedAMalloc() {
        Run run = replay("--placements", "-", "--usable", "--region", "64k");
        assertFails(1, "buddy knows no usable sizes", run);
    }

    @Test
    void placementsGoToAFile() throws IOException {
        Path file = folder.resolve("out.txt");
        Run run = replay("--placements", file.toString(), "--offsets", "first");
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(5, Files.readAllLines(file).size());
    }

    @Test
    void aSummaryWithoutPlacements() {
        Run run = replay("--verify", "--threads", "own", "--touch", "all", "--alignment", "64");
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.out().startsWith("small through buddy: 5 operations on 1 thread"), run.out());
        assertTrue(run.out().matches("(?s).*peak requested +9,300\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*verified +yes\n"), run.out());
    }

    @Test
    void refusedRequestsAreAFailure() throws IOException {
        assertFails(
                1,
                "1 requests refused, largest request of the trace 9,000",
                replay("--region", "8k"));
        Path file = folder.resolve("out.txt");
        Run run = replay("--region", "8k", "--placements", file.toString());
        assertFails(1, "refused", run);
        assertEquals("a 2 9000 -", Files.readAllLines(file).getLast());
    }

    @Test
    void badOptionsAreUsageErrors() {
        assertFails(2, "--region", replay("--region", "0"));
        assertFails(2, "expected one of order, own", replay("--threads", "x"));
        assertFails(2, "power of two", replay("--alignment", "3"));
        assertFails(2, "expected one of none, page, all", replay("--touch", "x"));
        assertFails(2, "expected one of own, copy", replay("--realloc", "x"));
        assertFails(2, "its folder does not exist", replay("--placements", "/no/where/x"));
        assertFails(2, "--threads order", replay("--placements", "-", "--threads", "own"));
        assertFails(2, "buddy", Run.of("replay", "--allocator", "dlmaloc", trace));
        assertFails(2, "--allocator", Run.of("replay", trace));
        assertFails(2, "no such file", Run.of("replay", "--allocator", "buddy", trace + "x"));
    }

    @Test
    void aRegionThatCannotBeHadIsAFailure() {
        assertFails(1, "address space", replay("--region", "900000000g"));
    }
}
