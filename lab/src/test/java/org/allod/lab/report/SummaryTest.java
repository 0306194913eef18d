package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void aRatioIsTheMedianOfTurns() {
        Run ours = run("buddy", 10, 40, 30);
        Run theirs = run("native:libc", 20, 20, 20);
        assertEquals(1.5, Summary.ratio(ours, theirs));
        assertEquals(1.25, Summary.ratio(run("buddy", 10, 40), theirs));
    }

    @Test
    void meansAreGeometricAndTheWorstHasItsName() {
        Summary summary =
                Summary.of(
                        comparison(
                                trace("a", run("native:libc", 10), run("buddy", 5)),
                                trace("b", run("native:libc", 10), run("buddy", 20))));
        Summary.Total buddy = summary.totals().get(1);
        assertEquals("native:libc", summary.baseline());
        assertEquals(10, buddy.nanos().value(), 1e-9);
        assertEquals(1, buddy.ratio().value(), 1e-9);
        assertEquals(new Summary.Worst("b", 2), buddy.slowest());
        assertEquals(4, buddy.memory().value(), 1e-9);
        assertEquals(2, buddy.granted().value(), 1e-9);
    }

    @Test
    void onlySoundRunsCount() {
        Run failed = new Run("buddy", null, List.of(), "no room", null, null);
        Summary summary =
                Summary.of(
                        comparison(
                                trace("a", run("native:libc", 10), run("buddy", 5)),
                                trace("b", run("native:libc", 10), failed),
                                trace("c", run("native:libc", 10), refusing("buddy", 3, true)),
                                trace("d", run("native:libc", 10), refusing("buddy", 0, false)),
                                trace("e", run("native:libc", 10))));
        Summary.Mean mean = summary.totals().get(1).nanos();
        assertEquals(1, mean.traces());
        assertEquals(5, mean.value(), 1e-9);
        assertEquals(5, summary.totals().get(0).nanos().traces());
        assertFalse(Summary.sound(failed));
        assertFalse(Summary.sound(null));
    }

    @Test
    void withoutABaselineThereAreNoRatios() {
        Comparison comparison =
                new Comparison("", "", List.of("buddy"), List.of(trace("a", run("buddy", 5))));
        Summary summary = Summary.of(comparison);
        assertNull(summary.baseline());
        assertTrue(Double.isNaN(summary.totals().get(0).ratio().value()));
        assertEquals(new Summary.Worst("a", 5), summary.totals().get(0).slowest());
    }

    private static Comparison comparison(TraceResults... traces) {
        return new Comparison("", "", List.of("native:libc", "buddy"), List.of(traces));
    }

    private static TraceResults trace(String name, Run... runs) {
        return new TraceResults(name, 100, 1, List.of(runs));
    }

    private static Run run(String allocator, double... nanos) {
        List<RunResult> forks = new ArrayList<>();
        for (double n : nanos) forks.add(result(allocator, n, 0, true));
        return new Run(allocator, forks.get(0), forks, null, null, null);
    }

    private static Run refusing(String allocator, long failures, boolean verified) {
        RunResult result = result(allocator, 7, failures, verified);
        return new Run(allocator, result, List.of(result), null, null, null);
    }

    private static RunResult result(String allocator, double ns, long failures, boolean verified) {
        return new RunResult(
                "t", allocator, 1, 100, ns, 9 * ns, true, 100, 200, 300, 400, -1, -1, failures,
                verified);
    }
}
