package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// xmalloc-test: threads that only allocate, and as many others that free what those allocated.
///
/// ```
///   allocators 0..N-1    4,096 blocks of 64 B + a record of pointers
///        │ push                     │ next │ 4,096 pointers │    itself a block, 32,776 B
///        ▼
///   stack of batches     an allocator waits while there are 100
///        │ pop
///        ▼
///   releasers N..2N-1    free the blocks, then the record
/// ```
///
/// Every free is one of another thread's block. Runs twice as many threads as asked for. The
/// batches that are left are freed after the clock has stopped.
///
/// Source: xmalloc-test of mimalloc-bench with its parameters `-w N -t 5 -s 64`.
final class XmallocTest implements Workload {
    private static final int SECONDS = 5;
    static final int BLOCKS = 4096;
    static final int BLOCK_BYTES = 64;
    static final int BATCH_BYTES = Long.BYTES + BLOCKS * Long.BYTES;
    private static final byte FILL = (byte) 0x5A;

    /// @param divisor ignored: this goes on until it is stopped
    XmallocTest(int divisor) {}

    @Override
    public String name() {
        return "xmalloc-test";
    }

    @Override
    public String sentence() {
        return "N threads allocate blocks of 64 B, N others free them";
    }

    @Override
    public int secondsOfRound() {
        return SECONDS;
    }

    @Override
    public void round(Crew crew) {
        BatchStack stack = new BatchStack(crew);
        crew.spawn(
                2 * crew.threads(),
                worker -> {
                    if (worker.index() <= crew.threads()) allocate(worker, crew, stack);
                    else release(worker, crew, stack);
                });
        crew.stopClock();
        for (long batch = stack.popLeft(); batch != Allocator.NULL; batch = stack.popLeft()) {
            check(batch);
            free(crew.main(), batch);
        }
    }

    private static void allocate(Worker worker, Crew crew, BatchStack stack) {
        while (!crew.isOver()) stack.push(batch(worker));
    }

    private static long batch(Worker worker) {
        long batch = worker.allocate(BATCH_BYTES);
        for (int i = 1; i <= BLOCKS; i++) {
            long block = worker.allocate(BLOCK_BYTES);
            Memory.fill(block, BLOCK_BYTES, FILL);
            Memory.putLong(batch + (long) i * Long.BYTES, block);
        }
        return batch;
    }

    private static void release(Worker worker, Crew crew, BatchStack stack) {
        while (!crew.isOver()) {
            long batch = stack.pop();
            if (batch != Allocator.NULL) free(worker, batch);
        }
    }

    private static void free(Worker worker, long batch) {
        for (int i = 1; i <= BLOCKS; i++) {
            worker.deallocate(Memory.getLong(batch + (long) i * Long.BYTES), BLOCK_BYTES);
        }
        worker.deallocate(batch, BATCH_BYTES);
    }

    private static void check(long batch) {
        for (int i = 1; i <= BLOCKS; i++) {
            long block = Memory.getLong(batch + (long) i * Long.BYTES);
            if (Memory.mismatch(block, BLOCK_BYTES, FILL) >= 0) {
                throw new CorruptionException(
                        "corruption: the block at 0x%x is not full of what was written"
                                .formatted(block));
            }
        }
    }
}
