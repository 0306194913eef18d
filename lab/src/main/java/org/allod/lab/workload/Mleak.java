package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Allocator;
import org.allod.memory.Memory;

/// mleak: short-lived threads, 10 at a time, each of which allocates a block and frees one that
/// may be another thread's. What an allocator keeps for a thread and does not take back, adds up.
///
/// ```
///   500 times 10 threads   callocs 128 B ──swap──► │▪│ │ │▪│ ... 1,000 slots
///                          frees what it got ◄──
/// ```
///
/// The number of threads asked for makes no difference: it is always 10, beside a main thread that
/// only waits. The slots are emptied after the clock has stopped.
///
/// Source: mleak of mimalloc-bench with its parameter `5`, described in words.
final class Mleak implements Workload {
    private static final int ROUNDS = 500;
    private static final int THREADS = 10;
    private static final int TRANSFERS = 1000;
    private static final int BYTES = 16 * Long.BYTES;

    private final int rounds;
    private final AtomicLongArray transfers = new AtomicLongArray(TRANSFERS);

    /// @param divisor of the number of threads that come and go
    Mleak(int divisor) {
        rounds = Math.max(1, ROUNDS / divisor);
    }

    @Override
    public String name() {
        return "mleak";
    }

    @Override
    public String sentence() {
        return "5,000 threads, ten at a time, allocate one zeroed block each and swap it";
    }

    @Override
    public boolean usesThreads() {
        return false;
    }

    @Override
    public void round(Crew crew) {
        LibcRandom random = new LibcRandom(1);
        int[] slots = new int[THREADS];
        for (int i = 0; i < rounds; i++) {
            for (int j = 0; j < slots.length; j++) slots[j] = random.next() % TRANSFERS;
            crew.spawn(THREADS, worker -> swap(worker, slots[worker.index() - 1]));
        }
        crew.stopClock();
        for (int i = 0; i < TRANSFERS; i++) {
            free(crew.main(), transfers.getAndSet(i, Allocator.NULL));
        }
    }

    private void swap(Worker worker, int slot) {
        long block = worker.allocateZeroed(BYTES);
        if (Memory.mismatch(block, BYTES, (byte) 0) >= 0) {
            throw new CorruptionException(
                    "corruption: the block at 0x%x is not zero, as it was asked for"
                            .formatted(block));
        }
        Memory.fill(block, BYTES, (byte) -1);
        free(worker, transfers.getAndSet(slot, block));
    }

    private static void free(Worker worker, long block) {
        if (block != Allocator.NULL) worker.deallocate(block, BYTES);
    }
}
