package org.allod.lab.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.allod.lab.replay.Forks.ForkFailedException;

/// Some workloads on some allocators, some forks of each, in turn.
///
/// ```
///   larson      turn 1   a  a with 1 thread  b  b with 1 thread     what a ratio compares ran
///               turn 2   a  ...                                     one after the other
///   mstress     turn 1   ...
/// ```
///
/// A fork without a result ends the turns of its allocator on that workload; the others go on.
public final class WorkloadContest {
    private final List<String> workloads;
    private final List<String> allocators;
    private final WorkloadSettings settings;
    private final int turns;
    private final boolean scaling;
    private final Consumer<String> progress;

    /// @param workloads in the order in which they are run
    /// @param allocators the first is what ratios are against
    /// @param settings for all of them, whatever workload and allocator it names
    /// @param turns forks of each, at least 1
    /// @param scaling whether each is run with one thread as well
    /// @param progress told what is being done, in a few words
    /// @throws IllegalArgumentException if `turns` is not positive
    public WorkloadContest(
            List<String> workloads,
            List<String> allocators,
            WorkloadSettings settings,
            int turns,
            boolean scaling,
            Consumer<String> progress) {
        if (turns < 1) {
            throw new IllegalArgumentException("repeat=" + turns + ", expected at least 1");
        }
        this.workloads = List.copyOf(workloads);
        this.allocators = List.copyOf(allocators);
        this.settings = settings;
        this.turns = turns;
        this.scaling = scaling;
        this.progress = progress;
    }

    /// Runs it all.
    ///
    /// @param each is told each workload's results as soon as they are there, in the order of the
    ///     allocators
    public void run(Consumer<List<WorkloadSeries>> each) {
        for (int i = 0; i < workloads.size(); i++) {
            String count = workloads.size() == 1 ? "" : (i + 1) + "/" + workloads.size() + " ";
            each.accept(play(workloads.get(i), count));
        }
    }

    private List<WorkloadSeries> play(String workload, String count) {
        List<Entrant> entrants =
                allocators.stream()
                        .map(name -> new Entrant(settings.with(workload, name, settings.threads())))
                        .toList();
        boolean alone =
                scaling && settings.threads() > 1 && Workloads.named(workload).usesThreads();
        for (int turn = 1; turn <= turns; turn++) {
            String part = turns == 1 ? "" : " (" + turn + " of " + turns + ")";
            for (Entrant entrant : entrants) {
                progress.accept(
                        count + workload + " through " + entrant.settings.allocator() + part);
                entrant.turn(alone);
            }
        }
        return entrants.stream().map(Entrant::series).toList();
    }

    /// One allocator on one workload.
    private static final class Entrant {
        final WorkloadSettings settings;
        private final List<WorkloadOutcome> forks = new ArrayList<>();
        private final List<WorkloadOutcome> singles = new ArrayList<>();
        private String failure;

        Entrant(WorkloadSettings settings) {
            this.settings = settings;
        }

        void turn(boolean alone) {
            if (failure != null) return;
            try {
                forks.add(WorkloadFork.run(settings));
                if (!alone) return;
                singles.add(
                        WorkloadFork.run(
                                settings.with(settings.workload(), settings.allocator(), 1)));
            } catch (ForkFailedException failed) {
                failure = failed.getMessage();
            }
        }

        WorkloadSeries series() {
            return new WorkloadSeries(settings, forks, singles, failure);
        }
    }
}
