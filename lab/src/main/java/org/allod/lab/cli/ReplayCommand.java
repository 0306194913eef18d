package org.allod.lab.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.allod.lab.replay.Contender;
import org.allod.lab.replay.Placements;
import org.allod.lab.replay.Replay;
import org.allod.lab.replay.ReplaySettings;
import org.allod.lab.replay.RunOutcome;
import org.allod.lab.result.RunResult;
import org.allod.lab.trace.Trace;
import org.allod.lab.trace.TraceSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `allod replay`: one trace through one allocator, in this JVM, once.
@Command(
        name = "replay",
        description = "Replays a trace through one allocator, once, and shows where blocks go.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    /// Who resizes: `--realloc`.
    enum Realloc {
        OWN,
        COPY
    }

    @Spec private CommandSpec spec;
    @ParentCommand private Main main;
    @Mixin private ReplayOptions options;

    @Option(
            names = "--allocator",
            paramLabel = "A",
            required = true,
            converter = AllocatorConverter.class,
            description = {
                "One of `allod list`, native:libc, or native: and a C library's path.",
                AllocatorConverter.OPTIONS
            })
    private String allocator;

    @Option(
            names = "--placements",
            paramLabel = "FILE|-",
            converter = OutputTarget.Converter.class,
            description = "Writes '# op id size offset', then a line for each a and r in order.")
    private OutputTarget placements;

    @Option(
            names = "--offsets",
            paramLabel = "base|first",
            defaultValue = "base",
            description = "Offsets count from the region's base (default) or the first block.")
    private Placements.Origin offsets;

    @Option(
            names = "--realloc",
            paramLabel = "own|copy",
            defaultValue = "own",
            description = "r is the allocator's own (default), or allocate, copy, free.")
    private Realloc realloc;

    @Option(
            names = "--verify",
            description =
                    "A pass more: contents at each r and f, walk and invariants at intervals.")
    private boolean verify;

    @Parameters(
            paramLabel = "TRACE",
            converter = TraceConverter.class,
            description = "A file in any accepted format, - for standard input, or a bundled name.")
    private TraceSource source;

    ReplayCommand() {}

    @Override
    public Integer call() {
        ReplaySettings settings = options.settings(realloc == Realloc.COPY);
        if (placements != null && settings.ownThreads()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--placements with --threads own, expected --threads order");
        }
        main.progress().show("reading " + source.name());
        Trace trace = source.read();
        main.progress().show(trace.name() + " through " + allocator);
        Replay replay = new Replay(new Contender(allocator), trace, settings);
        PrintWriter out = spec.commandLine().getOut();
        if (placements == null) return summary(replay.once(verify), trace);
        long[] refused = new long[1];
        placements.write(out, writer -> refused[0] = replay.place(offsets, writer));
        if (verify) failIf(replay.once(true), trace);
        return code(refused[0], trace);
    }

    private int summary(RunOutcome outcome, Trace trace) {
        RunResult result = outcome.result();
        PrintWriter out = spec.commandLine().getOut();
        main.progress().clear();
        out.printf(
                Locale.ROOT,
                "%s through %s: %,d operations on %d thread%s%n",
                result.trace(),
                result.allocator(),
                result.ops(),
                result.threads(),
                result.threads() == 1 ? "" : "s");
        out.printf(
                Locale.ROOT,
                "%-16s %,16.1f ns an operation, compiling included (warm: allod compare)%n",
                "one pass",
                result.coldNsPerOp());
        line("refused", result.failures());
        line("peak requested", result.peakRequested());
        line("peak granted", result.peakGranted());
        line("peak held", result.peakHeld());
        line("peak committed", result.peakCommitted());
        line("peak extent", result.peakExtent());
        line("peak rss", result.peakRss());
        if (verify) {
            failIf(outcome, trace);
            out.printf("%-16s %16s%n", "verified", "yes");
        }
        return code(result.failures(), trace);
    }

    private void line(String name, long value) {
        if (value >= 0) {
            spec.commandLine().getOut().printf(Locale.ROOT, "%-16s %,16d%n", name, value);
        }
    }

    private void failIf(RunOutcome outcome, Trace trace) {
        if (outcome.complaint() == null) return;
        throw new CommandFailedException(
                trace.name() + " through " + allocator + ": " + outcome.complaint());
    }

    private int code(long refused, Trace trace) {
        if (refused == 0) return Main.FINE;
        long largest = 0;
        for (long size : trace.sizes()) largest = Math.max(largest, size);
        throw new CommandFailedException(
                String.format(
                        Locale.ROOT,
                        "%s through %s: %,d requests refused, largest request of the trace %,d"
                                + " bytes (see --region)",
                        trace.name(),
                        allocator,
                        refused,
                        largest));
    }
}
