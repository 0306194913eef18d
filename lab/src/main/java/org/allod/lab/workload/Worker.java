package org.allod.lab.workload;

import org.HdrHistogram.Histogram;
import org.allod.Allocator;

/// One thread's way to the allocator: counts its calls and times a few of them.
///
/// **Sampling.** The clock takes longer than an allocation, so about one [#allocate] in 64 is
/// timed: the distance to the next is drawn evenly from 1 to 127, by a generator of the worker's
/// own, so that no rhythm of the program can hide from it. That costs less than 1 ns a call. A
/// sample contains one reading of the clock ([#clockNanos]). What is rarer than one in 64 may be
/// missed, so the maximum is that of the samples.
///
/// One thread at a time, which may end and be followed by another; the thread that starts a
/// successor has then done its last call.
public final class Worker {
    /// Calls from one sample to the next, on average: the middle of what 7 bits can say.
    private static final int DISTANCE_BITS = 7;

    /// A request that takes longer counts as this: 10 minutes, after which a fork is given up.
    private static final long LATENCY_MAX = 600_000_000_000L;

    /// Two digits tell every latency below 256 ns exactly and the others to 1 %, in 35 KiB.
    private static final int DIGITS = 2;

    // The numbers that change with each call, in the middle of an array that keeps everybody
    // else's two cache lines away: processors fetch lines in pairs.
    private static final int ALLOCATIONS = 16;
    private static final int FREES = 17;
    private static final int REALLOCATIONS = 18;
    private static final int FAILURES = 19;
    private static final int UNTIL_SAMPLE = 20;
    private static final int RANDOM = 21;
    private static final int LENGTH = 38;

    private final Allocator heap;
    private final int index;
    private final long[] numbers = new long[LENGTH];
    private final Histogram latency = histogram();
    private long forgotten;

    Worker(Allocator heap, int index) {
        this.heap = heap;
        this.index = index;
        numbers[RANDOM] = MixedLong.of(index + 1);
        numbers[UNTIL_SAMPLE] = distance();
    }

    /// Which one of the crew, from 0; 0 is the main thread itself.
    public int index() {
        return index;
    }

    /// As [Allocator#allocate(long, long)].
    public long allocate(long size, long alignment) {
        long block =
                --numbers[UNTIL_SAMPLE] == 0
                        ? timed(size, alignment)
                        : heap.allocate(size, alignment);
        numbers[block == Allocator.NULL ? FAILURES : ALLOCATIONS]++;
        return block;
    }

    /// As [Allocator#deallocate(long, long, long)]; a `NULL` is passed on and not counted.
    public void deallocate(long address, long size, long alignment) {
        heap.deallocate(address, size, alignment);
        if (address != Allocator.NULL) numbers[FREES]++;
    }

    /// As [Allocator#reallocate(long, long, long, long)]; of `NULL` it counts as an allocation.
    public long reallocate(long address, long size, long alignment, long newSize) {
        long block = heap.reallocate(address, size, alignment, newSize);
        if (block == Allocator.NULL) numbers[FAILURES]++;
        else numbers[address == Allocator.NULL ? ALLOCATIONS : REALLOCATIONS]++;
        return block;
    }

    private long timed(long size, long alignment) {
        numbers[UNTIL_SAMPLE] = distance();
        long start = System.nanoTime();
        long block = heap.allocate(size, alignment);
        latency.recordValue(Math.clamp(System.nanoTime() - start, 0, LATENCY_MAX));
        return block;
    }

    private long distance() {
        numbers[RANDOM] = MixedLong.of(numbers[RANDOM]);
        return Math.max(1, numbers[RANDOM] >>> Long.SIZE - DISTANCE_BITS);
    }

    // ---- off the clock ----

    /// Allocations, frees and reallocations that succeeded since [#startAgain].
    long operations() {
        return allOperations() - forgotten;
    }

    private long allOperations() {
        return numbers[ALLOCATIONS] + numbers[FREES] + numbers[REALLOCATIONS];
    }

    /// Requests refused so far.
    long failures() {
        return numbers[FAILURES];
    }

    /// Adds the samples to those of others.
    void addLatencyTo(Histogram all) {
        all.add(latency);
    }

    /// Forgets operations and samples, not failures.
    void startAgain() {
        forgotten = allOperations();
        latency.reset();
    }

    /// An empty histogram of nanoseconds as workers fill them.
    static Histogram histogram() {
        return new Histogram(LATENCY_MAX, DIGITS);
    }

    /// What one reading of the clock takes, and so each sample too much: the median of many.
    static long clockNanos() {
        Histogram readings = histogram();
        for (int i = 0; i < 100_000; i++) {
            long start = System.nanoTime();
            readings.recordValue(Math.clamp(System.nanoTime() - start, 0, LATENCY_MAX));
        }
        return readings.getValueAtPercentile(50);
    }
}
