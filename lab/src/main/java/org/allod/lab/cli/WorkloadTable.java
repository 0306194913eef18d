package org.allod.lab.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadSeries;
import org.allod.lab.workload.WorkloadSettings;

/// Workloads side by side, 100 columns wide: a block for each workload, a row for each allocator,
/// then the means over the workloads. Ratios are against the first allocator; above 1 is faster.
final class WorkloadTable {
    private static final int WIDTH = 100;
    private static final int NAME = 20;
    private static final long MIB = 1 << 20;

    private final boolean scaling;

    /// @param scaling whether there is a column for it
    WorkloadTable(boolean scaling) {
        this.scaling = scaling;
    }

    /// What all runs have in common.
    static String settings(WorkloadSettings settings, int turns) {
        return line(
                "%s, %s, %s, %s",
                Quantities.count(
                        settings.threads(), settings.virtual() ? "virtual thread" : "thread"),
                settings.length(),
                Quantities.count(turns, "fork") + (turns == 1 ? "" : " in turn"),
                switch (settings.sampleDistance()) {
                    case 0 -> "no allocation timed";
                    case 1 -> "each allocation timed";
                    default -> "one allocation in " + settings.sampleDistance() + " timed";
                });
    }

    /// One workload.
    String block(List<WorkloadSeries> rows) {
        StringBuilder text = new StringBuilder();
        text.append(
                row(
                        rows.getFirst().settings().workload(),
                        "M ops/s",
                        "ratio",
                        "by CPU",
                        "scaling",
                        List.of("p50", "p99", "p99.99", "max"),
                        "committed"));
        for (WorkloadSeries series : rows) text.append(row(series, rows.getFirst()));
        return text.append(System.lineSeparator()).toString();
    }

    private String row(WorkloadSeries series, WorkloadSeries first) {
        String name = series.settings().allocator();
        if (!series.sound()) return line("  %-20s FAILED: %s", shortened(name), series.complaint());
        boolean isFirst = series == first;
        return row(
                "  " + shortened(name),
                millions(series.throughput()),
                isFirst ? "" : ratio(series.ratio(first)),
                isFirst ? "" : ratio(series.cpuRatio(first)),
                ratio(series.scaling()),
                List.of(
                        time(series, Latency::p50),
                        time(series, Latency::p99),
                        time(series, Latency::p9999),
                        time(series, Latency::max)),
                series.peakCommitted() < 0
                        ? ""
                        : String.format(
                                Locale.ROOT, "%,.1f MiB", (double) series.peakCommitted() / MIB));
    }

    private String row(
            String name,
            String throughput,
            String ratio,
            String byCpu,
            String scaled,
            List<String> times,
            String committed) {
        return line(
                "%-22s %9s %6s %6s%s %8s %8s %8s %8s %9s",
                name,
                throughput,
                ratio,
                byCpu,
                scaling ? String.format(Locale.ROOT, " %7s", scaled) : "",
                times.get(0),
                times.get(1),
                times.get(2),
                times.get(3),
                committed);
    }

    /// The means, nothing where there is nothing to compare.
    String means(WorkloadMeans means) {
        if (means.workloads() < 2 || means.rows().isEmpty()) return "";
        StringBuilder text = new StringBuilder();
        text.append(
                line(
                        "geometric means over %d workloads, against %s",
                        means.workloads(), means.baseline()));
        text.append(
                line(
                        "  %-20s %6s %-18s %6s %-18s %s",
                        "", "ratio", "lowest", "by CPU", "lowest", scaling ? "scales lowest" : ""));
        for (WorkloadMeans.Row row : means.rows()) {
            text.append(
                    line(
                            "  %-20s %6s %-18s %6s %-18s %s",
                            shortened(row.allocator()),
                            ratio(row.throughput().value()),
                            lowest(row.throughput()),
                            ratio(row.byCpu().value()),
                            lowest(row.byCpu()),
                            scaling
                                    ? String.format(
                                            Locale.ROOT,
                                            "%6s %s",
                                            ratio(row.scaling().value()),
                                            lowest(row.scaling()))
                                    : ""));
            int sound = row.throughput().workloads();
            if (sound < means.workloads()) text.append(line("  %-20s of %d sound ones", "", sound));
        }
        return text.toString();
    }

    private static String lowest(WorkloadMeans.Mean mean) {
        return mean.lowest() == null ? "" : ratio(mean.lowestValue()) + " " + mean.lowest();
    }

    private static String line(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values).stripTrailing();
        return (line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…")
                + System.lineSeparator();
    }

    /// The end of a name says more than its beginning: a library's path.
    private static String shortened(String name) {
        return name.length() <= NAME ? name : "…" + name.substring(name.length() - NAME + 1);
    }

    private static String millions(double operations) {
        double millions = operations / 1e6;
        return String.format(Locale.ROOT, millions < 1 ? "%.5f" : "%.2f", millions);
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String time(WorkloadSeries series, ToLongFunction<Latency> percentile) {
        long nanos = series.latency(percentile);
        return nanos < 0 ? "" : WorkloadPage.time(nanos);
    }
}
