package org.allod.lab.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allod.lab.report.CsvText;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSettings;

/// What a workload gave, for people and for scripts.
///
/// @param settings what was run
/// @param outcome or null: the fork brought none
record WorkloadPage(WorkloadSettings settings, WorkloadOutcome outcome) {
    /// The first line. Scripts read it.
    static final String HEADER =
            "workload,allocator,threads,thread_kind,rounds,seconds,first_round_ms,median_round_ms,"
                    + "operations,ops_per_second,samples,p50_ns,p99_ns,p99_9_ns,p99_99_ns,max_ns,"
                    + "clock_ns,peak_held,peak_committed,failures,verified";

    private static final int NUMBERS = 16;

    /// The page, nothing if there is no outcome.
    String text() {
        if (outcome == null) return "";
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s through %s: %s of %s",
                settings.workload(),
                settings.allocator(),
                Quantities.count(outcome.rounds(), "round"),
                Quantities.count(
                        settings.threads(), settings.virtual() ? "virtual thread" : "thread"));
        line(
                text,
                "%-16s %,16.0f operations a second (%,d allocations and frees in %.2f s)",
                "throughput",
                outcome.operationsPerSecond(),
                outcome.operations(),
                outcome.nanos() / 1e9);
        line(
                text,
                "%-16s %,16.1f ms at the median, the first one %,.1f ms, compiling included",
                "a round",
                outcome.medianNanos() / 1e6,
                outcome.firstNanos() / 1e6);
        Latency latency = outcome.latency();
        line(
                text,
                "%-16s %12s p50 %9s p99 %9s p99.9 %9s p99.99 %9s max",
                "allocate",
                time(latency.p50()),
                time(latency.p99()),
                time(latency.p999()),
                time(latency.p9999()),
                time(latency.max()));
        line(
                text,
                "%-16s %,16d about one in 64; the clock's own %d ns are in each",
                "  samples",
                latency.samples(),
                latency.clock());
        bytes(text, "peak held", outcome.peakHeld());
        bytes(text, "peak committed", outcome.peakCommitted());
        line(text, "%-16s %,16d", "refused", outcome.failures());
        line(text, "%-16s %16s", "verified", outcome.verified() ? "yes" : "NO");
        return text.toString();
    }

    private static void bytes(StringBuilder text, String name, long bytes) {
        if (bytes >= 0) line(text, "%-16s %,16d bytes", name, bytes);
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }

    /// Nanoseconds with three digits and a unit.
    static String time(long nanos) {
        if (nanos < 1000) return nanos + " ns";
        String[] units = {"us", "ms", "s"};
        double value = nanos / 1e3;
        int unit = 0;
        for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
        int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f %s", value, units[unit]);
    }

    /// Two lines. A number that is not known is empty.
    String csv() {
        String head =
                Stream.of(
                                settings.workload(),
                                settings.allocator(),
                                Integer.toString(settings.threads()),
                                settings.virtual() ? "virtual" : "platform")
                        .map(CsvText::quoted)
                        .collect(Collectors.joining(","));
        String numbers = outcome == null ? ",".repeat(NUMBERS) + "false" : numbers();
        return HEADER + "\n" + head + "," + numbers + "\n";
    }

    private String numbers() {
        Latency latency = outcome.latency();
        return Stream.of(
                        Integer.toString(outcome.rounds()),
                        decimal(outcome.nanos() / 1e9),
                        decimal(outcome.firstNanos() / 1e6),
                        decimal(outcome.medianNanos() / 1e6),
                        Long.toString(outcome.operations()),
                        Long.toString(Math.round(outcome.operationsPerSecond())),
                        Long.toString(latency.samples()),
                        Long.toString(latency.p50()),
                        Long.toString(latency.p99()),
                        Long.toString(latency.p999()),
                        Long.toString(latency.p9999()),
                        Long.toString(latency.max()),
                        Long.toString(latency.clock()),
                        known(outcome.peakHeld()),
                        known(outcome.peakCommitted()),
                        Long.toString(outcome.failures()),
                        Boolean.toString(outcome.verified()))
                .collect(Collectors.joining(","));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String known(long bytes) {
        return bytes < 0 ? "" : Long.toString(bytes);
    }
}
