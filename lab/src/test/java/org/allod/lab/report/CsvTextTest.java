package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;
import org.junit.jupiter.api.Test;

class CsvTextTest {
    private static final RunResult LIBC =
            new RunResult(
                    "t", "native:libc", 1, 9, 12.345, 200, true, 10, 11, -1, -1, -1, -1, 0, true);
    private static final RunResult OURS =
            new RunResult("t", "buddy", 1, 9, 7, 0.5, false, 10, 12, 13, 14, 15, 16, 2, true);

    @Test
    void aLineForEachTraceAndAllocator() {
        List<Run> runs =
                List.of(
                        new Run("native:libc", LIBC, List.of(LIBC), null, null, null),
                        new Run("buddy", OURS, List.of(OURS), null, null, null),
                        new Run("native:a,b", null, List.of(), "died", null, null));
        Comparison comparison =
                new Comparison("", "", List.of(), List.of(new TraceResults("t", 9, 4, runs)));
        assertEquals(
                """
                trace,allocator,threads,ops,ns_per_op,peak_requested,peak_granted,peak_held,\
                peak_committed,peak_extent,peak_rss,failures,verified,cold_ns_per_op
                t,native:libc,1,9,12.35,10,11,,,,,0,true,200.00
                t,buddy,1,9,7.00,10,12,13,14,15,16,2,true,0.50
                t,"native:a,b",,9,,,,,,,,,false,
                """,
                CsvText.of(comparison));
    }

    @Test
    void everyLineHasAsManyColumnsAsTheHeader() {
        for (String line : CsvText.of(SyntheticComparison.of(1, 3, 12, 2000)).lines().toList()) {
            assertEquals(14, line.split(",", -1).length, line);
        }
    }
}
