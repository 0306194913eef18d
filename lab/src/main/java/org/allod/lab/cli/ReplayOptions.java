package org.allod.lab.cli;

import org.allod.lab.replay.ReplaySettings;
import org.allod.lab.replay.Touch;
import picocli.CommandLine.Option;

/// The options that `compare` and `replay` share.
final class ReplayOptions {
    /// Who replays: `--threads`.
    enum Threads {
        ORDER,
        OWN
    }

    @Option(
            names = "--region",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "4g",
            description = "Address space for each of our allocators (default 4g, reserved).")
    private long region;

    @Option(
            names = "--threads",
            paramLabel = "order|own",
            defaultValue = "order",
            description = "One thread in the trace's order (default), or a thread for each of its.")
    private Threads threads;

    @Option(
            names = "--touch",
            paramLabel = "none|page|all",
            defaultValue = "page",
            description =
                    "What is written to each block: nothing; first and last byte and one a page"
                            + " (default); every byte.")
    private Touch touch;

    @Option(
            names = "--alignment",
            paramLabel = "N",
            converter = AlignmentConverter.class,
            description =
                    "Every request asks for exactly N (default: the trace's column, else 16).")
    private Long alignment;

    ReplayOptions() {}

    ReplaySettings settings(boolean copyRealloc) {
        long exact = alignment == null ? 0 : alignment;
        return new ReplaySettings(region, threads == Threads.OWN, touch, exact, copyRealloc);
    }
}
