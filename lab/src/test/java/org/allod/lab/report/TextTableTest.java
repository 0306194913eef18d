package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final String TABLE =
            """
            one: 1,234,567 operations of 3 threads
                                       ns/op  of libc       cold   granted committed       rss
              native:libc              20.0                1,500      1.10
              buddy                    10.0      0.50      1,500      1.10      1.30      1.25

            two: 1,234,567 operations of 3 threads
                                       ns/op  of libc       cold   granted committed       rss
              native:libc              20.0                1,500      1.10
              buddy                    40.0~     2.00      1,500      1.10      1.30      1.25

            geometric means over 2 traces, and the worst trace
                                       ns/op  of libc  worst                    committed  worst
              native:libc              20.0
              buddy                    20.0      1.00  2.00 two                      1.30  1.30 one

            granted, committed, rss: at most, against the most requested at a time.
            ~ passes still differed by 5 % when they were measured.
            native: through ordinary downcalls (malloc may block; a critical call must not).
            a machine
            settings
            """;

    private static RunResult result(String name, double nanos, boolean settled, long refused) {
        boolean ours = !name.startsWith("native:");
        return new RunResult(
                "t",
                name,
                1,
                9,
                nanos,
                1500,
                settled,
                1000,
                1100,
                ours ? 1200 : -1,
                ours ? 1300 : -1,
                ours ? 1400 : -1,
                ours ? 1250 : -1,
                refused,
                true);
    }

    private static Run run(RunResult... forks) {
        return new Run(forks[0].allocator(), forks[0], List.of(forks), null, null, null);
    }

    private static TraceResults trace(String name, Run... runs) {
        return new TraceResults(name, 1234567, 3, List.of(runs));
    }

    private static String table(TraceResults... traces) {
        List<String> names = traces[0].runs().stream().map(Run::allocator).toList();
        return TextTable.of(new Comparison("a machine", "settings", names, List.of(traces)));
    }

    @Test
    void aBlockForEachTraceThenTheMeansAndTheWorst() {
        Run libc = run(result("native:libc", 20, true, 0));
        assertEquals(
                TABLE,
                table(
                        trace("one", libc, run(result("buddy", 10, true, 0))),
                        trace("two", libc, run(result("buddy", 40, false, 0)))));
    }

    @Test
    void severalForksShowTheirRange() {
        String table =
                table(trace("one", run(result("x", 5, true, 0), result("x", 123.4, true, 0))));
        assertTrue(table.contains("min-max"), table);
        assertTrue(table.contains(" 5.0-123.4 "), table);
    }

    @Test
    void whatIsWrongIsSaidBelowTheRow() {
        Run dead =
                new Run(
                        "native:/a/very/long/path/libjemalloc.so.2",
                        null,
                        List.of(),
                        "it died",
                        null,
                        null);
        String table = table(trace("one", dead, run(result("x", 5, true, 7))));
        assertTrue(table.contains("  …th/libjemalloc.so.2"), table);
        assertTrue(table.contains("failed: it died"), table);
        assertTrue(table.contains("7 requests refused"), table);
        assertFalse(table.contains("geometric"), table);
    }

    @Test
    void noLineIsWiderThanATerminal() {
        for (String line : TextTable.of(SyntheticComparison.of(1, 3, 12, 2000)).lines().toList()) {
            assertTrue(line.length() <= 100, line);
        }
    }
}
