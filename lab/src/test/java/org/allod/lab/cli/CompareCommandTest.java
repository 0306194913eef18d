package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.allod.lab.report.CsvText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    @TempDir private Path folder;
    private String trace;

    @BeforeEach
    void writeTrace() throws IOException {
        String text = "a 0 100\na 1 200\nr 0 300\nf 1\na 2 9000\n";
        trace = Files.writeString(folder.resolve("small.trc"), text).toString();
    }

    private static void assertUsage(String part, String... args) {
        Run run = Run.of(args);
        assertEquals(Main.USAGE, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(part), run.err());
    }

    @Test
    void csvInsteadOfTheTableAndTheRestOfTheRowsWhereOneFails() {
        Run run =
                Run.of(
                        "compare",
                        trace,
                        "--csv",
                        "-",
                        "--repeat",
                        "1",
                        "--allocators",
                        "buddy,native:libnowhere.so");
        assertEquals(Main.FAILED, run.code());
        List<String> lines = run.out().lines().toList();
        assertEquals(3, lines.size(), run.out());
        assertEquals(CsvText.HEADER, lines.get(0));
        assertTrue(
                lines.get(1).matches("small,buddy,1,5,[0-9.]+,9300,.*,0,true,[0-9.]+"), run.out());
        assertEquals("small,native:libnowhere.so,,5,,,,,,,,,false,", lines.get(2));
        assertEquals(
                "allod: small through native:libnowhere.so: native:libnowhere.so cannot be loaded,"
                        + " expected a C library's path or soname",
                run.err().strip());
    }

    @Test
    void tableFileAndReport() throws IOException {
        Path csv = folder.resolve("out.csv");
        Path report = folder.resolve("out.html");
        Run run =
                Run.of(
                        "compare",
                        trace,
                        "--csv",
                        csv.toString(),
                        "--report",
                        report.toString(),
                        "--allocators",
                        "native:libc,buddy",
                        "--repeat",
                        "2",
                        "--touch",
                        "none");
        assertEquals(Main.FINE, run.code(), run.err());
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("small: 5 operations"), run.out());
        assertTrue(run.out().contains("2 forks in turn"), run.out());
        assertEquals(3, Files.readAllLines(csv).size());
        assertTrue(Files.readString(report).contains("small"));
    }

    @Test
    void badOptionsAreUsageErrorsBeforeAnyWork() {
        assertUsage("--region", "compare", trace, "--region", "0");
        assertUsage("expected one of order, own", "compare", trace, "--threads", "x");
        assertUsage("at least 1", "compare", trace, "--repeat", "0");
        assertUsage("not an int", "compare", trace, "--repeat", "x");
        assertUsage("expected one of buddy", "compare", trace, "--allocators", "buddy,dlmaloc");
        assertUsage("folder does not exist", "compare", trace, "--csv", "/no/where/x.csv");
        assertUsage("folder does not exist", "compare", trace, "--report", "/no/where/x.html");
        assertUsage("no such file", "compare", trace + "x");
        assertFalse(Files.exists(folder.resolve("x.csv")));
    }
}
