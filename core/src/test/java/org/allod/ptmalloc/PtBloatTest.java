package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bloat of arenas: 32 threads, each a burst of 8 MiB of mixed sizes; every hundredth block has
/// 64 bytes and stays, all others are freed. After a quiet time at most a quarter is retained of
/// what 16 arenas that give nothing back retain.
///
/// All bursts are there before the first block is freed: threads that follow each other use the
/// same arena again and there is no bloat, whatever the options.
class PtBloatTest {
    private static final int THREADS = 32;
    private static final long BURST = 8 << 20;
    private static final long STAYS = 64;
    private static final PtOptions SWOLLEN =
            PtOptions.DEFAULT.with("trim_quiet_millis", 0).with("arena_max", 16);

    /// After 1 s of quiet pages go back, at the next quarter of a second: within 2 s on a machine
    /// that has time. This one may be busy.
    private static final int WAITS = 400;

    private static final long WAIT_MILLIS = 50;

    /// The sizes of `logarithmic` are as likely from 8 to 80 bytes as from 36,000 to 360,000.
    @ParameterizedTest
    @CsvSource({
        "16, 1000, false, true",
        "16, 1000, false, false",
        "16, 4000, false, true",
        "16, 4000, false, false",
        "8, 360000, true, true",
        "8, 360000, true, false"
    })
    void goesBack(long least, long most, boolean logarithmic, boolean threadsLive)
            throws InterruptedException {
        var sizes = new Sizes(least, most, logarithmic);
        long swollen = new Burst(SWOLLEN, sizes, threadsLive).committed(Long.MAX_VALUE);
        assertTrue(swollen >= THREADS * BURST * 9 / 10, () -> swollen + " is no bloat");
        var burst = new Burst(PtOptions.DEFAULT, sizes, threadsLive);
        long ours = burst.committed(swollen / 4);
        assertTrue(ours <= swollen / 4, () -> ours + " of " + swollen);
        long live = burst.livePages() * Region.pageSize();
        System.out.printf(
                "%s: %d of %d, %d in pages that are in use%n", sizes, ours, swollen, live);
        if (!threadsLive) assertTrue(ours <= near(live), () -> ours + " for " + live + " in use");
    }

    /// Not much more than so many bytes: tags and links of free blocks lie in pages of their own at
    /// times, and each heap has its tables.
    private static long near(long bytes) {
        return bytes * 11 / 10 + (1 << 20);
    }

    private record Sizes(long least, long most, boolean logarithmic) {
        long next(SplittableRandom random) {
            if (!logarithmic) return random.nextLong(least, most + 1);
            return (long) Math.exp(random.nextDouble(Math.log(least), Math.log(most)));
        }
    }

    private static final class Burst {
        private final PtOptions options;
        private final Sizes sizes;
        private final boolean threadsLive;
        private final CyclicBarrier allThere = new CyclicBarrier(THREADS);
        private final CountDownLatch freed = new CountDownLatch(THREADS);
        private final CountDownLatch end = new CountDownLatch(1);
        private final TreeSet<Long> pages = new TreeSet<>();

        Burst(PtOptions options, Sizes sizes, boolean threadsLive) {
            this.options = options;
            this.sizes = sizes;
            this.threadsLive = threadsLive;
        }

        /// Pages that have a byte of a block that stays.
        long livePages() {
            return pages.size();
        }

        /// Bytes retained when those `wanted` are reached, and with dead threads those [#near] what
        /// is in use; or after a long time.
        long committed(long wanted) throws InterruptedException {
            try (var heap = new PtMalloc(Region.reserved(1L << 32), options)) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    var random = new SplittableRandom(i);
                    threads.add(Thread.ofPlatform().start(() -> run(heap, random)));
                }
                freed.await();
                long least = wanted;
                if (!threadsLive) {
                    join(threads);
                    if (least < Long.MAX_VALUE) {
                        least = Math.min(least, near(livePages() * Region.pageSize()));
                    }
                }
                for (int i = 0; i < WAITS && heap.stats().committed() > least; i++) {
                    Thread.sleep(WAIT_MILLIS);
                }
                long committed = heap.stats().committed();
                if (threadsLive) join(threads);
                heap.verify();
                return committed;
            }
        }

        private void join(List<Thread> threads) throws InterruptedException {
            end.countDown();
            for (Thread thread : threads) thread.join();
        }

        private void run(PtMalloc heap, SplittableRandom random) {
            long[] blocks = new long[(int) (BURST / STAYS)];
            int count = 0;
            for (long bytes = 0; bytes < BURST; count++) {
                long size = count % 100 == 0 ? STAYS : sizes.next(random);
                blocks[count] = heap.allocate(size, 16);
                assertNotEquals(Allocator.NULL, blocks[count]);
                Memory.putByte(blocks[count], (byte) 1);
                bytes += size;
            }
            try {
                allThere.await();
                for (int i = 0; i < count; i++) {
                    if (i % 100 == 0) stays(blocks[i]);
                    else heap.free(blocks[i]);
                }
                freed.countDown();
                end.await();
            } catch (InterruptedException | BrokenBarrierException stop) {
                Thread.currentThread().interrupt();
            }
        }

        private void stays(long block) {
            assertEquals(1, Memory.getByte(block));
            synchronized (pages) {
                pages.add(block / Region.pageSize());
                pages.add((block + STAYS - 1) / Region.pageSize());
            }
        }
    }
}
