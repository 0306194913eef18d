package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Pages come when they are needed and go back: top's, those inside free chunks, whole heaps, runs.
class PtPagesTest {
    private static final long MIB = 1 << 20;
    private static final PtOptions STILL = PtOptions.DEFAULT.with("trim_quiet_millis", 0);

    private static PtMalloc heap(long bytes, PtOptions options) {
        return new PtMalloc(Region.reserved(bytes), options);
    }

    @Test
    void aFreshHeapHasNoPagesAndAFirstBlockFew() {
        try (PtMalloc heap = heap(1 << 30, STILL)) {
            assertEquals(0, heap.stats().held());
            heap.allocate(100, 16);
            assertTrue(heap.stats().held() <= 64 << 10, () -> "held " + heap.stats().held());
        }
    }

    @Test
    void topKeepsRoomForTwoAndGivesBackAtTrim() {
        try (PtMalloc heap = heap(1 << 30, STILL)) {
            long block = heap.allocate(4 * MIB, 16);
            heap.free(block);
            assertTrue(heap.stats().held() >= 4 * MIB, "two such blocks may stay");
            heap.free(heap.allocate(20 * MIB, 16));
            heap.trim();
            assertTrue(heap.stats().held() <= 256 << 10, () -> "held " + heap.stats().held());
            heap.verify();
            Memory.fill(heap.allocate(8 * MIB, 16), 8 * MIB, (byte) 1);
            heap.verify();
        }
    }

