package org.allod.lab.report;

import java.util.List;
import java.util.Locale;
import org.allod.lab.report.Summary.Total;
import org.allod.lab.report.Summary.Worst;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;

/// A comparison as text for a terminal, 100 columns wide: a block for each trace, then the means.
public final class TextTable {
    private static final int WIDTH = 100;
    private static final int NAME = 20;

    private final Comparison comparison;
    private final Summary summary;
    private final boolean repeated;
    private final StringBuilder text = new StringBuilder();

    private TextTable(Comparison comparison) {
        this.comparison = comparison;
        this.summary = Summary.of(comparison);
        this.repeated =
                comparison.traces().stream()
                        .flatMap(trace -> trace.runs().stream())
                        .anyMatch(run -> run.forks().size() > 1);
    }

    /// The whole text.
    public static String of(Comparison comparison) {
        TextTable table = new TextTable(comparison);
        table.comparison.traces().forEach(table::trace);
        table.means();
        table.legend();
        return table.text.toString();
    }

    // ---- a trace ----

    private void trace(TraceResults trace) {
        line("%s: %,d operations%s", trace.trace(), trace.ops(), threads(trace));
        line(
                "  %-20s %9s%s %8s %10s %9s %9s %9s",
                "", "ns/op", range("min-max"), "of libc", "cold", "granted", "committed", "rss");
        Run baseline = Summary.run(trace, Summary.BASELINE);
        for (Run run : trace.runs()) row(run, baseline);
        line("");
    }

    private static String threads(TraceResults trace) {
        return trace.threads() == 1 ? "" : " of " + trace.threads() + " threads";
    }

    private void row(Run run, Run baseline) {
        RunResult r = run.median();
        if (r == null) {
            line("  %-20s failed: %s", name(run.allocator()), run.failure());
            return;
        }
        boolean settled = run.forks().stream().allMatch(RunResult::settled);
        double ratio =
                baseline == null || baseline == run ? Double.NaN : Summary.ratio(run, baseline);
        line(
                "  %-20s %9s%s %8s %10s %9s %9s %9s",
                name(run.allocator()),
                nanos(r.nsPerOp()) + (settled ? " " : "~"),
                range(range(run.forks())),
                ratio(ratio),
                nanos(r.coldNsPerOp()),
                share(r.peakGranted(), r.peakRequested()),
                share(r.peakCommitted(), r.peakRequested()),
                share(r.peakRss(), r.peakRequested()));
        flaws(run);
    }

    /// The column of the forks' range, which is left out where each has but one.
    private String range(String range) {
        return repeated ? String.format(Locale.ROOT, " %15s", range) : "";
    }

    private static String range(List<RunResult> forks) {
        double min = forks.stream().mapToDouble(RunResult::nsPerOp).min().orElseThrow();
        double max = forks.stream().mapToDouble(RunResult::nsPerOp).max().orElseThrow();
        return nanos(min) + "-" + nanos(max);
    }

    private void flaws(Run run) {
        long refused = run.forks().stream().mapToLong(RunResult::failures).max().orElse(0);
        boolean verified = run.forks().stream().allMatch(RunResult::verified);
        if (refused > 0) line("  %-20s %,d requests refused", "", refused);
        if (!verified) line("  %-20s NOT VERIFIED: contents or invariants are broken", "");
    }

    // ---- all traces ----

    private void means() {
        boolean several = comparison.traces().size() > 1;
        if (!several) return;
        line("geometric means over %d traces, and the worst trace", comparison.traces().size());
        line(
                "  %-20s %9s %8s  %-24s %9s  %-20s",
                "", "ns/op", "of libc", "worst", "committed", "worst");
        for (Total total : summary.totals()) {
            line(
                    "  %-20s %9s %8s  %-24s %9s  %-20s%s",
                    name(total.allocator()),
                    nanos(total.nanos().value()) + " ",
                    isBaseline(total) ? "" : ratio(total.ratio().value()),
                    isBaseline(total) || summary.baseline() == null ? "" : worst(total.slowest()),
                    ratio(total.memory().value()),
                    worst(total.fattest()),
                    counted(total));
        }
        line("");
    }

    private static boolean isBaseline(Total total) {
        return total.allocator().equals(Summary.BASELINE);
    }

    private static String worst(Worst worst) {
        return worst.trace() == null ? "" : ratio(worst.value()) + " " + worst.trace();
    }

    private String counted(Total total) {
        int counted = total.nanos().traces();
        return counted == comparison.traces().size() ? "" : " " + counted + " sound";
    }

    private void legend() {
        line("granted, committed, rss: at most, against the most requested at a time.");
        if (comparison.traces().stream()
                .flatMap(t -> t.runs().stream())
                .anyMatch(this::unsettled)) {
            line("~ passes still differed by 5 %% when they were measured.");
        }
        if (comparison.allocators().stream().anyMatch(name -> name.startsWith("native:"))) {
            line(
                    "native: through ordinary downcalls (malloc may block; a critical call must"
                            + " not).");
        }
        line("%s", comparison.machine());
        line("%s", comparison.settings());
    }

    private boolean unsettled(Run run) {
        return run.forks().stream().anyMatch(r -> !r.settled());
    }

    // ---- text ----

    private void line(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values).stripTrailing();
        text.append(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…");
        text.append('\n');
    }

    /// The end of a name says more than its beginning: a library's path.
    private static String name(String name) {
        return name.length() <= NAME ? name : "…" + name.substring(name.length() - NAME + 1);
    }

    private static String nanos(double nanos) {
        if (Double.isNaN(nanos)) return "";
        return String.format(Locale.ROOT, nanos < 1000 ? "%.1f" : "%,.0f", nanos);
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String share(long part, long whole) {
        return part < 0 || whole <= 0 ? "" : ratio((double) part / whole);
    }
}
