package org.allod.lab.cli;

import static org.allod.lab.cli.Quantities.bytes;
import static org.allod.lab.cli.Quantities.count;
import static org.allod.lab.cli.Quantities.percent;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.allod.lab.trace.Distribution;
import org.allod.lab.trace.Trace;
import org.allod.lab.trace.TraceSummary;

/// What `allod info` prints of one trace.
final class InfoPage {
    /// Length of the longest bar, in characters.
    private static final int BAR = 32;

    /// The same where two histograms stand side by side.
    private static final int SHORT_BAR = 10;

    /// Bits of a step in the histogram of lifetimes, which span eight decades.
    private static final int LIFETIME_STEP = 2;

    private final TraceSummary summary;
    private final PrintWriter out;

    InfoPage(TraceSummary summary, PrintWriter out) {
        this.summary = summary;
        this.out = out;
    }

    void print() {
        Trace trace = summary.trace();
        out.printf(
                "%s: %s, %s%n%n",
                trace.name(),
                count(trace.length(), "operation"),
                count(trace.threadCount(), "thread"));
        row("operations", operations());
        if (trace.threadCount() > 1) threads();
        row("requested", bytes(summary.requestedBytes()) + " over the whole run");
        row("peak", peak());
        row("at the end", left());
        row("alignments", alignments());
        for (String note : trace.notes()) row("note", note);
        out.println();
        sizes();
        out.println();
        lifetimes();
    }

    private String operations() {
        return "%s a, %s r, %s f"
                .formatted(
                        count(summary.allocations()),
                        count(summary.reallocations()),
                        count(summary.frees()));
    }

    private void threads() {
        long[] operations = summary.threadOperations().clone();
        Arrays.sort(operations);
        row(
                "threads",
                "%s operations in the busiest, %s in the idlest"
                        .formatted(count(operations[operations.length - 1]), count(operations[0])));
        row(
                "",
                "%s of %s by another thread than the block's"
                        .formatted(
                                percent(summary.crossThreadFrees(), summary.frees()),
                                count(summary.frees(), "free")));
    }

    private String peak() {
        return "%s (%s B) in %s after operation %s; at most %s"
                .formatted(
                        bytes(summary.peakBytes()),
                        count(summary.peakBytes()),
                        count(summary.blocksAtPeak(), "block"),
                        count(summary.peakOperation()),
                        count(summary.peakBlocks(), "block"));
    }

    private String left() {
        if (summary.endBlocks() == 0) return "nothing left";
        return "%s in %s left"
                .formatted(bytes(summary.endBytes()), count(summary.endBlocks(), "block"));
    }

    private String alignments() {
        if (summary.alignments().keySet().equals(Set.of(0L))) return "none named";
        return summary.alignments().entrySet().stream()
                .map(e ->
                        (e.getKey() == 0 ? "none" : bytes(e.getKey()))
                                + ": "
                                + percent(e.getValue(), summary.allocations()))
                .collect(Collectors.joining(", "));
    }

    private void sizes() {
        Distribution sizes = summary.sizes();
        row("sizes", "median %s, p99 %s, largest %s".formatted(marks(sizes, Quantities::bytes)));
        for (String line : histogram(sizes, 1, BAR, Quantities::bytes)) out.println(line);
    }

    private void lifetimes() {
        Distribution lifetimes = summary.lifetimes();
        if (lifetimes.count() == 0) {
            row("lifetimes", "no block is freed");
            return;
        }
        row(
                "lifetimes",
                "median %s, p99 %s, longest %s operations"
                        .formatted(marks(lifetimes, Quantities::count)));
        row(
                "",
                "median %s, p99 %s, longest %s requested meanwhile"
                        .formatted(marks(summary.lifetimeBytes(), Quantities::bytes)));
        List<String> left = histogram(lifetimes, LIFETIME_STEP, SHORT_BAR, Quantities::count);
        List<String> right =
                histogram(summary.lifetimeBytes(), LIFETIME_STEP, SHORT_BAR, Quantities::bytes);
        out.println("              in operations                    in bytes requested meanwhile");
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String first = i < left.size() ? left.get(i) : "";
            String second = i < right.size() ? right.get(i) : "";
            out.println("%-46s %s".formatted(first, second).stripTrailing());
        }
    }

    private static Object[] marks(Distribution of, LongFunction<String> show) {
        return new Object[] {show.apply(of.median()), show.apply(of.p99()), show.apply(of.max())};
    }

    /// A line for each power of two from the first to the last that occurs.
    ///
    /// @param step powers of two that a line stands for
    /// @param cells length of the longest bar, in characters
    private static List<String> histogram(
            Distribution of, int step, int cells, LongFunction<String> show) {
        int steps = (Long.SIZE + step - 1) / step + 1;
        long[] counts = new long[steps];
        for (int k = 0; k < Long.SIZE; k++) counts[(k + step - 1) / step] += of.log2()[k];
        int first = 0;
        int last = steps - 1;
        while (first < last && counts[first] == 0) first++;
        while (last > first && counts[last] == 0) last--;
        long most = Arrays.stream(counts).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            String upTo = i * step > 62 ? "more" : "≤ " + show.apply(1L << i * step);
            String share = percent(counts[i], of.count());
            String bar = Quantities.bar(counts[i], most, cells);
            lines.add(
                    "%13s %11s %7s  %s"
                            .formatted(upTo, count(counts[i]), share, bar)
                            .stripTrailing());
        }
        return lines;
    }

    private void row(String label, String text) {
        out.printf("  %-11s %s%n", label, text);
    }
}