    @Test
    void trimGivesPagesInsideFreeChunksBack() {
        try (PtMalloc heap = heap(1 << 30, STILL)) {
            long[] blocks = new long[64];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(100_000, 16);
                heap.allocate(2000, 16);
            }
            for (long block : blocks) heap.free(block);
            long before = heap.stats().held();
            long trimmable = heap.mallocInfo().get(0).trimmableBytes();
            long given = heap.trim();
            assertTrue(given >= 64 * 90_000, () -> "given " + given);
            assertEquals(before - given, heap.stats().held());
            assertTrue(
                    Math.abs(trimmable - given) <= 2 * Region.pageSize(),
                    () -> trimmable + " told");
            assertEquals(0, heap.trim(), "again");
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(50_000 + 700L * i, 16);
                Memory.fill(blocks[i], 50_000, (byte) i);
            }
            heap.verify();
        }
    }

    @Test
    void aFullHeapIsFollowedByAnotherAndThatGoesBack() {
        try (PtMalloc heap = heap(1 << 26, STILL.with("arena_max", 1))) {
            long[] blocks = new long[12];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocate(MIB, 16);
                Memory.fill(blocks[i], MIB, (byte) i);
            }
            int heaps = heap.mallocInfo().get(0).heaps();
            assertTrue(heaps >= 3, () -> heaps + " heaps of 4 MiB");
            heap.verify();
            for (int i = blocks.length - 1; i >= 0; i--) {
                assertEquals(-1, Memory.mismatch(blocks[i], MIB, (byte) i));
                heap.free(blocks[i]);
                heap.verify();
            }
            assertEquals(1, heap.mallocInfo().get(0).heaps());
        }
    }

    @Test
    void directRunsComeAndGoAndTheThresholdFollows() {
        try (PtMalloc heap = heap(1 << 30, PtOptions.GLIBC)) {
            heap.allocate(100, 16);
            long before = heap.stats().held();
            long block = heap.allocate(MIB, 16);
            assertEquals(1, heap.mallinfo2().hblks());
            assertTrue(heap.usableSize(block) >= MIB);
            block = heap.reallocate(block, 3 * MIB);
            block = heap.reallocate(block, 2 * MIB);
            heap.verify();
            heap.free(block);
            assertEquals(before, heap.stats().held());
            assertEquals(0, heap.mallinfo2().hblks());
            heap.allocate(MIB, 16);
            assertEquals(0, heap.mallinfo2().hblks(), "the threshold has moved");
        }
    }

    @Test
    void aRunThatGrowsNeverLiesTwice() {
        try (PtMalloc heap = heap(1 << 30, PtOptions.GLIBC)) {
            long block = heap.allocate(MIB, 16);
            for (long size = 2; size <= 32; size++) {
                Memory.fill(block, (size - 1) * MIB, (byte) size);
                block = heap.reallocate(block, size * MIB);
                assertEquals(-1, Memory.mismatch(block, (size - 1) * MIB, (byte) size));
                heap.verify();
            }
            assertTrue(heap.stats().peakHeld() <= 33 * MIB, () -> "" + heap.stats());
        }
    }

    @Test
    void mallinfoAddsUp() {
        try (PtMalloc heap = heap(1 << 30, STILL)) {
            long[] blocks = new long[500];
            for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(i * 7, 16);
            for (int i = 0; i < blocks.length; i += 3) heap.free(blocks[i]);
            MallInfo2 info = heap.mallinfo2();
            assertEquals(info.arena(), info.uordblks() + info.fordblks());
            ArenaInfo arena = heap.mallocInfo().get(0);
            long parts =
                    arena.usedBytes() + arena.fastBytes() + arena.restBytes() + arena.topBytes();
            long headers = arena.systemBytes() - parts;
            assertEquals(PtHeaps.FIRST, headers);
            assertEquals(info.fsmblks(), arena.fastBytes());
            assertTrue(arena.cachedBytes() > 0 && arena.cachedBytes() < arena.usedBytes());
        }
    }

    /// Turns of the quiet-time work by hand: no clock.
    @Test
    void quietTimeGivesBack() {
        Region region = Region.reserved(1 << 30);
        var requests = new PtRequests(new PtHeaps("ptmalloc", region), new PtTuning(STILL));
        var quiet = new PtQuiet(requests, 1000);
        long[] blocks = new long[100];
        for (int i = 0; i < blocks.length; i++) blocks[i] = requests.take(null, 50_000, 16, false);
        for (int i = 0; i < 99; i++) requests.free(blocks[i], 0, null);
        long held = region.committed();
        quiet.turn(0);
        quiet.turn(999_000_000);
        assertEquals(held, region.committed(), "too early");
        quiet.turn(1_000_000_000);
        assertTrue(region.committed() < held / 10, () -> "committed " + region.committed());
        region.close();
    }

    /// The arena bloat: 16 threads, each a burst of mixed sizes, all freed but one block in 100.
    /// After quiet at most a quarter of what glibc's settings retain.
    @Test
    void theBloatOfArenasGoesBack() throws InterruptedException {
        long swollen = burst(STILL.with("arena_max", 16), Long.MAX_VALUE);
        long ours = burst(PtOptions.DEFAULT.with("trim_quiet_millis", 1), swollen / 4);
        assertTrue(ours <= swollen / 4, () -> ours + " of " + swollen);
    }

    private static long burst(PtOptions options, long wanted) throws InterruptedException {
        try (PtMalloc heap = heap(1L << 32, options)) {
            var ready = new CountDownLatch(16);
            var end = new CountDownLatch(1);
            Thread[] threads = new Thread[16];
            for (int i = 0; i < threads.length; i++) {
                var random = new SplittableRandom(i);
                threads[i] = Thread.ofPlatform().start(() -> burst(heap, random, ready, end));
            }
            ready.await();
            for (int i = 0; i < 200 && heap.stats().committed() > wanted; i++) Thread.sleep(50);
            long committed = heap.stats().committed();
            end.countDown();
            for (Thread thread : threads) thread.join();
            heap.verify();
            return committed;
        }
    }

    private static void burst(
            PtMalloc heap, SplittableRandom random, CountDownLatch ready, CountDownLatch end) {
        long[] blocks = new long[20_000];
        int count = 0;
        for (long bytes = 0; bytes < 4 * MIB && count < blocks.length; count++) {
            long size = count % 100 == 0 ? 64 : random.nextLong(16, 4000);
            blocks[count] = heap.allocate(size, 16);
            assertNotEquals(Allocator.NULL, blocks[count]);
            Memory.putByte(blocks[count], (byte) 1);
            bytes += size;
        }
        for (int i = 0; i < count; i++) {
            if (i % 100 != 0) heap.free(blocks[i]);
        }
        ready.countDown();
        try {
            end.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
