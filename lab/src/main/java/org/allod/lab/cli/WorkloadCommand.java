package org.allod.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.allod.lab.replay.Forks.ForkFailedException;
import org.allod.lab.workload.WorkloadFork;
import org.allod.lab.workload.WorkloadOutcome;
import org.allod.lab.workload.WorkloadSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `allod workload`: a program of many threads on one allocator, in a forked JVM.
@Command(
        name = "workload",
        description = {
            "Runs a program that is nothing but allocations on one allocator, in a fresh JVM.",
            "",
            "Whole rounds are repeated until the time is over. About one allocation in 64 is timed."
        },
        mixinStandardHelpOptions = true)
final class WorkloadCommand implements Callable<Integer> {
    /// How long where nothing is said.
    private static final int SECONDS = 5;

    /// A day; whoever wants more counts rounds.
    private static final int SECONDS_MAX = 86_400;

    @Spec private CommandSpec spec;
    @ParentCommand private Main main;

    @Parameters(
            paramLabel = "NAME",
            converter = WorkloadConverter.class,
            completionCandidates = WorkloadConverter.Names.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String workload;

    @Option(
            names = "--allocator",
            paramLabel = "A",
            required = true,
            converter = AllocatorConverter.class,
            description = {
                "One of `allod list`, native:libc, or native: and a C library's path. One that"
                        + " is for a single thread gets a lock.",
                AllocatorConverter.OPTIONS
            })
    private String allocator;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many threads (default 2).")
    private int threads;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Repeats rounds until they took S seconds (default 5).")
    private Integer seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Plays N rounds instead; of one, elapsed is the original's time.")
    private Integer rounds;

    @Option(names = "--virtual", description = "Virtual threads instead of platform threads.")
    private boolean virtual;

    @Option(
            names = "--region",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "4g",
            description = "Address space for one of our allocators (default 4g, reserved).")
    private long region;

    @Option(
            names = "--csv",
            paramLabel = "FILE|-",
            converter = OutputTarget.Converter.class,
            description = "Writes a line of numbers; - instead of the page.")
    private OutputTarget csv;

    WorkloadCommand() {}

    @Override
    public Integer call() {
        WorkloadSettings settings = settings();
        main.progress().show(workload + " through " + allocator);
        WorkloadOutcome outcome = null;
        String complaint;
        try {
            outcome = WorkloadFork.run(settings);
            complaint = complaint(outcome);
        } catch (ForkFailedException failed) {
            complaint = failed.getMessage();
        }
        main.progress().clear();
        show(new WorkloadPage(settings, outcome));
        if (complaint == null) return Main.FINE;
        throw new CommandFailedException(workload + " through " + allocator + ": " + complaint);
    }

    private WorkloadSettings settings() {
        if (seconds != null && rounds != null) {
            throw usage("--seconds with --rounds, expected one of them");
        }
        int most = WorkloadSettings.THREADS_MAX;
        check("--threads", threads, most);
        if (seconds != null) check("--seconds", seconds, SECONDS_MAX);
        if (rounds != null) check("--rounds", rounds, Integer.MAX_VALUE);
        int time = rounds != null ? 0 : seconds != null ? seconds : SECONDS;
        int count = rounds == null ? 0 : rounds;
        return new WorkloadSettings(workload, allocator, threads, time, count, virtual, region);
    }

    private void check(String option, int value, int most) {
        if (value >= 1 && value <= most) return;
        String upTo = most == Integer.MAX_VALUE ? "at least 1" : "1 to " + most;
        throw usage(option + " " + value + ", expected " + upTo);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static String complaint(WorkloadOutcome outcome) {
        if (!outcome.verified()) return outcome.complaint();
        if (outcome.failures() == 0) return null;
        return String.format(
                Locale.ROOT,
                "%,d requests refused, expected none (see --region)",
                outcome.failures());
    }

    private void show(WorkloadPage page) {
        PrintWriter out = spec.commandLine().getOut();
        if (csv == null || !csv.isStandardOutput()) out.print(page.text());
        if (csv == null) return;
        csv.write(
                out,
                writer -> {
                    try {
                        writer.write(page.csv());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
