package org.allod.lab.workload;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;

/// Rounds of a workload on one heap, until there are enough or their time is over.
///
/// Between rounds, off the clock, the samples of the threads are merged and no block may be live;
/// after the last one the heap checks itself. Owner thread only.
final class WorkloadRun {
    private final Workload workload;
    private final Allocator heap;
    private final WorkloadSettings settings;
    private final Crew crew;
    private final Histogram latency = Worker.histogram();
    private long[] roundNanos = new long[16];
    private int rounds;
    private long nanos;
    private long operations;

    private WorkloadRun(Workload workload, Allocator heap, WorkloadSettings settings) {
        this.workload = workload;
        this.heap = heap;
        this.settings = settings;
        this.crew = new Crew(heap, settings.threads(), settings.virtual());
    }

    /// Plays.
    ///
    /// @param heap for any thread
    /// @throws RuntimeException or Error: the first that a thread threw; a [CorruptionException]
    ///     and a [CorruptHeapError] become the outcome's complaint instead
    static WorkloadOutcome of(Workload workload, Allocator heap, WorkloadSettings settings) {
        return new WorkloadRun(workload, heap, settings).run();
    }

    private WorkloadOutcome run() {
        String complaint = null;
        try {
            do {
                round();
            } while (settings.rounds() > 0 ? rounds < settings.rounds() : isTimeLeft());
            heap.verify();
        } catch (CorruptionException | CorruptHeapError found) {
            complaint = found.getMessage();
        }
        AllocatorStats stats = heap.stats();
        return new WorkloadOutcome(
                rounds,
                nanos,
                roundNanos[0],
                median(),
                operations,
                Latency.of(latency),
                stats.peakHeld(),
                stats.held() < 0 ? -1 : stats.peakCommitted(),
                crew.failures(),
                complaint);
    }

    private void round() {
        boolean asLongAsAsked = workload.secondsOfRound() > 0 && settings.seconds() > 0;
        long time =
                crew.round(
                        workload, asLongAsAsked ? settings.seconds() : workload.secondsOfRound());
        if (rounds == roundNanos.length) roundNanos = Arrays.copyOf(roundNanos, 2 * rounds);
        roundNanos[rounds++] = time;
        nanos += time;
        operations += crew.operations();
        crew.addLatencyTo(latency);
        long live = heap.stats().blocksUsed();
        if (live != 0) {
            throw new CorruptionException(
                    "the allocator counts %d live blocks after round %d, expected none"
                            .formatted(live, rounds));
        }
    }

    private boolean isTimeLeft() {
        return nanos < settings.seconds() * 1_000_000_000L;
    }

    private long median() {
        if (rounds == 0) return 0;
        long[] sorted = Arrays.copyOf(roundNanos, rounds);
        Arrays.sort(sorted);
        return sorted[(rounds - 1) / 2];
    }
}
