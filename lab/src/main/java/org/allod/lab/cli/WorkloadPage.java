package org.allod.lab.cli;

import java.util.Locale;
import org.allod.lab.workload.Latency;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSettings;

/// What one fork of a workload gave, for people.
///
/// @param settings what was run
/// @param outcome what the fork brought
record WorkloadPage(WorkloadSettings settings, WorkloadOutcome outcome) {
    /// The page.
    String text() {
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
                "%-16s %,16.0f operations (the processors were at it for %.2f s)",
                "  a CPU second",
                outcome.operationsPerCpuSecond(),
                outcome.cpuNanos() / 1e9);
        line(
                text,
                "%-16s %,16.1f ms at the median, the first one %,.1f ms, compiling included",
                "a round",
                outcome.medianNanos() / 1e6,
                outcome.firstNanos() / 1e6);
        latency(text);
        bytes(text, "peak held", outcome.peakHeld());
        bytes(text, "peak committed", outcome.peakCommitted());
        line(text, "%-16s %,16d", "refused", outcome.failures());
        line(text, "%-16s %16s", "verified", outcome.verified() ? "yes" : "NO");
        return text.toString();
    }

    private void latency(StringBuilder text) {
        Latency latency = outcome.latency();
        if (latency.samples() == 0) return;
        line(
                text,
                "%-16s %12s p50 %9s p99 %9s p99.9 %9s p99.99 %9s max",
                "allocate",
                time(latency.p50()),
                time(latency.p99()),
                time(latency.p999()),
                time(latency.p9999()),
                time(latency.max()));
        int distance = settings.sampleDistance();
        line(
                text,
                "%-16s %,16d %s; the clock's own %d ns are in each",
                "  samples",
                latency.samples(),
                distance == 1 ? "each one" : "about one in " + distance,
                latency.clock());
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
}
