package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.heap.Allocators;
import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void listIsNameTabSentence() {
        Run run = Run.of("list");
        assertEquals(0, run.code());
        assertEquals("", run.err());
        String[] lines = run.out().split("\n");
        assertEquals(Allocators.all().size(), lines.length);
        for (int i = 0; i < lines.length; i++) {
            Allocators.Entry entry = Allocators.all().get(i);
            assertEquals(entry.name() + "\t" + entry.sentence(), lines[i]);
        }
    }

    @Test
    void helpOfEachCommand() {
        assertTrue(Run.of("--help").out().startsWith("Usage: allod "));
        for (String command : new String[] {"list", "info"}) {
            Run run = Run.of(command, "--help");
            assertEquals(0, run.code());
            assertTrue(run.out().startsWith("Usage: allod " + command), run.out());
            assertEquals("", run.err());
        }
    }

    @Test
    void version() {
        Run run = Run.of("--version");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("allod "), run.out());
    }

    @Test
    void badUsageIsOneLineAndTwo() {
        usage("no command, expected one of list");
        usage("unknown command 'lits', expected one of list", "lits");
        usage("Unknown option: '--bar'", "--bar");
        usage("Unmatched argument at index 1: 'x'", "list", "x");
        usage("Unknown option: '--bar'", "info", "--bar", "nginx");
        usage("Missing required parameter: 'TRACE'", "info");
        usage("nowhere: no such file, expected a file, - for standard input", "info", "nowhere");
        usage("nowhere: no such file", "info", "nginx", "nowhere");
        usage("': no such file", "info", "");
        usage("@nowhere: no such file", "info", "@nowhere");
    }

    @Test
    void whatUsersCanCauseIsASentence() {
        assertEquals(
                "size=0, expected 1",
                ErrorLines.sentence(new IllegalArgumentException("size=0, expected 1")));
        assertEquals(
                "heap exhausted: size=8, alignment=16: no room",
                ErrorLines.sentence(new HeapExhaustedException(8, 16)));
        assertEquals(
                "x: no such file or folder", ErrorLines.sentence(new NoSuchFileException("x")));
        assertEquals(
                "x: permission denied",
                ErrorLines.sentence(new UncheckedIOException(new AccessDeniedException("x"))));
        assertEquals("disk full", ErrorLines.sentence(new IOException("disk full")));
        assertEquals("fork died", ErrorLines.sentence(new CommandFailedException("fork died")));
        CorruptHeapError corrupt = new CorruptHeapError("buddy.I1", 4096, "free twice");
        assertEquals("heap corrupt: " + corrupt.getMessage(), ErrorLines.sentence(corrupt));
        assertEquals(null, ErrorLines.sentence(new NullPointerException("ours")));
    }

    private static void usage(String message, String... args) {
        Run run = Run.of(args);
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("allod: "), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}
