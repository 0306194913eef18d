package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.Pattern;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a cache does, by example.
class NedMallocTest {
    private static final long MIB = 1 << 20;

    private final Region region = Region.reserved(256 * MIB);
    private final NedMalloc heap = new NedMalloc(region);

    @AfterEach
    void close() {
        heap.verify();
        heap.close();
    }

    @Test
    void theFirstBlockLiesBehindTheStateAndTheCachesRecord() {
        assertEquals(region.base() + 1024 + 224 + 16, heap.allocate(100, 16));
    }

    @Test
    void smallSizesArePowersOfTwoLargeOnesExact() {
        assertEquals(32, heap.usableSize(heap.allocate(0, 1)));
        assertEquals(32, heap.usableSize(heap.allocate(32, 16)));
        assertEquals(64, heap.usableSize(heap.allocate(33, 16)));
        assertEquals(8192, heap.usableSize(heap.allocate(4097, 16)));
        assertEquals(8208, heap.usableSize(heap.allocate(8193, 16)));
    }

    @Test
    void theNewestBlockOfASizeComesBack() {
        long first = heap.allocate(100, 16);
        long second = heap.allocate(100, 16);
        heap.free(first);
        heap.free(second);
        assertEquals(2, heap.stats().blocksCached());
        assertEquals(2 * 128, heap.stats().bytesCached());
        assertEquals(second, heap.allocate(120, 16));
        assertEquals(first, heap.allocate(65, 16));
        assertEquals(0, heap.stats().blocksCached());
    }

    /// One bin up, not two.
    @Test
    void aBlockOfTheNextBinServes() {
        long block = heap.allocate(200, 16);
        heap.allocate(9000, 16);
        heap.free(block);
        assertNotEquals(block, heap.allocate(60, 16));
        assertEquals(block, heap.allocate(100, 16));
    }

    @Test
    void alignedBlocksPassTheCacheByOnTheirWayOut() {
        long block = heap.allocate(100, 16);
        heap.free(block);
        long aligned = heap.allocate(100, 64);
        assertNotEquals(block, aligned);
        assertEquals(0, aligned & 63);
        heap.free(aligned);
        assertEquals(2, heap.stats().blocksCached());
    }

    /// 1 MiB of blocks, and old ones leave.
    @Test
    void aCacheHasAtMostOneMebibyte() {
        long[] blocks = new long[3000];
        for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(1024, 16);
        for (long block : blocks) {
            heap.free(block);
            assertTrue(heap.stats().bytesCached() <= MIB + 16 * 1024);
        }
        heap.verify();
        assertEquals(3000, heap.stats().frees());
        assertTrue(heap.stats().blocksCached() < 1024);
        assertTrue(heap.stats().blocksCached() > 64, "those of the last 128 frees stay");
    }

    @Test
    void idleEmptiesTheCache() {
        long[] blocks = new long[500];
        for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(40 + 2 * i, 16);
        for (long block : blocks) heap.free(block);
        assertEquals(500, heap.stats().blocksCached());
        heap.idle();
        assertEquals(0, heap.stats().blocksCached());
        assertEquals(500, heap.stats().frees());
        heap.verify();
    }

    @Test
    void withoutACacheBlocksMergeAtOnce() {
        heap.disableCache();
        long first = heap.allocate(100, 16);
        long second = heap.allocate(100, 16);
        heap.allocate(100, 16);
        heap.free(first);
        heap.free(second);
        assertEquals(0, heap.stats().blocksCached());
        assertEquals(first, heap.allocate(200, 16), "both are one");
        heap.disableCache();
        assertEquals(4, heap.stats().allocations());
    }

    /// The original stored minus the space's number, so that 0 read as "not set".
    @Test
    void disabledStaysDisabled() {
        heap.disableCache();
        for (int i = 0; i < 10; i++) {
            heap.free(heap.allocate(100, 16));
            assertEquals(0, heap.stats().blocksCached());
        }
    }

    // ---- resizing ----

