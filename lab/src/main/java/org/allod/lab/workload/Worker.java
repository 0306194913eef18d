package org.allod.lab.workload;

import org.HdrHistogram.Histogram;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Malloc;

/// One thread's way to the allocator: counts its calls and times a few of them.
///
/// **Sampling.** The clock takes longer than an allocation, so about one allocation in 256, or
/// what was asked for, is timed: the distance to the next is drawn evenly from 1 to 511, by a
/// generator of the worker's own, so that no rhythm of the program can hide from it. That costs
/// 0.2 ns a call. A sample contains a reading of the clock ([#clockNanos]). What is rarer than one
/// in 256 may be missed, so the maximum is that of the samples. Every allocation, or none, can be
/// timed as well.
///
/// **Alignment.** C's malloc aligns for whatever fits into the block: the methods without an
/// alignment ask for 8 below 16 bytes and for 16 from there on. Source: ISO C, 7.24.3.
///
/// One thread at a time, which may end and be followed by another; the thread that starts a
/// successor has then done its last call.
public final class Worker {
    /// Allocations from one sample to the next, on average, where nothing is said.
    public static final int SAMPLE_DISTANCE = 256;

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

    /// The same, or null: there is no free without a size.
    private final Malloc malloc;

    private final int index;

    /// As many distances are possible.
    private final long distances;

    private final long[] numbers = new long[LENGTH];
    private final Histogram latency = histogram();
    private long forgotten;

    /// @param sampleDistance from one timed allocation to the next, on average; 0: none is timed
    Worker(Allocator heap, int index, int sampleDistance) {
        this.heap = heap;
        this.malloc = heap instanceof Malloc known ? known : null;
        this.index = index;
        this.distances = 2L * sampleDistance - 1;
        numbers[RANDOM] = MixedLong.of(index + 1);
        numbers[UNTIL_SAMPLE] = distance();
    }

    /// Which one of the crew, from 0; 0 is the main thread itself.
    public int index() {
        return index;
    }

    /// A new block, aligned as malloc does.
    ///
    /// @throws HeapExhaustedException if it is refused: the program cannot go on
    public long allocate(long size) {
        long alignment = alignment(size);
        long block = allocate(size, alignment);
        if (block == Allocator.NULL) throw refused(size, alignment);
        return block;
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

    /// A new block full of zeros, aligned as malloc does.
    ///
    /// @throws HeapExhaustedException if it is refused
    public long allocateZeroed(long size) {
        long alignment = alignment(size);
        long block =
                --numbers[UNTIL_SAMPLE] == 0
                        ? timedZeroed(size, alignment)
                        : heap.allocateZeroed(size, alignment);
        if (block == Allocator.NULL) {
            numbers[FAILURES]++;
            throw refused(size, alignment);
        }
        numbers[ALLOCATIONS]++;
        return block;
    }

    /// Frees a block of [#allocate(long)] or [#allocateZeroed].
    public void deallocate(long address, long size) {
        deallocate(address, size, alignment(size));
    }

    /// As [Allocator#deallocate(long, long, long)]; a `NULL` is passed on and not counted.
    public void deallocate(long address, long size, long alignment) {
        heap.deallocate(address, size, alignment);
        if (address != Allocator.NULL) numbers[FREES]++;
    }

    /// Frees a block of [#allocate(long)] as C does, without its size, where the allocator can.
    public void free(long address, long size) {
        if (malloc == null) {
            deallocate(address, size);
            return;
        }
        malloc.free(address);
        numbers[FREES]++;
    }

    /// As [Allocator#reallocate(long, long, long, long)]; of `NULL` it counts as an allocation.
    public long reallocate(long address, long size, long alignment, long newSize) {
        long block = heap.reallocate(address, size, alignment, newSize);
        if (block == Allocator.NULL) numbers[FAILURES]++;
        else numbers[address == Allocator.NULL ? ALLOCATIONS : REALLOCATIONS]++;
        return block;
    }

    /// What malloc aligns a block of `size` bytes to.
    static long alignment(long size) {
        return size < Layout.DEFAULT_ALIGNMENT ? Long.BYTES : Layout.DEFAULT_ALIGNMENT;
    }

    private long timed(long size, long alignment) {
        numbers[UNTIL_SAMPLE] = distance();
        long start = System.nanoTime();
        long block = heap.allocate(size, alignment);
        latency.recordValue(Math.clamp(System.nanoTime() - start, 0, LATENCY_MAX));
        return block;
    }

    private long timedZeroed(long size, long alignment) {
        numbers[UNTIL_SAMPLE] = distance();
        long start = System.nanoTime();
        long block = heap.allocateZeroed(size, alignment);
        latency.recordValue(Math.clamp(System.nanoTime() - start, 0, LATENCY_MAX));
        return block;
    }

    private long distance() {
        if (distances <= 0) return Long.MAX_VALUE;
        numbers[RANDOM] = MixedLong.of(numbers[RANDOM]);
        return 1 + ((numbers[RANDOM] >>> Integer.SIZE) * distances >>> Integer.SIZE);
    }

    private static HeapExhaustedException refused(long size, long alignment) {
        return new HeapExhaustedException(size, alignment);
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
