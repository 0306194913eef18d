package org.allod.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.allod.lab.result.Comparison;
import org.allod.lab.result.Comparison.Run;
import org.allod.lab.result.Comparison.TraceResults;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.RunResult;
import org.allod.lab.result.Timeline;

/// What the page's scripts draw: a comparison as JSON. Numbers that are not known are `null`.
///
/// ```
///   { machine, settings, allocators, baseline
///     summary  [ {ns, ratio, slow, memory, fat, granted} ]          by allocator
///     traces   [ {name, ops, threads
///                 columns  [ packed ]                               each different one once
///                 runs     [ null | {failure} | {ns, ..., forks, line, heap} ] } ] }
/// ```
///
/// `line` holds five numbers of columns: operation, requested, granted, held, committed. `heap` has
/// its own packed columns.
final class ReportData {
    /// Samples of a curve that go into the page: more than any screen shows side by side.
    private static final int SAMPLES = 1000;

    /// Cells of a map that go into the page: 64 rows of 64, or 32 where there are many maps.
    private static final int CELLS = 4096;

    /// More maps than these are many: so many full ones are about 1 MB.
    private static final int MANY = 64;

    private final Json json = new Json();
    private final int cells;

    private ReportData(int cells) {
        this.cells = cells;
    }

    /// The comparison as JSON that may stand in a script element.
    static String of(Comparison comparison) {
        int maps = comparison.traces().stream().mapToInt(trace -> trace.runs().size()).sum();
        ReportData data = new ReportData(maps > MANY ? CELLS / 2 : CELLS);
        data.comparison(comparison);
        return data.json.toString();
    }

    private void comparison(Comparison comparison) {
        Summary summary = Summary.of(comparison);
        json.open('{');
        json.name("machine").string(comparison.machine());
        json.name("settings").string(comparison.settings());
        json.name("allocators").open('[');
        comparison.allocators().forEach(json::string);
        json.close(']');
        String baseline = summary.baseline();
        json.name("baseline")
                .number(baseline == null ? -1 : comparison.allocators().indexOf(baseline));
        json.name("summary").open('[');
        summary.totals().forEach(this::total);
        json.close(']');
        json.name("traces").open('[');
        for (TraceResults trace : comparison.traces()) {
            trace(comparison, trace, baseline);
        }
        json.close(']').close('}');
    }

    private void total(Summary.Total total) {
        json.open('{');
        mean("ns", total.nanos());
        mean("ratio", total.ratio());
        worst("slow", total.slowest());
        mean("memory", total.memory());
        worst("fat", total.fattest());
        mean("granted", total.granted());
        json.close('}');
    }

    private void mean(String name, Summary.Mean mean) {
        json.name(name).open('[').number(mean.value()).number(mean.traces()).close(']');
    }

    private void worst(String name, Summary.Worst worst) {
        json.name(name).open('[').string(worst.trace()).number(worst.value()).close(']');
    }

    private void trace(Comparison comparison, TraceResults trace, String baseline) {
        List<String> columns = new ArrayList<>();
        json.open('{');
        json.name("name").string(trace.trace());
        json.name("ops").number(trace.ops());
        json.name("threads").number(trace.threads());
        json.name("runs").open('[');
        Run base = Summary.run(trace, baseline);
        for (String allocator : comparison.allocators()) {
            run(Summary.run(trace, allocator), base, columns);
        }
        json.close(']');
        json.name("columns").open('[');
        columns.forEach(json::string);
        json.close(']').close('}');
    }

    private void run(Run run, Run base, List<String> columns) {
        if (run == null) {
            json.string(null);
            return;
        }
        json.open('{');
        if (run.failure() != null || run.median() == null) {
            json.name("failure").string(run.failure() == null ? "no result" : run.failure());
        } else {
            result(run.median());
            json.name("ratio").number(Summary.ratio(run, base));
            json.name("sound").truth(Summary.sound(run));
            List<RunResult> forks = run.forks().isEmpty() ? List.of(run.median()) : run.forks();
            json.name("failures")
                    .number(forks.stream().mapToLong(RunResult::failures).max().orElseThrow());
            json.name("verified").truth(forks.stream().allMatch(RunResult::verified));
            json.name("forks").number(forks.size());
            range("nsRange", forks, RunResult::nsPerOp);
            range("coldRange", forks, RunResult::coldNsPerOp);
            range("committedRange", forks, RunResult::peakCommitted);
        }
        if (run.timeline() != null && run.timeline().operation().length > 0) {
            timeline(Thinning.thin(run.timeline(), SAMPLES), columns);
        }
        if (run.heap() != null && run.heap().used().length > 0) {
            heap(Thinning.fold(run.heap(), cells));
        }
        json.close('}');
    }

    private void result(RunResult result) {
        json.name("threads").number(result.threads());
        json.name("ns").number(result.nsPerOp());
        json.name("cold").number(result.coldNsPerOp());
        json.name("settled").truth(result.settled());
        json.name("requested").number(result.peakRequested());
        json.name("granted").number(result.peakGranted());
        json.name("held").number(result.peakHeld());
        json.name("committed").number(result.peakCommitted());
        json.name("extent").number(result.peakExtent());
        json.name("rss").number(result.peakRss());
    }

    private void range(String name, List<RunResult> forks, ToDoubleFunction<RunResult> number) {
        double[] sorted = forks.stream().mapToDouble(number).sorted().toArray();
        json.name(name).open('[').number(sorted[0]).number(sorted[sorted.length - 1]).close(']');
    }

    private void timeline(Timeline line, List<String> columns) {
        json.name("line").open('[');
        json.number(place(line.operation(), columns));
        json.number(place(line.requested(), columns));
        json.number(place(line.granted(), columns));
        json.number(place(line.held(), columns));
        json.number(place(line.committed(), columns));
        json.close(']');
    }

    /// The column's number in `columns`; most allocators share operations and requested bytes.
    private static int place(long[] values, List<String> columns) {
        String packed = Column.pack(values);
        int index = columns.indexOf(packed);
        if (index >= 0) return index;
        columns.add(packed);
        return columns.size() - 1;
    }

    private void heap(HeapMap heap) {
        long[] committed = new long[heap.committed().length];
        for (int i = 0; i < committed.length; i++) committed[i] = heap.committed()[i] ? 1 : 0;
        json.name("heap").open('{');
        json.name("op").number(heap.operation());
        json.name("cell").number(heap.cellBytes());
        json.name("used").string(Column.pack(Thinning.longs(heap.used())));
        json.name("cached").string(Column.pack(Thinning.longs(heap.cached())));
        json.name("free").string(Column.pack(Thinning.longs(heap.free())));
        json.name("committed").string(Column.pack(committed));
        json.close('}');
    }
}
