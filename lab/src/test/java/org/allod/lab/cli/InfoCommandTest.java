package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.allod.lab.trace.TraceFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {
    @TempDir private Path folder;

    @Test
    void aSmallTraceInFull() throws IOException {
        Path file =
                TraceFiles.file(
                        folder,
                        "small.trc",
                        "1 a 0 100",
                        "1 a 1 3000 64",
                        "2 f 0",
                        "2 f -1",
                        "1 r 1 9000",
                        "1 a 2 100",
                        "1 f 2");
        Run run = Run.of("info", file.toString());
        assertEquals(page("small-info.txt"), run.out());
        assertEquals("", run.err());
        assertEquals(0, run.code());
    }

    @Test
    void severalTraces() {
        Run run = Run.of("info", "nginx", "git-diff");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("nginx: 228,029 operations, 1 thread"));
        assertTrue(run.out().contains("\n\ngit-diff: 58,037 operations, 1 thread"));
        assertTrue(run.out().lines().allMatch(line -> line.length() <= 100));
    }

    @Test
    void sameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertTrue(Run.of("info", "git-diff").out().startsWith("git-diff: 58,037 operations"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aTraceThatOnlyAllocates() throws IOException {
        Path file = TraceFiles.file(folder, "x.trc", "a 0 0");
        Run run = Run.of("info", file.toString());
        assertEquals(0, run.code());
        assertTrue(run.out().contains("lifetimes   no block is freed"), run.out());
    }

    @Test
    void aWrongTraceIsOneLineAndOneAndNothingIsPrinted() throws IOException {
        Path file = TraceFiles.file(folder, "bad.trc", "a 0 5", "f 0", "f 0");
        Run run = Run.of("info", "git-diff", file.toString());
        assertEquals(1, run.code());
        assertEquals("", run.out());
        assertEquals(
                "allod: "
                        + file
                        + ":3: f 0: id 0 was freed before, expected the id of a live block\n",
                run.err());
        assertFalse(run.err().contains("\tat "));
    }

    private static String page(String name) throws IOException {
        try (InputStream in = InfoCommandTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
