package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.allod.Allocator;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Memory that no block needs goes back, and comes again where it is needed.
class DlPagesTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private final Region region = Region.reserved(256 * MIB);
    private DlMalloc heap = new DlMalloc(region);

    @AfterEach
    void close() {
        heap.verify();
        heap.close();
    }

    @Test
    void aLongTopIsGivenBackByTheFreeThatMakesIt() {
        long block = heap.allocate(10 * MIB);
        assertTrue(heap.footprint() > 10 * MIB);
        heap.free(block);
        assertTrue(heap.footprint() <= 128 * KIB, () -> "footprint " + heap.footprint());
        assertEquals(block, heap.allocate(10 * MIB), "and there again");
        Memory.fill(block, 10 * MIB, (byte) 1);
    }

    @Test
    void belowTheThresholdItStays() {
        long block = heap.allocate(1 * MIB);
        long full = heap.footprint();
        heap.free(block);
        assertEquals(full, heap.footprint());
        assertTrue(heap.trim() > MIB - 64 * KIB);
        assertTrue(heap.footprint() <= 8192, () -> "footprint " + heap.footprint());
    }

    /// Top gets a free block whose pages are gone already: there is nothing to give, this once.
    @Test
    void aTopOfHolesDoesNotEndTrimming() {
        long block = heap.allocate(10 * MIB);
        long last = heap.allocate(100);
        heap.free(block);
        heap.trim();
        heap.free(last);
        heap.verify();
        heap.free(heap.allocate(10 * MIB));
        assertTrue(heap.footprint() <= 128 * KIB, () -> "footprint " + heap.footprint());
    }

    /// A heap that needs again what it has given back keeps twice as much from then on.
    @Test
    void aTrimThatWasTooEarlyDoublesTheThreshold() {
        int trims = 0;
        for (int i = 0; i < 20; i++) {
            long block = heap.allocate(40 * MIB);
            heap.free(block);
            if (heap.footprint() < MIB) trims++;
        }
        assertEquals(5, trims, "at thresholds of 2, 4, 8, 16 and 32 MiB");
    }

    /// What the original over one region never does.
    @Test
    void pagesInTheMiddleAreGivenBackByTrim() {
        long[] blocks = new long[10];
        long[] small = new long[10];
        for (int i = 0; i < 10; i++) {
            blocks[i] = heap.allocate(MIB);
            Memory.fill(blocks[i], MIB, (byte) 7);
            small[i] = heap.allocate(100);
            Memory.fill(small[i], 100, (byte) 9);
        }
        for (long block : blocks) heap.free(block);
        long before = heap.footprint();
        long given = heap.trim();
        assertEquals(before - heap.footprint(), given);
        assertTrue(heap.footprint() < 200 * KIB, () -> "footprint " + heap.footprint());
        heap.verify();
        for (long block : small) assertEquals(-1, Memory.mismatch(block, 100, (byte) 9));
        assertEquals(0, heap.trim(), "nothing is left to give");
        for (long size : new long[] {40, 200, 300, 5000, 100_000, MIB, 40, 3 * MIB}) {
            long block = heap.allocate(size);
            Memory.fill(block, size, (byte) 5);
            heap.verify();
        }
    }

    @Test
    void aBlockGrowsIntoPagesThatWereGivenBack() {
        long block = heap.allocate(100);
        long behind = heap.allocate(MIB);
        heap.allocate(100);
        heap.free(behind);
        heap.trim();
        for (long size = 5000; size < MIB; size *= 3) {
            assertTrue(heap.reallocInPlace(block, size), "to " + size);
            heap.verify();
        }
    }

    /// A free block with holes merges into top: top has holes then.
    @Test
    void aBlockGrowsIntoATopWithHoles() {
        long block = heap.allocate(100);
        long behind = heap.allocate(MIB);
        long last = heap.allocate(100);
        heap.free(behind);
        heap.trim();
        heap.free(last);
        for (long size = 5000; size < 2 * MIB; size *= 3) {
            assertTrue(heap.reallocInPlace(block, size), "to " + size);
            heap.verify();
        }
    }

    @Test
    void anIdleLargeBlockLosesItsPagesInTheSweepAfterNext() {
        long idle = heap.allocate(MIB);
        heap.allocate(100);
        long busy = heap.allocate(600 * KIB);
        heap.allocate(100);
        long work = heap.allocate(300);
        heap.allocate(100);
        heap.free(idle);
        heap.free(busy);
        long before = heap.footprint();
        int frees = 0;
        while (heap.footprint() == before && frees < 20_000) {
            heap.free(work);
            work = heap.allocate(300);
            frees++;
            if (frees % 1000 == 0) heap.free(heap.allocate(500 * KIB));
        }
        int counted = frees;
        assertTrue(frees > 4000 && frees <= 8190, () -> counted + " frees");
        long given = before - heap.footprint();
        assertTrue(given > MIB - 16 * KIB && given <= MIB, () -> "gave " + given);
    }

    @Test
    void aLimitIsKeptByTakingPagesFromFreeBlocks() {
        long large = heap.allocate(4 * MIB);
        heap.allocate(100);
        heap.free(large);
        heap.footprintLimit(heap.footprint());
        assertTrue(heap.allocate(5 * MIB) == Allocator.NULL, "more than there is");
        assertTrue(heap.allocate(4 * MIB - 100_000) != Allocator.NULL);
        assertTrue(heap.footprint() <= heap.footprintLimit());
        heap.verify();
    }

    /// The best fit has no pages, and the limit allows none: other free blocks give theirs.
    @Test
    void aLimitIsKeptWhenABlockNeedsItsPagesBack() {
        long[] blocks = new long[4];
        for (int i = 0; i < 4; i++) {
            blocks[i] = heap.allocate(MIB + i * 10_000);
            heap.allocate(100);
        }
        heap.free(blocks[0]);
        heap.trim();
        heap.footprintLimit(heap.footprint());
        for (int i = 1; i < 4; i++) heap.free(blocks[i]);
        assertEquals(blocks[0], heap.allocate(MIB));
        Memory.fill(blocks[0], MIB, (byte) 1);
        assertTrue(heap.footprint() <= heap.footprintLimit());
    }

    @Test
    void freshMemoryIsNotZeroedAgain() {
        long block = heap.allocateZeroed(200 * MIB, 16);
        assertEquals(-1, Memory.mismatch(block + 100 * MIB, 4096, (byte) 0));
        long resident = region.resident();
        assertTrue(resident < MIB, () -> "resident " + resident);
        heap.free(block);
    }

    @Test
    void memoryThatIsNotFreshIsZeroed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment dirty = arena.allocate(MIB, 16).fill((byte) 0xC5);
            try (var fixed = new DlMalloc(Region.fixed(dirty))) {
                for (long size : new long[] {10, 1000, 100_000, 500_000}) {
                    long block = fixed.allocateZeroed(size, 64);
                    assertEquals(-1, Memory.mismatch(block, size, (byte) 0), "of " + size);
                }
            }
        }
    }

    // ---- direct page runs ----

    private void useRuns() {
        heap.close();
        heap =
                new DlMalloc(
                        Region.reserved(16 * MIB), DlOptions.DEFAULT.withDirectRunsFrom(256 * KIB));
    }

    @Test
    void aDirectRunHasItsOwnPagesAtTheFarEnd() {
        useRuns();
        long before = heap.footprint();
        long block = heap.allocate(MIB);
        assertTrue(heap.footprint() - before <= MIB + 4096);
        assertEquals(16, block % 4096, "a page and a tag");
        assertTrue(heap.usableSize(block) >= MIB);
        long second = heap.allocate(256 * KIB);
        assertTrue(second < block, "downwards");
        heap.verify();
        heap.free(block);
        assertEquals(block + MIB - 512 * KIB, heap.allocate(512 * KIB), "the gap is found");
        heap.free(second);
        heap.verify();
        assertEquals(512 * KIB + 4096, heap.mallinfo().hblkhd());
    }

    @Test
    void aDirectRunKeepsItsPlaceWhileItFits() {
        useRuns();
        long block = heap.allocate(2 * MIB);
        Memory.fill(block, 2 * MIB, (byte) 3);
        long full = heap.footprint();
        assertEquals(block, heap.reallocate(block, MIB));
        assertEquals(full - MIB, heap.footprint(), "what it no longer needs goes back");
        long small = heap.reallocate(block, 1000);
        assertTrue(small != block, "a small block goes to the bins");
        assertEquals(-1, Memory.mismatch(small, 1000, (byte) 3));
        assertEquals(1, heap.stats().blocksUsed());
    }

    @Test
    void heapAndRunsMeet() {
        useRuns();
        long[] runs = new long[64];
        int count = 0;
        while ((runs[count] = heap.allocate(MIB)) != Allocator.NULL) count++;
        assertEquals(15, count);
        while (heap.allocate(1000) != Allocator.NULL) {}
        heap.verify();
        heap.bulkFree(Arrays.copyOf(runs, count));
        heap.verify();
        assertTrue(heap.allocate(200 * KIB) != Allocator.NULL, "the heap has the room again");
    }

    @Test
    void anAlignedRunIsFound() {
        useRuns();
        for (long alignment = 32; alignment <= MIB; alignment *= 2) {
            long block = heap.memalign(alignment, 300 * KIB);
            assertEquals(0, block % alignment);
            Memory.fill(block, heap.usableSize(block), (byte) 1);
            heap.verify();
            long[] used = {0};
            heap.walk((address, _, kind) -> {
                if (kind == Kind.USED) used[0] = address;
            });
            assertEquals(block, used[0]);
            heap.free(block);
        }
    }
}
