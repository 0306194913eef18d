package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What dlmalloc does, by example.
@Tag("both")
class DlMallocTest {
    private static final long MIB = 1 << 20;

    private final Region region = Region.reserved(64 * MIB);
    private final DlMalloc heap = new DlMalloc(region);

    @AfterEach
    void close() {
        heap.verify();
        heap.close();
    }

    // ---- where blocks lie ----

    @Test
    void blocksLieSideBySideWithEightBytesBetween() {
        long first = heap.allocate(100);
        long second = heap.allocate(100);
        assertEquals(region.base() + 960, first, "the state block comes first");
        assertEquals(112, second - first);
        assertEquals(104, heap.usableSize(first), "up to the next block's tag");
    }

    @Test
    void theNewestFreeBlockOfASizeComesFirst() {
        long[] blocks = new long[4];
        for (int i = 0; i < 4; i++) blocks[i] = heap.allocate(100);
        heap.free(blocks[0]);
        heap.free(blocks[2]);
        assertEquals(blocks[2], heap.allocate(100));
        assertEquals(blocks[0], heap.allocate(100));
    }

    @Test
    void theRestOfASplitServesTheNextSmallRequests() {
        long large = heap.allocate(2000);
        heap.allocate(16);
        heap.free(large);
        for (int i = 0; i < 5; i++) assertEquals(large + 48 * i, heap.allocate(40));
    }

    @Test
    void freeNeighboursMerge() {
        long first = heap.allocate(1000);
        long second = heap.allocate(1000);
        heap.allocate(16);
        heap.free(first);
        heap.free(second);
        assertEquals(first, heap.allocate(2000));
    }

    @Test
    void theSmallestThatFitsIsTaken() {
        long[] sizes = {5000, 3000, 4000, 2000};
        long[] blocks = new long[4];
        for (int i = 0; i < 4; i++) {
            blocks[i] = heap.allocate(sizes[i]);
            heap.allocate(16);
        }
        for (long block : blocks) heap.free(block);
        assertEquals(blocks[2], heap.allocate(3500));
    }

    @Test
    void anAlignedBlockLeavesTheRestToOthers() {
        heap.allocate(24);
        long block = heap.memalign(4096, 100);
        assertEquals(0, block % 4096);
        assertTrue(heap.allocate(24) < block, "what lies before it is free");
    }

    // ---- resizing ----

    @Test
    void aBlockGrowsIntoFreeMemoryBehindIt() {
        long block = heap.allocate(100);
        long behind = heap.allocate(1000);
        heap.allocate(16);
        assertFalse(heap.reallocInPlace(block, 500), "something lies behind it");
        heap.free(behind);
        assertTrue(heap.reallocInPlace(block, 500));
        assertTrue(heap.reallocInPlace(block, 1000));
        assertFalse(heap.reallocInPlace(block, 2000));
        assertEquals(block, heap.reallocate(block, 20), "and shrinks where it is");
        assertEquals(24, heap.usableSize(block));
    }

    @Test
    void theLastBlockGrowsAcrossTheFrontier() {
        long block = heap.allocate(100);
        for (long size = 200; size < 32 * MIB; size *= 2) {
            assertEquals(block, heap.reallocate(block, size));
        }
        assertFalse(heap.reallocInPlace(block, 64 * MIB), "the region ends");
        assertEquals(Allocator.NULL, heap.reallocate(block, 64 * MIB));
    }

    // ---- many at once ----

    @Test
    void independentBlocksAreZeroedAndFreedOneByOne() {
        heap.free(heap.allocate(5000));
        long[] blocks = new long[10];
        assertTrue(heap.independentCalloc(10, 40, blocks));
        for (int i = 0; i < 10; i++) {
            assertEquals(blocks[0] + 48 * i, blocks[i], "side by side");
            assertEquals(-1, Memory.mismatch(blocks[i], 40, (byte) 0));
        }
        assertEquals(10, heap.stats().blocksUsed());
        heap.verify();
        for (int i = 9; i >= 0; i -= 2) heap.free(blocks[i]);
        for (int i = 0; i < 9; i += 2) heap.free(blocks[i]);
        assertEquals(0, heap.stats().granted());
    }

    @Test
    void independentBlocksOfSeveralSizes() {
        long[] sizes = {24, 100, 1, 5000, 0};
        long[] blocks = new long[5];
        assertTrue(heap.independentComalloc(sizes, blocks));
        for (int i = 0; i < 5; i++) {
            long size = sizes[i];
            assertTrue(heap.usableSize(blocks[i]) >= size, () -> "block of " + size);
            if (i > 0) assertEquals(heap.usableSize(blocks[i - 1]) + 8, blocks[i] - blocks[i - 1]);
        }
        heap.verify();
        heap.bulkFree(blocks);
        assertEquals(0, heap.stats().blocksUsed());
    }

