package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// larson: a server's threads, each with 5,000 blocks, one of which it replaces at a time; a thread
/// that has replaced 500,000 hands its blocks over to a new thread and ends.
///
/// ```
///   blocks   │ 5,000 of thread 0 │ 5,000 of thread 1 │ ...
///                free one, allocate another of 8..999 bytes
///   threads  0 ──500,000──► 0' ──500,000──► 0'' ...      each frees what its predecessor allocated
/// ```
///
/// Before the clock starts the main thread allocates all blocks, mixes them and replaces each four
/// times over. The blocks are freed after the clock has stopped.
///
/// larson frees as C does, by the address alone; larson-sized tells the size. On an allocator that
/// needs the size both are the same.
///
/// Source: larson of mimalloc-bench with its parameters `5 8 1000 5000 100 4141 N`.
final class Larson implements Workload {
    private static final int SECONDS = 5;
    static final int BLOCKS_PER_THREAD = 5000;
    private static final int REPLACEMENTS = 4;
    private static final int SEED = 4141;
    private static final int SIZE_MIN = 8;
    private static final int SIZE_MAX = 1000;

    private final boolean tellsSize;

    private Larson(boolean tellsSize) {
        this.tellsSize = tellsSize;
    }

    /// larson.
    static Larson unsized(int divisor) {
        return new Larson(false);
    }

    /// larson-sized.
    static Larson sized(int divisor) {
        return new Larson(true);
    }

    @Override
    public String name() {
        return tellsSize ? "larson-sized" : "larson";
    }

    @Override
    public String sentence() {
        return tellsSize
                ? "as larson, and each free tells the size"
                : "threads replace blocks of 8 to 999 B at random and hand them to successors";
    }

    @Override
    public int secondsOfRound() {
        return SECONDS;
    }

    @Override
    public void round(Crew crew) {
        int threads = crew.threads();
        long[] blocks = new long[threads * BLOCKS_PER_THREAD];
        int[] sizes = new int[blocks.length];
        ShuffledRandom random = new ShuffledRandom(SEED);
        warmUp(crew, blocks, sizes, random);
        LarsonThread[] bodies = new LarsonThread[threads];
        for (int i = 0; i < threads; i++) {
            bodies[i] =
                    new LarsonThread(
                            crew,
                            blocks,
                            sizes,
                            i * BLOCKS_PER_THREAD,
                            new ShuffledRandom(random.next()),
                            tellsSize);
        }
        crew.startClock();
        crew.spawn(threads, worker -> bodies[worker.index() - 1].run(worker));
        crew.stopClock();
        for (int i = 0; i < blocks.length; i++) {
            LarsonThread.check(blocks[i]);
            crew.main().deallocate(blocks[i], sizes[i]);
        }
    }

    private static void warmUp(Crew crew, long[] blocks, int[] sizes, ShuffledRandom random) {
        Worker worker = crew.main();
        for (int i = 0; i < blocks.length; i++) {
            sizes[i] = size(random);
            blocks[i] = mark(worker.allocate(sizes[i]));
        }
        for (int i = blocks.length - 1; i > 0; i--) {
            int other = below(random, i + 1);
            long block = blocks[i];
            blocks[i] = blocks[other];
            blocks[other] = block;
            int size = sizes[i];
            sizes[i] = sizes[other];
            sizes[other] = size;
        }
        for (int i = 0; i < REPLACEMENTS * blocks.length; i++) {
            crew.proceed();
            int victim = below(random, blocks.length);
            worker.deallocate(blocks[victim], sizes[victim]);
            blocks[victim] = Allocator.NULL;
            sizes[victim] = size(random);
            blocks[victim] = mark(worker.allocate(sizes[victim]));
        }
    }

    static int size(ShuffledRandom random) {
        return SIZE_MIN + random.next() % (SIZE_MAX - SIZE_MIN);
    }

    /// A number below `bound`, which may be above the generator's.
    private static int below(ShuffledRandom random, int bound) {
        if (bound <= ShuffledRandom.BOUND) return random.next() % bound;
        return (int) (((long) random.next() * ShuffledRandom.BOUND + random.next()) % bound);
    }

    /// Writes a block's two bytes.
    static long mark(long block) {
        Memory.putByte(block, LarsonThread.FIRST);
        Memory.putByte(block + 1, LarsonThread.SECOND);
        return block;
    }
}
