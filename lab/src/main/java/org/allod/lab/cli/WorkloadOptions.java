package org.allod.lab.cli;

import org.allod.lab.workload.Worker;
import org.allod.lab.workload.WorkloadLength;
import org.allod.lab.workload.WorkloadSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a workload is run: threads, length, what is timed.
final class WorkloadOptions {
    /// How long where nothing is said.
    private static final int SECONDS = 5;

    /// Before the rounds that count: most of the compiling is then done.
    private static final int WARMUP = 1;

    /// A day; whoever wants more counts rounds.
    private static final int SECONDS_MAX = 86_400;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "How many threads (default 2). As in the benchmark's own script xmalloc-test,"
                            + " sh6bench and sh8bench run 2N, glibc-simple and mleak always the"
                            + " same.")
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

    @Option(
            names = "--operations",
            paramLabel = "N",
            description = "Repeats rounds until N allocations and frees are done instead.")
    private Long operations;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            description =
                    "Repeats rounds for S seconds before the first that counts (default 1, with"
                            + " --rounds 0).")
    private Integer warmup;

    @Option(
            names = "--divide",
            paramLabel = "N",
            defaultValue = "1",
            description = "Rounds of fixed work do one N-th of it (default 1, all).")
    private int divisor;

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "" + Worker.SAMPLE_DISTANCE,
            description =
                    "Times about one allocation in N (default 256: 0.2 ns a call). 1: each, which"
                            + " costs 50 ns; 0: none.")
    private int sample;

    @Option(names = "--virtual", description = "Virtual threads instead of platform threads.")
    private boolean virtual;

    @Option(
            names = "--region",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "4g",
            description = "Address space for each of our allocators (default 4g, reserved).")
    private long region;

    WorkloadOptions() {}

    /// What was asked for.
    ///
    /// @throws ParameterException if it makes no sense
    WorkloadSettings settings(String workload, String allocator) {
        check("--threads", threads, 1, WorkloadSettings.THREADS_MAX);
        if (warmup != null) check("--warmup", warmup, 0, SECONDS_MAX);
        check("--divide", divisor, 1, WorkloadSettings.DIVISOR_MAX);
        check("--sample", sample, 0, Integer.MAX_VALUE);
        return new WorkloadSettings(
                workload, allocator, threads, length(), divisor, sample, virtual, region);
    }

    private WorkloadLength length() {
        if (seconds != null && rounds != null) throw both("--seconds", "--rounds");
        if (seconds != null && operations != null) throw both("--seconds", "--operations");
        if (rounds != null && operations != null) throw both("--rounds", "--operations");
        if (seconds != null) check("--seconds", seconds, 1, SECONDS_MAX);
        if (rounds != null) check("--rounds", rounds, 1, Integer.MAX_VALUE);
        if (operations != null) check("--operations", operations, 1, Long.MAX_VALUE);
        boolean isTime = rounds == null && operations == null;
        return new WorkloadLength(
                isTime ? seconds == null ? SECONDS : seconds : 0,
                rounds == null ? 0 : rounds,
                operations == null ? 0 : operations,
                warmup != null ? warmup : rounds == null ? WARMUP : 0);
    }

    private ParameterException both(String one, String other) {
        return usage(one + " with " + other + ", expected one of them");
    }

    /// Refuses what is out of range.
    void check(String option, long value, long least, long most) {
        if (value >= least && value <= most) return;
        boolean open = most >= Integer.MAX_VALUE;
        throw usage(
                option
                        + " "
                        + value
                        + ", expected "
                        + (open ? "at least " + least : least + " to " + most));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
