package org.allod.lab.workload;

/// sh6bench: each thread fills an array with blocks of 1 to 1,000 bytes, then frees most of them at
/// once, in both orders; see [KeptWindow].
///
/// ```
///   a round of a thread   for base 1, 2, 4, 7, 11, 17, ... below 1,000
///                           for size base, base/2, base/4, ... 1
///                             250 blocks below 100 B, 50 from there on     = 19,300 blocks
/// ```
///
/// The array has 10,000 slots over the number of threads, and there are as many rounds as slots: T
/// threads together allocate 193,000,000 blocks. Runs twice as many threads as asked for, as the
/// benchmark's script does. No block is freed by another thread.
///
/// Source: sh6bench of mimalloc-bench, as described in words; the original was not looked at.
final class Sh6bench implements Workload {
    private static final int SLOTS = 10_000;
    private static final int SLOTS_MIN = 5;
    private static final int BASE_END = 1000;
    private static final int SMALL_END = 100;
    private static final int SMALL_COUNT = 250;
    private static final int LARGE_COUNT = 50;

    private final int divisor;

    /// @param divisor of the number of rounds
    Sh6bench(int divisor) {
        this.divisor = divisor;
    }

    @Override
    public String name() {
        return "sh6bench";
    }

    @Override
    public String sentence() {
        return "2N threads fill arrays with blocks of 1 to 1,000 B and empty them in both orders";
    }

    @Override
    public void round(Crew crew) {
        int threads = 2 * crew.threads();
        int slots = Math.max(SLOTS_MIN, SLOTS / threads);
        int rounds = Math.max(1, slots / divisor);
        crew.spawn(
                threads,
                worker -> {
                    KeptWindow window = new KeptWindow(worker, slots);
                    for (int i = 0; i < rounds; i++) {
                        crew.proceed();
                        round(window);
                    }
                    window.close();
                });
    }

    private static void round(KeptWindow window) {
        for (int base = 1; base < BASE_END; base = base * 3 / 2 + 1) {
            for (int size = base; size > 0; size /= 2) {
                add(window, size, size < SMALL_END ? SMALL_COUNT : LARGE_COUNT);
            }
        }
    }

    private static void add(KeptWindow window, int size, int count) {
        for (int i = 0; i < count; i++) {
            window.add(size);
            if (window.isFull()) window.release();
        }
    }
}
