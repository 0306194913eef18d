package org.allod.lab.workload;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// All forks of one workload on one allocator, turn by turn. Numbers are medians over the turns,
/// NaN where a fork is not sound or a number not known.
///
/// @param settings with the number of threads that was asked for
/// @param forks that ran, one each turn
/// @param singles the same with one thread, one each turn, or empty: not asked for
/// @param failure why there are no more of them, or null
public record WorkloadSeries(
        WorkloadSettings settings,
        List<WorkloadOutcome> forks,
        List<WorkloadOutcome> singles,
        String failure) {

    /// Makes the lists its own.
    public WorkloadSeries {
        forks = List.copyOf(forks);
        singles = List.copyOf(singles);
    }

    /// Whether no fork failed, and none gave anything that is wrong.
    public boolean sound() {
        return failure == null
                && !forks.isEmpty()
                && Stream.concat(forks.stream(), singles.stream()).allMatch(WorkloadOutcome::sound);
    }

    /// What is wrong, in one line, or null.
    public String complaint() {
        if (failure != null) return failure;
        for (WorkloadOutcome fork : Stream.concat(forks.stream(), singles.stream()).toList()) {
            if (!fork.verified()) return fork.complaint();
            if (fork.failures() > 0) {
                return fork.failures() + " requests refused, expected none (see --region)";
            }
        }
        return null;
    }

    /// Operations a second.
    public double throughput() {
        return number(WorkloadOutcome::operationsPerSecond);
    }

    /// Any number of an outcome.
    public double number(ToDoubleFunction<WorkloadOutcome> number) {
        return sound() ? median(forks.stream().mapToDouble(number).toArray()) : Double.NaN;
    }

    /// A percentile, in nanoseconds, or -1: nothing was timed.
    public long latency(ToLongFunction<Latency> percentile) {
        boolean timed = sound() && forks.stream().allMatch(fork -> fork.latency().samples() > 0);
        return timed ? (long) number(fork -> percentile.applyAsLong(fork.latency())) : -1;
    }

    /// The most that a fork committed, in bytes, or -1: not known.
    public long peakCommitted() {
        return forks.stream().mapToLong(WorkloadOutcome::peakCommitted).max().orElse(-1);
    }

    /// This throughput over another's in the same turn.
    public double ratio(WorkloadSeries other) {
        return ratio(other, WorkloadOutcome::operationsPerSecond);
    }

    /// As [#ratio(WorkloadSeries)], by processor time instead of time on the clock.
    public double cpuRatio(WorkloadSeries other) {
        return ratio(other, WorkloadOutcome::operationsPerCpuSecond);
    }

    private double ratio(WorkloadSeries other, ToDoubleFunction<WorkloadOutcome> number) {
        if (!sound() || !other.sound()) return Double.NaN;
        return ratio(forks, other.forks, number);
    }

    /// The throughput over that with one thread in the same turn.
    public double scaling() {
        if (!sound() || singles.isEmpty()) return Double.NaN;
        return ratio(forks, singles, WorkloadOutcome::operationsPerSecond);
    }

    private static double ratio(
            List<WorkloadOutcome> ours,
            List<WorkloadOutcome> theirs,
            ToDoubleFunction<WorkloadOutcome> number) {
        double[] ratios = new double[Math.min(ours.size(), theirs.size())];
        for (int i = 0; i < ratios.length; i++) {
            double their = number.applyAsDouble(theirs.get(i));
            ratios[i] = their == 0 ? Double.NaN : number.applyAsDouble(ours.get(i)) / their;
        }
        return median(ratios);
    }

    private static double median(double[] numbers) {
        if (numbers.length == 0) return Double.NaN;
        Arrays.sort(numbers);
        return (numbers[(numbers.length - 1) / 2] + numbers[numbers.length / 2]) / 2;
    }
}
