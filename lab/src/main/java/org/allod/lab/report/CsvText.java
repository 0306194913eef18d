package org.allod.lab.report;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.RunResult;

/// A comparison as comma-separated values: a line for each trace and allocator, the median fork.
///
/// A number that is not known is empty. A run without a result has empty numbers and `false`.
public final class CsvText {
    /// The first line. Scripts read it.
    public static final String HEADER =
            "trace,allocator,threads,ops,ns_per_op,peak_requested,peak_granted,peak_held,"
                    + "peak_committed,peak_extent,peak_rss,failures,verified,cold_ns_per_op";

    private CsvText() {}

    /// The whole text.
    public static String of(Comparison comparison) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (TraceResults trace : comparison.traces()) {
            for (Run run : trace.runs()) text.append(line(trace, run)).append('\n');
        }
        return text.toString();
    }

    private static String line(TraceResults trace, Run run) {
        String head = quoted(trace.trace()) + "," + quoted(run.allocator()) + ",";
        RunResult r = run.median();
        if (r == null) return head + "," + trace.ops() + ",,,,,,,,,false,";
        return head
                + Stream.of(
                                Integer.toString(r.threads()),
                                Long.toString(r.ops()),
                                nanos(r.nsPerOp()),
                                bytes(r.peakRequested()),
                                bytes(r.peakGranted()),
                                bytes(r.peakHeld()),
                                bytes(r.peakCommitted()),
                                bytes(r.peakExtent()),
                                bytes(r.peakRss()),
                                Long.toString(r.failures()),
                                Boolean.toString(r.verified()),
                                nanos(r.coldNsPerOp()))
                        .collect(Collectors.joining(","));
    }

    private static String nanos(double nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos);
    }

    private static String bytes(long bytes) {
        return bytes < 0 ? "" : Long.toString(bytes);
    }

    /// A field as it is, or in quotes where it has a comma, a quote or a line's end in it.
    ///
    /// Source: RFC 4180.
    public static String quoted(String text) {
        if (text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r'))
            return text;
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
