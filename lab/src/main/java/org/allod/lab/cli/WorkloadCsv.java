package org.allod.lab.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allod.lab.report.CsvText;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSeries;
import org.allod.lab.workload.WorkloadSettings;

/// What workloads gave, as comma-separated values: a line for each fork.
///
/// A number that is not known is empty. A fork without a result has empty numbers and `false`.
final class WorkloadCsv {
    /// The first line. Scripts read it.
    static final String HEADER =
            "workload,allocator,threads,thread_kind,rounds,seconds,first_round_ms,median_round_ms,"
                    + "operations,ops_per_second,samples,p50_ns,p99_ns,p99_9_ns,p99_99_ns,max_ns,"
                    + "clock_ns,peak_held,peak_committed,failures,verified,turn,cpu_seconds,"
                    + "ops_per_cpu_second";

    private static final int NUMBERS = 16;

    private WorkloadCsv() {}

    /// The whole text.
    static String of(List<WorkloadSeries> all) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (WorkloadSeries series : all) append(text, series);
        return text.toString();
    }

    private static void append(StringBuilder text, WorkloadSeries series) {
        WorkloadSettings settings = series.settings();
        for (int i = 0; i < series.forks().size(); i++) {
            line(text, settings, settings.threads(), i + 1, series.forks().get(i));
            if (i < series.singles().size()) {
                line(text, settings, 1, i + 1, series.singles().get(i));
            }
        }
        if (series.failure() == null) return;
        line(text, settings, settings.threads(), 0, null);
    }

    private static void line(
            StringBuilder text,
            WorkloadSettings settings,
            int threads,
            int turn,
            WorkloadOutcome outcome) {
        text.append(CsvText.quoted(settings.workload()))
                .append(',')
                .append(CsvText.quoted(settings.allocator()))
                .append(',')
                .append(threads)
                .append(settings.virtual() ? ",virtual," : ",platform,")
                .append(outcome == null ? ",".repeat(NUMBERS) + "false,,," : numbers(outcome, turn))
                .append('\n');
    }

    private static String numbers(WorkloadOutcome outcome, int turn) {
        Latency latency = outcome.latency();
        boolean timed = latency.samples() > 0;
        return Stream.of(
                        Integer.toString(outcome.rounds()),
                        decimal(outcome.nanos() / 1e9),
                        decimal(outcome.firstNanos() / 1e6),
                        decimal(outcome.medianNanos() / 1e6),
                        Long.toString(outcome.operations()),
                        Long.toString(Math.round(outcome.operationsPerSecond())),
                        Long.toString(latency.samples()),
                        known(timed ? latency.p50() : -1),
                        known(timed ? latency.p99() : -1),
                        known(timed ? latency.p999() : -1),
                        known(timed ? latency.p9999() : -1),
                        known(timed ? latency.max() : -1),
                        Long.toString(latency.clock()),
                        known(outcome.peakHeld()),
                        known(outcome.peakCommitted()),
                        Long.toString(outcome.failures()),
                        Boolean.toString(outcome.verified()),
                        Integer.toString(turn),
                        decimal(outcome.cpuNanos() / 1e9),
                        Long.toString(Math.round(outcome.operationsPerCpuSecond())))
                .collect(Collectors.joining(","));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String known(long number) {
        return number < 0 ? "" : Long.toString(number);
    }
}