    @Test
    void aResizeThatLeavesLessThanAKibibyteUnusedDoesNothing() {
        long block = heap.allocate(4000, 16);
        assertEquals(4096, heap.usableSize(block));
        assertEquals(block, heap.reallocate(block, 4096));
        assertEquals(block, heap.reallocate(block, 3073));
        assertEquals(4096, heap.usableSize(block));
        assertEquals(block, heap.reallocate(block, 3072));
        assertEquals(3072, heap.usableSize(block), "the tail was cut off");
        assertEquals(3, heap.stats().reallocations());
    }

    @Test
    void aBlockGrowsIntoTheEndOfItsSpaceAlone() {
        long block = heap.allocate(10_000, 16);
        assertEquals(block, heap.reallocate(block, 20_000));
        long behind = heap.allocate(10_000, 16);
        heap.allocate(10_000, 16);
        heap.free(behind);
        assertNotEquals(block, heap.reallocate(block, 25_000), "as dlmalloc 2.8.4");
    }

    @Test
    void realloc2GoesByTheCache() {
        long small = heap.allocate(100, 16);
        Pattern.write(small, 100, 7);
        long large = heap.realloc2(small, 3000, 16, 0);
        assertEquals(4096, heap.usableSize(large), "a power of two");
        assertEquals(-1, Pattern.mismatch(large, 100, 100, 7));
        assertEquals(1, heap.stats().blocksCached(), "the old block");
        assertEquals(small, heap.allocate(100, 16));
        assertEquals(large, heap.realloc2(large, 4000, 16, 0));
        assertEquals(4, heap.stats().allocations() + heap.stats().frees());
        assertEquals(2, heap.stats().reallocations());
    }

    @Test
    void realloc2Zeroes() {
        long block = heap.allocate(64, 16);
        Memory.fill(block, 64, (byte) 9);
        for (long size : new long[] {3000, 20_000}) {
            long old = heap.usableSize(block);
            Memory.fill(block, old, (byte) 9);
            block = heap.realloc2(block, size, 16, NedMalloc.ZERO_MEMORY);
            assertEquals(-1, Memory.mismatch(block, old, (byte) 9));
            assertEquals(-1, Memory.mismatch(block + old, size - old, (byte) 0));
        }
        long zeroed = heap.realloc2(NULL, 100, 16, NedMalloc.ZERO_MEMORY);
        assertEquals(-1, Memory.mismatch(zeroed, 100, (byte) 0));
    }

    @Test
    void realloc2StaysWhereItIsOrDoesNothing() {
        int stay = NedMalloc.PREVENT_MOVE;
        long block = heap.allocate(5000, 16);
        heap.allocate(5000, 16);
        assertEquals(NULL, heap.realloc2(block, 9000, 16, stay));
        assertEquals(NULL, heap.realloc2(block, -1, 16, stay));
        assertEquals(8192, heap.usableSize(block));
        assertEquals(block, heap.realloc2(block, 100, 16, stay));
        assertEquals(112, heap.usableSize(block));
        assertEquals(2, heap.stats().failures());
    }

    @Test
    void unknownFlagsAreRefused() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> heap.malloc2(8, 16, 4));
        assertEquals("flags=4, expected bits of 1", thrown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> heap.malloc2(8, 16, 2));
        assertThrows(IllegalArgumentException.class, () -> heap.realloc2(NULL, 8, 16, -1));
    }

    @Test
    void malloc2Zeroes() {
        long block = heap.malloc2(1000, 16, 0);
        Memory.fill(block, 1000, (byte) 3);
        heap.free(block);
        assertEquals(block, heap.malloc2(1000, 16, NedMalloc.ZERO_MEMORY));
        assertEquals(-1, Memory.mismatch(block, 1000, (byte) 0));
    }

    @Test
    void theNumberOfSpacesIsChecked() {
        for (int bad : new int[] {0, -1, 17}) {
            var thrown =
                    assertThrows(IllegalArgumentException.class, () -> new NedMalloc(region, bad));
            assertTrue(thrown.getMessage().startsWith("spacesMax=" + bad), thrown::getMessage);
        }
    }
}
