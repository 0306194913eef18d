package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.BlockVisitor;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// Whatever a heap of 4 MiB has left at its end when another one follows: fenceposts, or a free
    /// chunk and fenceposts.
    @ParameterizedTest
    @ValueSource(longs = {32, 48, 64, 80, 4096, 4112})
    void aFullHeapEndsInFenceposts(long left) {
        try (PtMalloc heap = heap(1 << 26, STILL.with("arena_max", 1))) {
            long first = heap.allocate(24, 16);
            long end = (first & -(4 * MIB)) + 4 * MIB;
            long filling = heap.allocate(end - left - first - 32 + 16 - 8, 16);
            assertEquals(1, heap.mallocInfo().get(0).heaps());
            assertEquals(left, heap.mallocInfo().get(0).topBytes());
            long next = heap.allocate(MIB, 16);
            assertEquals(2, heap.mallocInfo().get(0).heaps());
            heap.verify();
            assertEquals(3, heap.stats().blocksUsed());
            long[] used = {0};
            heap.walk((_, _, kind) -> used[0] += kind == BlockVisitor.Kind.USED ? 1 : 0);
            assertEquals(3, used[0], "blocks seen");
            heap.free(filling);
            heap.verify();
            heap.free(next);
            heap.trim();
            heap.verify();
            assertEquals(1, heap.mallocInfo().get(0).heaps());
            long again = heap.allocate(end - left - first - 32 + 16 - 8, 16);
            assertEquals(filling, again);
            heap.verify();
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
}
