package org.allod.lab.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;

/// A comparison in one row of numbers: geometric means over the traces, and the worst by name.
///
/// Only sound runs count: no request refused, contents and invariants verified in every fork. A
/// mean over fewer traces than there are says so by its count.
///
/// @param baseline name of the allocator that ratios are against, or null if it was not run
/// @param totals one for each allocator, in the order of the comparison
public record Summary(String baseline, List<Total> totals) {

    /// The allocator that ratios are against.
    public static final String BASELINE = "native:libc";

    /// One allocator over all traces; NaN where a number is not known.
    ///
    /// @param allocator its name
    /// @param nanos geometric mean of ns an operation
    /// @param ratio geometric mean of the time against the baseline
    /// @param slowest trace of the largest ratio, and that ratio
    /// @param memory geometric mean of peak committed / peak requested
    /// @param fattest trace of the largest such ratio, and that ratio
    /// @param granted geometric mean of peak granted / peak requested
    public record Total(
            String allocator,
            Mean nanos,
            Mean ratio,
            Worst slowest,
            Mean memory,
            Worst fattest,
            Mean granted) {}

    /// A geometric mean.
    ///
    /// @param value NaN if no trace counts
    /// @param traces how many count
    public record Mean(double value, int traces) {}

    /// The trace with the largest number.
    ///
    /// @param trace its name, or null if no trace counts
    /// @param value NaN if no trace counts
    public record Worst(String trace, double value) {}

    /// The summary of a comparison.
    public static Summary of(Comparison comparison) {
        String baseline = comparison.allocators().contains(BASELINE) ? BASELINE : null;
        List<Total> totals = new ArrayList<>();
        for (String allocator : comparison.allocators()) {
            List<TraceResults> traces = new ArrayList<>();
            for (TraceResults trace : comparison.traces()) {
                if (sound(run(trace, allocator))) traces.add(trace);
            }
            ToDoubleFunction<TraceResults> nanos = t -> run(t, allocator).median().nsPerOp();
            ToDoubleFunction<TraceResults> time = t -> ratio(run(t, allocator), run(t, baseline));
            ToDoubleFunction<TraceResults> memory = t -> memory(run(t, allocator));
            ToDoubleFunction<TraceResults> granted = t -> granted(run(t, allocator));
            totals.add(
                    new Total(
                            allocator,
                            mean(traces, nanos),
                            mean(traces, time),
                            worst(traces, baseline == null ? nanos : time),
                            mean(traces, memory),
                            worst(traces, memory),
                            mean(traces, granted)));
        }
        return new Summary(baseline, List.copyOf(totals));
    }

    /// The run of that allocator, or null.
    public static Run run(TraceResults trace, String allocator) {
        for (Run run : trace.runs()) {
            if (run.allocator().equals(allocator)) return run;
        }
        return null;
    }

    /// Whether the run has a result, refused nothing and was verified in every fork.
    public static boolean sound(Run run) {
        return run != null
                && run.failure() == null
                && run.median() != null
                && run.median().nsPerOp() > 0
                && run.median().failures() == 0
                && run.median().verified()
                && run.forks().stream().allMatch(f -> f.failures() == 0 && f.verified());
    }

    /// Median over the forks of ours / theirs in the same turn; NaN if either has no sound result.
    public static double ratio(Run ours, Run theirs) {
        if (!sound(ours) || !sound(theirs)) return Double.NaN;
        int turns = Math.min(ours.forks().size(), theirs.forks().size());
        if (turns == 0) return ours.median().nsPerOp() / theirs.median().nsPerOp();
        double[] ratios = new double[turns];
        for (int i = 0; i < turns; i++) {
            ratios[i] = ours.forks().get(i).nsPerOp() / theirs.forks().get(i).nsPerOp();
        }
        Arrays.sort(ratios);
        return (ratios[(turns - 1) / 2] + ratios[turns / 2]) / 2;
    }

    private static double memory(Run run) {
        RunResult median = run.median();
        return share(median.peakCommitted(), median.peakRequested());
    }

    private static double granted(Run run) {
        RunResult median = run.median();
        return share(median.peakGranted(), median.peakRequested());
    }

    private static double share(long part, long whole) {
        return part < 0 || whole <= 0 ? Double.NaN : (double) part / whole;
    }

    private static Mean mean(List<TraceResults> traces, ToDoubleFunction<TraceResults> number) {
        double[] known = traces.stream().mapToDouble(number).filter(x -> x > 0).toArray();
        if (known.length == 0) return new Mean(Double.NaN, 0);
        double logs = Arrays.stream(known).map(Math::log).average().getAsDouble();
        return new Mean(Math.exp(logs), known.length);
    }

    private static Worst worst(List<TraceResults> traces, ToDoubleFunction<TraceResults> number) {
        Worst worst = new Worst(null, Double.NaN);
        for (TraceResults trace : traces) {
            double value = number.applyAsDouble(trace);
            if (!Double.isNaN(value) && !(value <= worst.value())) {
                worst = new Worst(trace.trace(), value);
            }
        }
        return worst;
    }
}
