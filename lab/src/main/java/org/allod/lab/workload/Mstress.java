package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Allocator;

/// mstress: threads that keep, free and swap blocks, and are new in every iteration.
///
/// ```
///   thread 0   data │▪│ │▪│▪│ ... ◄──┐ swap      retained │▪│▪│▪│ ...
///                                  ▼
///                    transfers │▪│ │▪│ │ ... 1,000 slots
///                                  ▲
///   thread 1   data │▪│▪│ │▪│ ... ◄──┘           retained │▪│▪│▪│ ...
/// ```
///
/// Each thread allocates 5,000 blocks (twice as many the second thread, and so on up to eight
/// times) and keeps half as many more until its end. After each step it frees one of the first kind
/// with a chance of 67 %, and swaps one with a transfer slot with 26 %: that one another thread may
/// free. Between iterations the main thread empties half of the slots. Sizes are powers of two from
/// 8 to 512 B; one in 50 is a hundred times as large, a few a thousand or ten thousand times.
///
/// What a thread asks for depends on its number alone, so every round makes the same requests;
/// which of them happen at the same time does not repeat.
///
/// Source: mstress of mimalloc-bench with its parameters `N 50 25`.
final class Mstress implements Workload {
    private static final int ITERATIONS = 25;
    static final int TRANSFERS = 1000;

    /// The generator of the main thread between iterations.
    private static final long MAIN_SEED = 43 * 43;

    private static final int EMPTY_CHANCE = 50;

    private final AtomicLongArray transfers = new AtomicLongArray(TRANSFERS);

    private final int iterations;

    /// @param divisor of the number of iterations
    Mstress(int divisor) {
        iterations = Math.max(1, ITERATIONS / divisor);
    }

    @Override
    public String name() {
        return "mstress";
    }

    @Override
    public String sentence() {
        return "threads come and go, keep, free and swap blocks of 8 B to 5 MB, and check them";
    }

    @Override
    public void round(Crew crew) {
        Dice dice = new Dice(MAIN_SEED);
        for (int iteration = 1; iteration <= iterations; iteration++) {
            crew.run(crew.threads(), worker -> new MstressThread(worker, crew, transfers).run());
            for (int slot = 0; slot < TRANSFERS; slot++) {
                if (dice.chance(EMPTY_CHANCE) || iteration == iterations) {
                    MstressBlock.free(crew.main(), transfers.getAndSet(slot, Allocator.NULL));
                }
            }
        }
    }
}
