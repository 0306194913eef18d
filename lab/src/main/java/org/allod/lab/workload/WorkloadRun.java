package org.allod.lab.workload;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;

/// Rounds of a workload on one heap: some to warm up, then those that count, until it is enough.
///
/// Between rounds, off the clock, the samples of the threads are merged and no block may be live;
/// after the last one the heap checks itself. Owner thread only.
final class WorkloadRun {
    private static final long NANOS = 1_000_000_000;

    private final Workload workload;
    private final Allocator heap;
    private final WorkloadSettings settings;
    private final Crew crew;
    private final Histogram latency = Worker.histogram();
    private long[] roundNanos = new long[16];
    private int rounds;
    private int roundsOfAll;
    private long firstNanos;
    private long nanos;
    private long cpuNanos;
    private long operations;

    private WorkloadRun(Workload workload, Allocator heap, WorkloadSettings settings) {
        this.workload = workload;
        this.heap = heap;
        this.settings = settings;
        this.crew =
                new Crew(heap, settings.threads(), settings.virtual(), settings.sampleDistance());
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
            warmUp();
            do {
                count(round(settings.length().secondsOfRound(workload.secondsOfRound())));
            } while (!settings.length().isReached(rounds, nanos, operations));
            heap.verify();
        } catch (CorruptionException | CorruptHeapError found) {
            complaint = found.getMessage();
        }
        AllocatorStats stats = heap.stats();
        return new WorkloadOutcome(
                rounds,
                nanos,
                cpuNanos,
                firstNanos,
                median(),
                operations,
                Latency.of(latency),
                stats.peakHeld(),
                stats.held() < 0 ? -1 : stats.peakCommitted(),
                crew.failures(),
                complaint);
    }

    private void warmUp() {
        WorkloadLength length = settings.length();
        for (long warm = 0; !length.isWarm(warm); ) warm += round(length.warmupSeconds());
    }

    /// Plays one round, off the books.
    ///
    /// @param seconds of a program that goes on until it is stopped
    /// @return its time in nanoseconds
    private long round(int seconds) {
        long time = crew.round(workload, workload.secondsOfRound() > 0 ? seconds * NANOS : 0);
        roundsOfAll++;
        if (roundsOfAll == 1) firstNanos = time;
        long live = heap.stats().blocksUsed();
        if (live != 0) {
            throw new CorruptionException(
                    "the allocator counts %d live blocks after round %d, expected none"
                            .formatted(live, roundsOfAll));
        }
        return time;
    }

    private void count(long time) {
        if (rounds == roundNanos.length) roundNanos = Arrays.copyOf(roundNanos, 2 * rounds);
        roundNanos[rounds++] = time;
        nanos += time;
        cpuNanos += crew.cpuNanos();
        operations += crew.operations();
        crew.addLatencyTo(latency);
    }

    private long median() {
        if (rounds == 0) return 0;
        long[] sorted = Arrays.copyOf(roundNanos, rounds);
        Arrays.sort(sorted);
        return sorted[(rounds - 1) / 2];
    }
}
