package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSettings;
import org.allod.lab.workload.Workloads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadCommandTest {
    @TempDir private Path folder;

    private static Run workload(String... arguments) {
        return Run.of(
                Stream.concat(Stream.of("workload"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void assertUsage(String part, String... arguments) {
        Run run = workload(arguments);
        assertEquals(Main.USAGE, run.code(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(part), run.err());
    }

    @Test
    void helpNamesTheWorkloads() {
        Run run = workload("--help");
        assertEquals(Main.FINE, run.code());
        assertTrue(run.out().contains("One of " + Workloads.names() + "."), run.out());
    }

    @Test
    void csvHasTheNumbersOfOneRun() {
        Run run =
                workload(
                        "mstress",
                        "--allocator",
                        "buddy",
                        "--rounds",
                        "1",
                        "--csv",
                        "-",
                        "--virtual");
        assertEquals(Main.FINE, run.code(), run.err());
        assertEquals("", run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size(), run.out());
        assertEquals(WorkloadPage.HEADER, lines.get(0));
        assertTrue(
                lines.get(1)
                        .matches(
                                "mstress,buddy,2,virtual,1,\\d+\\.\\d{3},\\d+\\.\\d{3},"
                                    + "\\d+\\.\\d{3},1125200,\\d+,\\d+,(\\d+,){6}\\d+,\\d+,0,true"),
                lines.get(1));
    }

    @Test
    void aHeapThatIsTooSmallFailsInOneLine() throws IOException {
        Path csv = folder.resolve("out.csv");
        Run run =
                workload(
                        "mstress",
                        "--allocator",
                        "buddy",
                        "--rounds",
                        "1",
                        "--region",
                        "512k",
                        "--csv",
                        csv.toString());
        assertEquals(Main.FAILED, run.code());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(
                run.err().startsWith("allod: mstress through buddy: heap exhausted: size=800000"),
                run.err());
        assertTrue(run.err().contains("--region"), run.err());
        List<String> lines = Files.readAllLines(csv);
        assertEquals(2, lines.size());
        assertEquals("mstress,buddy,2,platform" + ",".repeat(17) + "false", lines.get(1));
    }

    @Test
    void pageAndCsvTellWhatWasFound() {
        WorkloadSettings settings =
                new WorkloadSettings("mstress", "native:a,b", 1, 5, 0, false, 1 << 20);
        Latency latency = new Latency(9, 61, 999, 1440, 12_345_678, 2_000_000_000, 24);
        WorkloadOutcome outcome =
                new WorkloadOutcome(
                        2,
                        2_000_000_000,
                        7_000_000,
                        6_500_000,
                        3_000_000,
                        latency,
                        -1,
                        -1,
                        4,
                        "corruption: word 3");
        WorkloadPage page = new WorkloadPage(settings, outcome);
        String text = page.text();
        assertTrue(text.startsWith("mstress through native:a,b: 2 rounds of 1 thread"), text);
        assertTrue(text.contains("1,500,000 operations a second"), text);
        assertTrue(text.contains("61 ns p50    999 ns p99   1.44 us p99.9   12.3 ms"), text);
        assertTrue(text.contains("2.00 s max"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("refused +4")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("verified +NO")), text);
        assertTrue(text.lines().noneMatch(line -> line.startsWith("peak")), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
        assertEquals(
                "mstress,\"native:a,b\",1,platform,2,2.000,7.000,6.500,3000000,1500000,"
                        + "9,61,999,1440,12345678,2000000000,24,,,4,false",
                page.csv().lines().toList().get(1));
        assertEquals(
                WorkloadPage.HEADER.split(",").length,
                page.csv().lines().toList().get(1).replace("a,b", "ab").split(",").length);
        assertEquals("", new WorkloadPage(settings, null).text());
    }

    @Test
    void badOptionsAreUsageErrorsBeforeAnyWork() {
        assertUsage("Missing required", "mstress");
        assertUsage("workload=x, expected one of mstress", "x", "--allocator", "buddy");
        assertUsage("expected one of buddy", "mstress", "--allocator", "x");
        assertUsage("--threads 0, expected 1 to", bad("--threads", "0"));
        assertUsage("--threads 10001, expected 1 to", bad("--threads", "10001"));
        assertUsage("'x' is not an int", bad("--threads", "x"));
        assertUsage("--seconds 0, expected 1 to 86400", bad("--seconds", "0"));
        assertUsage("--rounds -1, expected at least 1", bad("--rounds", "-1"));
        assertUsage("--seconds with --rounds", bad("--seconds", "1", "--rounds", "1"));
        assertUsage("--region", bad("--region", "0"));
        assertUsage("folder does not exist", bad("--csv", "/no/where/x.csv"));
        assertUsage("Unknown option: '--round=1'", bad("--round=1"));
    }

    private static String[] bad(String... options) {
        return Stream.concat(Stream.of("mstress", "--allocator", "buddy"), Stream.of(options))
                .toArray(String[]::new);
    }
}
