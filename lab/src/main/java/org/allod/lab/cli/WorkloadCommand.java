package org.allod.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.allod.lab.workload.Workload;
import org.allod.lab.workload.WorkloadContest;
import org.allod.lab.workload.WorkloadSeries;
import org.allod.lab.workload.WorkloadSettings;
import org.allod.lab.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `allod workload`: programs of many threads on one or several allocators, a forked JVM each.
@Command(
        name = "workload",
        description = {
            "Runs programs that are nothing but allocations, a fresh JVM for each and allocator.",
            "",
            "Whole rounds are repeated until the time is over. Several programs, allocators or"
                    + " forks give a table: ratios are against the first allocator, above 1 is"
                    + " faster; by CPU means per second of processor time, which counts where"
                    + " others use the machine, too.",
            ""
        },
        mixinStandardHelpOptions = true)
final class WorkloadCommand implements Callable<Integer> {
    /// Instead of a name: every one of them.
    private static final String ALL = "all";

    @Spec private CommandSpec spec;
    @ParentCommand private Main main;
    @Mixin private WorkloadOptions options;

    @Parameters(
            paramLabel = "NAME",
            arity = "1..*",
            split = ",",
            completionCandidates = Names.class,
            description = "all, or some of ${COMPLETION-CANDIDATES}.")
    private List<String> names;

    @Option(
            names = {"--allocator", "--allocators"},
            paramLabel = "A",
            required = true,
            split = ",",
            converter = AllocatorConverter.class,
            description = {
                "Names of `allod list`, native:libc, native:LIB for a C library's path or soname,"
                        + " with commas between. One that is for a single thread gets a lock.",
                AllocatorConverter.OPTIONS
            })
    private List<String> allocators;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Forks of each, in turn (default 1); medians are shown.")
    private int repeat;

    @Option(
            names = "--scaling",
            description = "Runs each with one thread as well: throughput over that with one.")
    private boolean scaling;

    @Option(
            names = "--csv",
            paramLabel = "FILE|-",
            converter = OutputTarget.Converter.class,
            description = "Writes a line of numbers for each fork; - instead of the page.")
    private OutputTarget csv;

    /// The programs, for the help.
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            super(Workloads.all().stream().map(Workload::name).toList());
        }
    }

    WorkloadCommand() {}

    @Override
    public Integer call() {
        List<String> workloads = workloads();
        List<String> contenders = allocators.stream().distinct().toList();
        WorkloadSettings settings = options.settings(workloads.getFirst(), contenders.getFirst());
        options.check("--repeat", repeat, 1, Integer.MAX_VALUE);
        boolean single = workloads.size() == 1 && contenders.size() == 1 && repeat == 1 && !scaling;
        WorkloadTable table = new WorkloadTable(scaling);
        if (!single) print(WorkloadTable.settings(settings, repeat) + System.lineSeparator());
        List<List<WorkloadSeries>> results = new ArrayList<>();
        new WorkloadContest(workloads, contenders, settings, repeat, scaling, main.progress()::show)
                .run(series -> {
                    main.progress().clear();
                    results.add(series);
                    print(single ? page(series.getFirst()) : table.block(series));
                });
        if (!single) print(table.means(WorkloadMeans.of(results)));
        List<WorkloadSeries> all = results.stream().flatMap(List::stream).toList();
        if (csv != null) writeCsv(all);
        return complain(all) ? Main.FAILED : Main.FINE;
    }

    private List<String> workloads() {
        if (names.contains(ALL)) return new Names();
        try {
            return names.stream().map(name -> Workloads.named(name).name()).distinct().toList();
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage() + " or all");
        }
    }

    private static String page(WorkloadSeries series) {
        return series.forks().isEmpty()
                ? ""
                : new WorkloadPage(series.settings(), series.forks().getFirst()).text();
    }

    /// At once, so that whoever ends a long run has seen what was done.
    private void print(String text) {
        if (csv != null && csv.isStandardOutput()) return;
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    private void writeCsv(List<WorkloadSeries> all) {
        csv.write(
                spec.commandLine().getOut(),
                writer -> {
                    try {
                        writer.write(WorkloadCsv.of(all));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private boolean complain(List<WorkloadSeries> all) {
        PrintWriter err = spec.commandLine().getErr();
        List<String> complaints =
                all.stream()
                        .filter(series -> series.complaint() != null)
                        .map(WorkloadCommand::line)
                        .toList();
        complaints.forEach(err::println);
        return !complaints.isEmpty();
    }

    private static String line(WorkloadSeries series) {
        return "allod: "
                + series.settings().workload()
                + " through "
                + series.settings().allocator()
                + ": "
                + series.complaint();
    }
}
