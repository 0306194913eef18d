package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Allocator;

/// sh8bench: as sh6bench in larger arrays and with larger blocks, while the main thread allocates
/// ten million small ones for the others to free.
///
/// ```
///   a worker, 700,000 / T times
///     1. free what the main thread has published of this worker's part
///     2. the next of   8 B x 1000   16 x 5000   48 x 1000   72 x 100   148 x 100   200 x 100
///                      520 x 10   1056 x 5   4096 x 3   9162 x 1   34562 x 1   168524 x 1
///        so many steps: a block more, or where the array is full, its release
///
///   published   │▪▪▪▪▪▪····│▪▪▪▪▪·····│▪▪▪▪▪·····│ ...   T parts, filled in turn by main
/// ```
///
/// The arrays have 1,000,000 slots together. Runs twice as many workers as threads are asked for,
/// and the main thread. What is left in arrays and table is freed after the clock has stopped.
///
/// Source: sh8bench of mimalloc-bench, as described in words; the original was not looked at.
final class Sh8bench implements Workload {
    private static final int ITERATIONS = 700_000;
    private static final int SLOTS = 1_000_000;
    private static final int SLOTS_MIN = 5;
    private static final int PUBLISHED = 10_000_000;
    private static final int PUBLISHED_BYTES = 8;
    private static final int[] SIZES = {
        8, 16, 48, 72, 148, 200, 520, 1056, 4096, 9162, 34_562, 168_524
    };
    private static final int[] COUNTS = {1000, 5000, 1000, 100, 100, 100, 10, 5, 3, 1, 1, 1};

    private final int divisor;
    private final int slots;

    /// @param divisor of the number of iterations and of published blocks
    Sh8bench(int divisor) {
        this(divisor, SLOTS);
    }

    /// @param slots of all arrays together
    Sh8bench(int divisor, int slots) {
        this.divisor = divisor;
        this.slots = slots;
    }

    @Override
    public String name() {
        return "sh8bench";
    }

    @Override
    public String sentence() {
        return "2N threads fill arrays with blocks of 8 B to 168 KB, and free small ones of"
                + " another";
    }

    @Override
    public void round(Crew crew) {
        int workers = 2 * crew.threads();
        int part = Math.max(1, PUBLISHED / divisor / workers);
        int iterations = Math.max(1, ITERATIONS / divisor / workers);
        int slotsEach = Math.max(SLOTS_MIN, slots / workers);
        AtomicLongArray published = new AtomicLongArray(part * workers);
        int[] freed = new int[workers];
        KeptWindow[] windows = new KeptWindow[workers];
        crew.run(
                1 + workers,
                worker -> {
                    int index = worker.index() - 1;
                    if (index < 0) {
                        publish(worker, crew, published, part);
                        return;
                    }
                    windows[index] = new KeptWindow(worker, slotsEach);
                    freed[index] =
                            play(
                                    windows[index],
                                    new Inbox(worker, published, index * part, (index + 1) * part),
                                    crew,
                                    iterations);
                });
        crew.stopClock();
        for (int i = 0; i < workers; i++) {
            new Inbox(crew.main(), published, freed[i], (i + 1) * part).empty();
            windows[i].close();
        }
    }

    private static void publish(Worker worker, Crew crew, AtomicLongArray published, int part) {
        for (int i = 0; i < part; i++) {
            crew.proceed();
            for (int slot = i; slot < published.length(); slot += part) {
                published.setRelease(slot, worker.allocate(PUBLISHED_BYTES));
            }
        }
    }

    /// @return where in the table the inbox stands in the end
    private static int play(KeptWindow window, Inbox inbox, Crew crew, int iterations) {
        int kind = 0;
        for (int i = 0; i < iterations; i++) {
            crew.proceed();
            inbox.empty();
            for (int step = 0; step < COUNTS[kind]; step++) {
                if (window.isFull()) window.release();
                else window.add(SIZES[kind]);
            }
            kind = (kind + 1) % SIZES.length;
        }
        return inbox.next;
    }

    /// One worker's part of the table.
    private static final class Inbox {
        private final Worker worker;
        private final AtomicLongArray published;
        private final int end;
        private int next;

        Inbox(Worker worker, AtomicLongArray published, int start, int end) {
            this.worker = worker;
            this.published = published;
            this.next = start;
            this.end = end;
        }

        /// Frees what was published.
        void empty() {
            while (next < end) {
                long block = published.getAcquire(next);
                if (block == Allocator.NULL) return;
                worker.deallocate(block, PUBLISHED_BYTES);
                next++;
            }
        }
    }
}
