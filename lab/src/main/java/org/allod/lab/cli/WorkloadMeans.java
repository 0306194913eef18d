package org.allod.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.allod.lab.workload.WorkloadSeries;

/// Geometric means over the workloads of what each allocator reaches of the first one's numbers.
///
/// @param workloads how many there are
/// @param baseline the first allocator's name, or null: nothing was run
/// @param rows one for each other allocator, in their order
record WorkloadMeans(int workloads, String baseline, List<Row> rows) {

    /// One allocator.
    ///
    /// @param allocator its name
    /// @param throughput against the first one's
    /// @param byCpu throughput of processor time against the first one's
    /// @param scaling against the first one's
    record Row(String allocator, Mean throughput, Mean byCpu, Mean scaling) {}

    /// A geometric mean; workloads whose number is not known do not count.
    ///
    /// @param value NaN if none counts
    /// @param workloads how many count
    /// @param lowest the workload of the lowest number, or null if none counts
    /// @param lowestValue that number, or NaN
    record Mean(double value, int workloads, String lowest, double lowestValue) {}

    /// Of the results of [org.allod.lab.workload.WorkloadContest], a list for each workload.
    static WorkloadMeans of(List<List<WorkloadSeries>> results) {
        if (results.isEmpty()) return new WorkloadMeans(0, null, List.of());
        List<WorkloadSeries> first = results.getFirst();
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < first.size(); i++) {
            rows.add(
                    new Row(
                            first.get(i).settings().allocator(),
                            mean(results, i, WorkloadSeries::ratio),
                            mean(results, i, WorkloadSeries::cpuRatio),
                            mean(results, i, (ours, theirs) -> ours.scaling() / theirs.scaling())));
        }
        return new WorkloadMeans(
                results.size(), first.getFirst().settings().allocator(), List.copyOf(rows));
    }

    private static Mean mean(
            List<List<WorkloadSeries>> results,
            int allocator,
            ToDoubleBiFunction<WorkloadSeries, WorkloadSeries> number) {
        double logs = 0;
        int count = 0;
        String lowest = null;
        double lowestValue = Double.NaN;
        for (List<WorkloadSeries> workload : results) {
            WorkloadSeries ours = workload.get(allocator);
            double value = number.applyAsDouble(ours, workload.getFirst());
            if (!(value > 0)) continue;
            logs += Math.log(value);
            count++;
            if (lowest == null || value < lowestValue) {
                lowest = ours.settings().workload();
                lowestValue = value;
            }
        }
        return new Mean(
                count == 0 ? Double.NaN : Math.exp(logs / count), count, lowest, lowestValue);
    }
}
