package org.allod.lab.workload;

import org.allod.memory.Memory;

/// glibc-simple: blocks of one size, some allocated, all freed, in one thread at a time.
///
/// ```
///   for size 16, 32, 64
///     four times: to warm up, on the main thread, on one new thread, on the main thread again
///       for n 25, 100, 400, 1600
///         2,000,000 / n times: allocate n and write every byte;
///                              free the first half in order, the second one backwards
/// ```
///
/// The number of threads asked for makes no difference.
///
/// Source: bench-malloc-simple of glibc, as mimalloc-bench runs it, described in words.
final class GlibcSimple implements Workload {
    private static final int[] SIZES = {16, 32, 64};
    private static final int[] COUNTS = {25, 100, 400, 1600};
    private static final int BLOCKS = 2_000_000;

    private final int divisor;

    /// @param divisor of the number of repetitions
    GlibcSimple(int divisor) {
        this.divisor = divisor;
    }

    @Override
    public String name() {
        return "glibc-simple";
    }

    @Override
    public String sentence() {
        return "one thread allocates 25 to 1,600 blocks of 16, 32, 64 B and frees them";
    }

    @Override
    public boolean usesThreads() {
        return false;
    }

    @Override
    public void round(Crew crew) {
        long[] blocks = new long[COUNTS[COUNTS.length - 1]];
        for (int size : SIZES) {
            play(crew.main(), crew, blocks, size);
            play(crew.main(), crew, blocks, size);
            crew.spawn(1, worker -> play(worker, crew, blocks, size));
            play(crew.main(), crew, blocks, size);
        }
    }

    private void play(Worker worker, Crew crew, long[] blocks, int size) {
        for (int count : COUNTS) {
            int times = Math.max(1, BLOCKS / count / divisor);
            for (int i = 0; i < times; i++) {
                crew.proceed();
                allocateAndFree(worker, blocks, count, size);
            }
        }
    }

    private static void allocateAndFree(Worker worker, long[] blocks, int count, int size) {
        for (int i = 0; i < count; i++) {
            blocks[i] = worker.allocate(size);
            Memory.fill(blocks[i], size, (byte) i);
        }
        for (int i = 0; i < count / 2; i++) worker.deallocate(blocks[i], size);
        for (int i = count - 1; i >= count / 2; i--) worker.deallocate(blocks[i], size);
    }
}
