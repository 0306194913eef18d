package org.allod.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.allod.heap.Allocators;
import org.allod.lab.replay.Contender;
import org.allod.lab.replay.OutputFile;
import org.allod.lab.replay.Tournament;
import org.allod.lab.report.CsvText;
import org.allod.lab.report.HtmlReport;
import org.allod.lab.report.TextTable;
import org.allod.lab.result.Comparison;
import org.allod.lab.trace.TraceException;
import org.allod.lab.trace.TraceSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `allod compare`: each trace through each allocator, a forked JVM each.
@Command(
        name = "compare",
        description = "Replays traces through allocators, a fresh JVM for each, and compares.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    /// Forks of each where nothing is said: a median needs three ...
    private static final int REPEAT = 3;

    /// ... but the bundled traces alone are a first look, and take two minutes with one.
    private static final int REPEAT_BUNDLED = 1;

    @Spec private CommandSpec spec;
    @ParentCommand private Main main;
    @Mixin private ReplayOptions options;

    @Option(
            names = "--allocators",
            paramLabel = "A",
            split = ",",
            converter = AllocatorConverter.class,
            description = {
                "Names of `allod list`, native:libc, native:LIB for a C library's path or"
                        + " soname, with commas between (default: native:libc and all of ours).",
                AllocatorConverter.OPTIONS
            })
    private List<String> allocators;

    @Option(
            names = "--csv",
            paramLabel = "FILE|-",
            converter = OutputTarget.Converter.class,
            description = "Writes a line for each trace and allocator; - instead of the table.")
    private OutputTarget csv;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            converter = OutputTarget.FileConverter.class,
            description = "Writes one self-contained page with the pictures.")
    private OutputFile report;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Forks of each, in turn (default 3; without TRACE 1, warmed up briefly).")
    private Integer repeat;

    @Parameters(
            paramLabel = "TRACE",
            arity = "0..*",
            description = "Files, - for standard input, or bundled names (default: all bundled).")
    private List<String> traces;

    CompareCommand() {}

    @Override
    public Integer call() {
        List<TraceSource> sources = sources();
        Tournament tournament =
                new Tournament(
                        names().distinct().map(Contender::new).toList(),
                        options.settings(false).brief(traces == null && repeat == null),
                        turns(),
                        main.progress()::show);
        Comparison comparison = tournament.run(sources);
        main.progress().clear();
        show(comparison);
        PrintWriter err = spec.commandLine().getErr();
        tournament.complaints().forEach(complaint -> err.println("allod: " + complaint));
        return tournament.complaints().isEmpty() ? Main.FINE : Main.FAILED;
    }

    /// Converted here: picocli takes an optional argument that its converter refuses for an unknown
    /// one.
    private List<TraceSource> sources() {
        if (traces == null) return TraceSource.bundled();
        try {
            return traces.stream().map(TraceSource::of).toList();
        } catch (TraceException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Stream<String> names() {
        if (allocators != null) return allocators.stream();
        return Stream.concat(
                Stream.of(Contender.LIBC), Allocators.all().stream().map(Allocators.Entry::name));
    }

    private int turns() {
        if (repeat == null) return traces == null ? REPEAT_BUNDLED : REPEAT;
        if (repeat >= 1) return repeat;
        throw new ParameterException(
                spec.commandLine(), "--repeat " + repeat + ", expected at least 1");
    }

    private void show(Comparison comparison) {
        PrintWriter out = spec.commandLine().getOut();
        if (csv == null || !csv.isStandardOutput()) out.print(TextTable.of(comparison));
        if (csv != null) {
            csv.write(
                    out,
                    writer -> {
                        try {
                            writer.write(CsvText.of(comparison));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        if (report == null) return;
        try {
            HtmlReport.write(comparison, report.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