    @Test
    void manyThatDoNotFitAreRefusedAsOne() {
        long[] blocks = new long[4];
        assertFalse(heap.independentCalloc(4, 20 * MIB, blocks));
        assertFalse(heap.independentCalloc(4, Long.MAX_VALUE, blocks));
        assertFalse(heap.independentCalloc(4, -1, blocks));
        assertFalse(heap.independentComalloc(new long[] {8, 1L << 62, 1L << 62, 8}, blocks));
        assertFalse(heap.independentComalloc(new long[] {8, -8}, blocks));
        assertEquals(5, heap.stats().failures());
        assertEquals(0, heap.stats().blocksUsed());
        assertThrows(IllegalArgumentException.class, () -> heap.independentCalloc(5, 8, blocks));
        assertThrows(IllegalArgumentException.class, () -> heap.independentCalloc(-1, 8, blocks));
        assertThrows(
                IllegalArgumentException.class,
                () -> heap.independentComalloc(new long[5], blocks));
        assertTrue(heap.independentCalloc(0, 8, blocks), "nothing is always there");
        assertTrue(heap.independentComalloc(new long[0], blocks));
    }

    @Test
    void bulkFreeMergesNeighboursAndForgetsThem() {
        long[] blocks = new long[100];
        for (int i = 0; i < 100; i++) blocks[i] = heap.allocate(i * 10);
        blocks[50] = Allocator.NULL;
        heap.bulkFree(blocks);
        for (long block : blocks) assertEquals(Allocator.NULL, block);
        assertEquals(1, heap.stats().blocksUsed());
        heap.verify();
        long live = heap.allocate(64);
        assertThrows(CorruptHeapError.class, () -> heap.bulkFree(new long[] {live, live}));
    }

    // ---- numbers ----

    @Test
    void mallinfoCountsTheHeap() {
        long first = heap.allocate(1000);
        heap.allocate(1000);
        heap.free(first);
        MallInfo info = heap.mallinfo();
        assertEquals(heap.footprint(), info.arena());
        assertEquals(2, info.ordblks(), "the free one and top");
        assertEquals(0, info.hblkhd());
        assertEquals(heap.maxFootprint(), info.usmblks());
        assertEquals(944 + 1008, info.uordblks(), "the state block and the live one");
        assertEquals(info.arena(), info.uordblks() + info.fordblks());
        assertEquals(1008 + info.keepcost() + 80, info.fordblks());
    }

    @Test
    void footprintGrowsByGranules() {
        assertEquals(4096, heap.footprint(), "at first one page");
        heap.allocate(10_000);
        assertEquals(64 << 10, heap.footprint());
        heap.allocate(1_000_000);
        assertEquals(0, heap.footprint() % (64 << 10));
        assertEquals(heap.footprint(), heap.maxFootprint());
    }

    @Test
    void aFootprintLimitHolds() {
        assertEquals(Long.MAX_VALUE, heap.footprintLimit());
        assertEquals(MIB, heap.footprintLimit(MIB - 1));
        assertEquals(Allocator.NULL, heap.allocate(MIB));
        assertTrue(heap.allocate(MIB / 2) != Allocator.NULL);
        assertThrows(IllegalArgumentException.class, () -> heap.footprintLimit(-1));
        heap.footprintLimit(Long.MAX_VALUE);
        assertTrue(heap.allocate(MIB) != Allocator.NULL);
    }

    /// In the original a limit of 0 is none.
    @Test
    void aLimitOfZeroIsTheLeastLimit() {
        assertEquals(64 << 10, heap.footprintLimit(0));
        assertEquals(64 << 10, heap.footprintLimit());
        assertEquals(Allocator.NULL, heap.allocate(MIB));
        assertTrue(heap.allocate(1000) != Allocator.NULL);
        assertTrue(heap.footprint() <= 64 << 10, () -> "footprint " + heap.footprint());
    }

    // ---- options and spaces ----

    @Test
    void footersCostEightBytesMore() {
        try (var marked = new DlMalloc(Region.reserved(MIB), DlOptions.DEFAULT.withFooters())) {
            long first = marked.allocate(100);
            assertEquals(128, marked.allocate(100) - first);
            assertEquals(112, marked.usableSize(first));
            marked.verify();
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        DlOptions options = DlOptions.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> options.withGranule(5000));
        assertThrows(IllegalArgumentException.class, () -> options.withGranule(2048));
        assertThrows(IllegalArgumentException.class, () -> options.withTrimAbove(-1));
        assertThrows(IllegalArgumentException.class, () -> options.withDirectRunsFrom(0));
    }

    @Test
    void spacesShareARegion() {
        try (Region shared = Region.reserved(2 * MIB)) {
            long middle = shared.base() + MIB;
            DlOptions options = DlOptions.DEFAULT;
            DlMalloc low = DlMalloc.space("low", shared, shared.base(), middle, options);
            DlMalloc high = DlMalloc.space("high", shared, middle, shared.end(), options);
            long block = low.allocate(MIB - 5000);
            assertTrue(block != Allocator.NULL && block < middle);
            assertEquals(Allocator.NULL, low.allocate(5000));
            long other = high.allocate(5000);
            assertTrue(high.owns(other) && !low.owns(other));
            Error error = assertThrows(CorruptHeapError.class, () -> low.free(other));
            assertTrue(error.getMessage().startsWith("low: "), error::getMessage);
            low.verify();
            high.verify();
            low.close();
            assertThrows(IllegalStateException.class, () -> low.allocate(8));
            assertThrows(IllegalStateException.class, () -> low.free(block));
            high.free(other);
            high.close();
            shared.checkAlive();
        }
    }
}
