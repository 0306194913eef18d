package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// glibc-thread: threads that replace blocks in 1,024 slots; sizes as rare as the square of what
/// they are large.
///
/// Sizes (8,000 of 4 to 32,768 bytes) and slots (4,096) are drawn once and used again and again, by
/// each thread from the beginning on. Every byte of a block is written. The blocks that are left
/// are freed by their threads after the last iteration.
///
/// Source: bench-malloc-thread of glibc, as mimalloc-bench runs it, described in words.
final class GlibcThread implements Workload {
    private static final int SECONDS = 2;
    static final int SIZES = 8000;
    private static final double SIZE_MIN = 4;
    private static final double SIZE_MAX = 32_768;
    private static final int CHOICES = 4096;
    private static final int SLOTS = 1024;
    private static final int SEED = 1;

    private final int[] sizes = new int[SIZES];
    private final int[] choices = new int[CHOICES];

    /// @param divisor ignored: this goes on until it is stopped
    GlibcThread(int divisor) {
        LibcRandom random = new LibcRandom(SEED);
        for (int i = 0; i < SIZES; i++) {
            double even = random.next() / (LibcRandom.BOUND - 1);
            sizes[i] = (int) (1 / ((1 / SIZE_MAX - 1 / SIZE_MIN) * even + 1 / SIZE_MIN));
        }
        for (int i = 0; i < CHOICES; i++) choices[i] = random.next() % SLOTS;
    }

    @Override
    public String name() {
        return "glibc-thread";
    }

    @Override
    public String sentence() {
        return "threads replace blocks of 4 B to 32 KB, most of them small, at random";
    }

    @Override
    public int secondsOfRound() {
        return SECONDS;
    }

    @Override
    public void round(Crew crew) {
        crew.spawn(crew.threads(), worker -> play(worker, crew));
    }

    private void play(Worker worker, Crew crew) {
        long[] blocks = new long[SLOTS];
        int[] sizeOf = new int[SLOTS];
        int size = 0;
        int choice = 0;
        while (!crew.isOver()) {
            replace(worker, blocks, sizeOf, choices[choice], sizes[size]);
            size = size + 1 == SIZES ? 0 : size + 1;
            choice = choice + 1 == CHOICES ? 0 : choice + 1;
        }
        for (int i = 0; i < SLOTS; i++) {
            if (blocks[i] != Allocator.NULL) worker.deallocate(blocks[i], sizeOf[i]);
        }
    }

    private static void replace(Worker worker, long[] blocks, int[] sizeOf, int slot, int size) {
        if (blocks[slot] != Allocator.NULL) worker.deallocate(blocks[slot], sizeOf[slot]);
        long block = worker.allocate(size);
        Memory.fill(block, size, (byte) slot);
        blocks[slot] = block;
        sizeOf[slot] = size;
    }

    /// The table of sizes.
    int[] sizes() {
        return sizes.clone();
    }
}
