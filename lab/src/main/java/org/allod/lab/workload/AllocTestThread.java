package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// What one thread of [AllocTest] does in one round. Owner thread only.
final class AllocTestThread {
    /// Chances of the seven ranges of slots; backwards they are the ranges' shares of the slots.
    private static final double[] CHANCES = {
        .262144, .393216, .24576, .08192, .01536, .001536, .000064
    };

    private static final int SIZE_EXPONENT_MIN = 2;
    private static final int STEPS_PER_LOOK = 1000;

    private final Worker worker;
    private final Crew crew;
    private final XorShiftRandom random;
    private final long[] blocks;
    private final int[] sizes;

    /// A range is chosen by a 32-bit number below this and not below the one before.
    private final long[] chosenBelow = new long[CHANCES.length];

    private final int[] rangeStart = new int[CHANCES.length];
    private final int[] rangeSlots = new int[CHANCES.length];

    /// @param slots at least 1
    AllocTestThread(Worker worker, Crew crew, int slots) {
        this.worker = worker;
        this.crew = crew;
        random = new XorShiftRandom(MixedLong.of(worker.index() + 1));
        blocks = new long[slots];
        sizes = new int[slots];
        double chance = 0;
        double share = 0;
        for (int i = 0; i < CHANCES.length; i++) {
            chance += CHANCES[i];
            chosenBelow[i] = Math.round(chance * (1L << Integer.SIZE));
            rangeStart[i] = Math.min((int) (share * slots), slots - 1);
            share += CHANCES[CHANCES.length - 1 - i];
            rangeSlots[i] = Math.max(1, Math.min((int) (share * slots), slots) - rangeStart[i]);
        }
        rangeSlots[CHANCES.length - 1] = slots - rangeStart[CHANCES.length - 1];
        chosenBelow[CHANCES.length - 1] = 1L << Integer.SIZE;
    }

    void run(int iterations) {
        for (int i = 0; i < blocks.length; i++) {
            if ((random.next() & 1) != 0) allocate(i);
        }
        for (int left = iterations; left > 0; left -= STEPS_PER_LOOK) {
            crew.proceed();
            for (int i = Math.min(left, STEPS_PER_LOOK); i > 0; i--) step();
        }
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != Allocator.NULL) free(i);
        }
    }

    private void step() {
        int slot = slot();
        if (blocks[slot] == Allocator.NULL) allocate(slot);
        else free(slot);
    }

    private int slot() {
        long choice = random.next();
        int range = 0;
        while (choice >= chosenBelow[range]) range++;
        return rangeStart[range] + (int) (random.next() * rangeSlots[range] >>> Integer.SIZE);
    }

    private void allocate(int slot) {
        int size = size(random.next() << Integer.SIZE | random.next());
        long block = worker.allocate(size);
        Memory.fill(block, size, (byte) slot);
        blocks[slot] = block;
        sizes[slot] = size;
    }

    /// Sums up all bytes, as the original does to have them read, and frees the block.
    private void free(int slot) {
        long block = blocks[slot];
        int size = sizes[slot];
        int sum = 0;
        for (int i = 0; i < size; i++) sum += Memory.getByte(block + i);
        if (sum != size * (byte) slot) throw corrupt(block, size);
        blocks[slot] = Allocator.NULL;
        worker.deallocate(block, size);
    }

    /// The size that a random number stands for: the exponent is geometric, the rest even.
    static int size(long random) {
        long coin = (random & 127) + 1;
        long rest = random >>> 7;
        int exponent = Long.numberOfTrailingZeros(coin) + SIZE_EXPONENT_MIN;
        return (int) ((1L << exponent) + 1 + (rest & (1L << exponent) - 1));
    }

    private static CorruptionException corrupt(long block, int size) {
        return new CorruptionException(
                "corruption: the %d bytes at 0x%x are not what was written".formatted(size, block));
    }
}
