package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadLength;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSeries;
import org.allod.lab.workload.WorkloadSettings;
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
        assertTrue(run.out().contains("all, or some of larson, larson-sized, "), run.out());
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
        assertEquals(WorkloadCsv.HEADER, lines.get(0));
        assertTrue(
                lines.get(1)
                        .matches(
                                "mstress,buddy,2,virtual,1,\\d+\\.\\d{3},\\d+\\.\\d{3},"
                                    + "\\d+\\.\\d{3},1125200,\\d+,\\d+,(\\d+,){6}\\d+,\\d+,0,true,"
                                    + "1,\\d+\\.\\d{3},\\d+"),
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
        assertEquals("mstress,buddy,2,platform" + ",".repeat(17) + "false,,,", lines.get(1));
    }

    @Test
    void pageAndCsvTellWhatWasFound() {
        WorkloadSettings settings = settings("mstress", "native:a,b");
        Latency latency = new Latency(9, 61, 999, 1440, 12_345_678, 2_000_000_000, 24);
        WorkloadOutcome outcome =
                new WorkloadOutcome(
                        2,
                        2_000_000_000,
                        1_000_000_000,
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
        assertTrue(text.contains("3,000,000 operations (the processors"), text);
        assertTrue(text.contains("61 ns p50    999 ns p99   1.44 us p99.9   12.3 ms"), text);
        assertTrue(text.contains("2.00 s max"), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("refused +4")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("verified +NO")), text);
        assertTrue(text.lines().noneMatch(line -> line.startsWith("peak")), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
        WorkloadSeries series = new WorkloadSeries(settings, List.of(outcome), List.of(), null);
        assertEquals("corruption: word 3", series.complaint());
        String line = WorkloadCsv.of(List.of(series)).lines().toList().get(1);
        assertEquals(
                "mstress,\"native:a,b\",1,platform,2,2.000,7.000,6.500,3000000,1500000,"
                        + "9,61,999,1440,12345678,2000000000,24,,,4,false,1,1.000,3000000",
                line);
        assertEquals(
                WorkloadCsv.HEADER.split(",").length, line.replace("a,b", "ab").split(",").length);
    }

    private static WorkloadSettings settings(String workload, String allocator) {
        return new WorkloadSettings(
                workload, allocator, 1, WorkloadLength.ofRounds(1), 1, 64, false, 1 << 20);
    }

    private static WorkloadOutcome outcome(long operations, long cpuSeconds, String complaint) {
        Latency latency = new Latency(operations, 30, 40, 50, operations, 70, 24);
        return new WorkloadOutcome(
                1,
                1_000_000_000,
                cpuSeconds * 1_000_000_000,
                1,
                1,
                operations,
                latency,
                -1,
                operations,
                0,
                complaint);
    }

    private static WorkloadSeries series(String workload, String name, long... operations) {
        return new WorkloadSeries(
                settings(workload, name),
                Arrays.stream(operations).mapToObj(n -> outcome(n, 2, null)).toList(),
                Arrays.stream(operations).mapToObj(n -> outcome(100, 1, null)).toList(),
                null);
    }

    @Test
    void tablesCompareTurnByTurn() {
        WorkloadSeries a = series("larson", "buddy", 100, 1000, 200);
        WorkloadSeries b = series("larson", "dlmalloc", 200, 500, 200);
        assertEquals(200, a.throughput());
        assertEquals(1, b.ratio(a), 1e-9);
        assertEquals(1, b.cpuRatio(a), 1e-9);
        assertEquals(2, b.scaling(), 1e-9);
        assertEquals(200, a.latency(Latency::p9999));
        assertEquals(1000, a.peakCommitted());
        List<WorkloadSeries> second =
                List.of(series("mstress", "buddy", 100), series("mstress", "dlmalloc", 25));
        List<WorkloadSeries> third =
                List.of(
                        series("mleak", "buddy", 100),
                        new WorkloadSeries(
                                settings("mleak", "dlmalloc"), List.of(), List.of(), "burnt"));
        WorkloadTable table = new WorkloadTable(true);
        String block = table.block(List.of(a, b));
        assertEquals(3, block.strip().lines().count(), block);
        assertTrue(
                block.lines()
                        .anyMatch(line ->
                                line.matches(
                                        "  dlmalloc +0.00020 +1.00 +1.00 +2.00 +30 ns +40 ns"
                                                + " +200 ns +70 ns +0.0 MiB")),
                block);
        String broken = table.block(third);
        assertTrue(
                broken.lines().anyMatch(line -> line.matches("  dlmalloc +FAILED: burnt")), broken);
        String means = table.means(WorkloadMeans.of(List.of(List.of(a, b), second, third)));
        assertTrue(means.startsWith("geometric means over 3 workloads, against buddy"), means);
        assertTrue(
                means.lines()
                        .anyMatch(line ->
                                line.matches(
                                        "  dlmalloc +0.50 0.25 mstress +0.50 0.25 mstress +"
                                                + "0.50 0.25 mstress")),
                means);
        assertTrue(means.lines().anyMatch(line -> line.matches(" +of 2 sound ones")), means);
        assertTrue((block + means).lines().allMatch(line -> line.length() <= 100), means);
        assertEquals("", table.means(WorkloadMeans.of(List.of(second))));
        assertEquals(
                "mleak,dlmalloc,1,platform" + ",".repeat(17) + "false,,,",
                WorkloadCsv.of(third).lines().toList().getLast());
    }

    @Test
    void severalProgramsAndAllocatorsGiveATable() throws IOException {
        Path csv = folder.resolve("all.csv");
        Run run =
                workload(
                        "sh6bench,mleak",
                        "mleak",
                        "--allocators",
                        "native:libc,ptmalloc",
                        "--rounds",
                        "1",
                        "--divide",
                        "2500",
                        "--scaling",
                        "--csv",
                        csv.toString());
        assertEquals(Main.FINE, run.code(), run.err());
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("2 threads, 1 round, 1 fork, one alloc"), run.out());
        assertTrue(run.out().contains("geometric means over 2 workloads"), run.out());
        List<String> lines = Files.readAllLines(csv);
        assertEquals(1 + 2 * 2 + 2, lines.size(), "mleak takes the threads it likes: not alone");
        assertTrue(lines.get(1).startsWith("sh6bench,native:libc,2,platform,1,"), lines.get(1));
        assertTrue(lines.get(1).contains(",154400,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("sh6bench,native:libc,1,platform,1,"), lines.get(2));
        assertTrue(
                lines.get(4).matches("sh6bench,ptmalloc,1,.*,true,1,[\\d.]+,\\d+"), lines.get(4));
    }

    @Test
    void badOptionsAreUsageErrorsBeforeAnyWork() {
        assertUsage("Missing required", "mstress");
        assertUsage("workload=x, expected one of larson", "x", "--allocator", "buddy");
        assertUsage("expected one of buddy", "mstress", "--allocator", "x");
        assertUsage("--threads 0, expected 1 to", bad("--threads", "0"));
        assertUsage("--threads 10001, expected 1 to", bad("--threads", "10001"));
        assertUsage("'x' is not an int", bad("--threads", "x"));
        assertUsage("--seconds 0, expected 1 to 86400", bad("--seconds", "0"));
        assertUsage("--rounds -1, expected at least 1", bad("--rounds", "-1"));
        assertUsage("--seconds with --rounds", bad("--seconds", "1", "--rounds", "1"));
        assertUsage("--seconds with --operations", bad("--seconds", "1", "--operations", "1"));
        assertUsage("--rounds with --operations", bad("--rounds", "1", "--operations", "1"));
        assertUsage("--operations 0, expected at least 1", bad("--operations", "0"));
        assertUsage("--warmup -1, expected 0 to 86400", bad("--warmup", "-1"));
        assertUsage("--divide 0, expected 1 to 1000000", bad("--divide", "0"));
        assertUsage("--sample -1, expected at least 0", bad("--sample", "-1"));
        assertUsage("--repeat 0, expected at least 1", bad("--repeat", "0"));
        assertUsage("workload=y, expected one of", "mstress,y", "--allocator", "buddy");
        assertUsage("expected one of buddy", "mstress", "--allocator", "buddy,y");
        assertUsage("--region", bad("--region", "0"));
        assertUsage("folder does not exist", bad("--csv", "/no/where/x.csv"));
        assertUsage("Unknown option: '--round=1'", bad("--round=1"));
    }

    private static String[] bad(String... options) {
        return Stream.concat(Stream.of("mstress", "--allocator", "buddy"), Stream.of(options))
                .toArray(String[]::new);
    }
}
