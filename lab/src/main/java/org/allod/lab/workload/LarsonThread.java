package org.allod.lab.workload;

import org.allod.memory.Memory;

/// What a thread of [Larson] and its successors do with their part of the blocks. One thread at a
/// time.
final class LarsonThread {
    /// What every block begins with.
    static final byte FIRST = 'a';

    static final byte SECOND = 'b';

    /// A thread replaces so many blocks: a hundred times as many as it has.
    private static final int STEPS = 100 * Larson.BLOCKS_PER_THREAD;

    private final Crew crew;
    private final long[] blocks;
    private final int[] sizes;
    private final int first;
    private final ShuffledRandom random;
    private final boolean tellsSize;

    LarsonThread(
            Crew crew,
            long[] blocks,
            int[] sizes,
            int first,
            ShuffledRandom random,
            boolean tellsSize) {
        this.crew = crew;
        this.blocks = blocks;
        this.sizes = sizes;
        this.first = first;
        this.random = random;
        this.tellsSize = tellsSize;
    }

    void run(Worker worker) {
        for (int left = STEPS; left > 0; left--) {
            if (crew.isOver()) return;
            step(worker);
        }
        crew.succeed(worker, this::run);
    }

    private void step(Worker worker) {
        int victim = first + random.next() % Larson.BLOCKS_PER_THREAD;
        if (tellsSize) worker.deallocate(blocks[victim], sizes[victim]);
        else worker.free(blocks[victim], sizes[victim]);
        int size = Larson.size(random);
        long block = worker.allocate(size);
        blocks[victim] = block;
        sizes[victim] = size;
        Memory.putByte(block, FIRST);
        if (Memory.getByte(block) != FIRST) throw corrupt(block);
        Memory.putByte(block + 1, SECOND);
    }

    /// Looks at both bytes.
    ///
    /// @throws CorruptionException if one is not what was written
    static void check(long block) {
        if (Memory.getByte(block) != FIRST || Memory.getByte(block + 1) != SECOND) {
            throw corrupt(block);
        }
    }

    private static CorruptionException corrupt(long block) {
        return new CorruptionException(
                "corruption: the block at 0x%x does not begin with what was written"
                        .formatted(block));
    }
}
