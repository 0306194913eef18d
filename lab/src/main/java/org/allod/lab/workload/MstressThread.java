package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.memory.Memory;

/// What one thread of [Mstress] does in one iteration. Its two arrays of pointers are blocks of the
/// allocator under test, too.
///
/// The order in which the generator is asked is the original's, and must not change: it decides all
/// sizes. Owner thread only.
final class MstressThread {
    /// Blocks of the first thread, the scale being 50.
    private static final int BLOCKS = 100 * 50;

    private static final int DATA_STEP = 100_000;
    private static final int DATA_SHIFTS = 5;
    private static final int RETAINED_SHIFTS = 7;

    // Per cent, all but one: see Dice.
    private static final int DATA_CHANCE = 50;
    private static final int FREE_CHANCE = 66;
    private static final int SWAP_CHANCE = 25;
    private static final int LARGE_CHANCE = 1;
    private static final int GIANT_CHANCE = 1;
    private static final int HUGE_CHANCE = 10;

    private final Worker worker;
    private final Crew crew;
    private final AtomicLongArray transfers;
    private final Dice dice;

    private int allocationsLeft;
    private int retainsLeft;
    private final int retainedSlots;
    private final long retained;
    private int retainedTop;
    private long data = Allocator.NULL;
    private int dataSlots;
    private int dataTop;

    MstressThread(Worker worker, Crew crew, AtomicLongArray transfers) {
        this.worker = worker;
        this.crew = crew;
        this.transfers = transfers;
        dice = new Dice((worker.index() + 1) * 43L);
        allocationsLeft = BLOCKS * (worker.index() % 8 + 1);
        retainsLeft = allocationsLeft / 2;
        retainedSlots = retainsLeft;
        retained = worker.allocate(bytes(retainedSlots));
    }

    void run() {
        while (allocationsLeft > 0 || retainsLeft > 0) {
            crew.proceed();
            if (retainsLeft == 0 || dice.chance(DATA_CHANCE) && allocationsLeft > 0) {
                allocationsLeft--;
                append();
            } else {
                retainsLeft--;
                put(retained, retainedTop++, allocate(1L << dice.below(RETAINED_SHIFTS)));
            }
            if (dice.chance(FREE_CHANCE) && dataTop > 0) {
                int slot = dice.below(dataTop);
                MstressBlock.free(worker, get(data, slot));
                put(data, slot, Allocator.NULL);
            }
            if (dice.chance(SWAP_CHANCE) && dataTop > 0) {
                int slot = dice.below(dataTop);
                int transfer = dice.below(Mstress.TRANSFERS);
                put(data, slot, transfers.getAndSet(transfer, get(data, slot)));
            }
        }
        for (int i = 0; i < retainedTop; i++) MstressBlock.free(worker, get(retained, i));
        for (int i = 0; i < dataTop; i++) MstressBlock.free(worker, get(data, i));
        worker.deallocate(retained, bytes(retainedSlots));
        worker.deallocate(data, bytes(dataSlots));
    }

    private void append() {
        if (dataTop == dataSlots) {
            int slots = dataSlots + DATA_STEP;
            long grown =
                    worker.reallocate(
                            data, bytes(dataSlots), Layout.DEFAULT_ALIGNMENT, bytes(slots));
            if (grown == Allocator.NULL) throw noRoomFor(slots);
            data = grown;
            dataSlots = slots;
        }
        put(data, dataTop++, allocate(1L << dice.below(DATA_SHIFTS)));
    }

    /// A new block with its contents, or `NULL`.
    private long allocate(long words) {
        long count = words;
        if (dice.chance(LARGE_CHANCE)) {
            if (dice.chance(GIANT_CHANCE)) count *= 10_000;
            else if (dice.chance(HUGE_CHANCE)) count *= 1000;
            else count *= 100;
        }
        if (count == 40) count++; // a size that pthreads asks for, too
        long bytes = count * Long.BYTES;
        long block = worker.allocate(bytes, Worker.alignment(bytes));
        if (block != Allocator.NULL) MstressBlock.write(block, count);
        return block;
    }

    // ---- arrays of pointers ----

    private static long get(long array, int slot) {
        return Memory.getLong(array + bytes(slot));
    }

    private static void put(long array, int slot, long block) {
        Memory.putLong(array + bytes(slot), block);
    }

    private static long bytes(int slots) {
        return (long) slots * Long.BYTES;
    }

    private static HeapExhaustedException noRoomFor(int slots) {
        return new HeapExhaustedException(
                bytes(slots),
                Layout.DEFAULT_ALIGNMENT,
                "no room for an array of pointers of mstress");
    }
}
