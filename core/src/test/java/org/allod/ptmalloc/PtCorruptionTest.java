package org.allod.ptmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Each check that the original does in a release build sees what it is for.
///
/// Blocks of 2000 bytes go past caches and fastbins to the unsorted queue; a request that none of
/// them serves files them. A block of 64 between two keeps them apart.
@Tag("both")
class PtCorruptionTest {
    private static final long BIG = 2000;
    private static final PtOptions PLAIN =
            PtOptions.DEFAULT.with("trim_quiet_millis", 0).with("tcache_count", 0);

    private PtMalloc heap = new PtMalloc(Region.reserved(16 << 20), PLAIN);

    @AfterEach
    void close() {
        heap.close();
    }

    private void cached() {
        heap.close();
        heap = new PtMalloc(Region.reserved(16 << 20), PLAIN.with("tcache_count", 7));
    }

    private void seen(String check, Executable call) {
        CorruptHeapError error = assertThrows(CorruptHeapError.class, call);
        assertTrue(error.getMessage().contains(check), error::getMessage);
        assertEquals(0, heap.locksHeld(), "locks held after it");
    }

    private long take(long size) {
        return heap.allocate(size, 16);
    }

    private long takeApart(long size) {
        long block = take(size);
        take(64);
        return block;
    }

    private static long head(long block) {
        return Memory.getLong(block - 8);
    }

    private static void head(long block, long value) {
        Memory.putLong(block - 8, value);
    }

    // ---- free ----

    @Test
    void anAddressThatIsNoMultipleOf16() {
        long block = take(BIG);
        for (long off = 1; off < 16; off++) {
            long address = block + off;
            seen("a multiple of 16", () -> heap.free(address));
        }
    }

    @Test
    void aSizeBelow32OrWithAStrangeFlag() {
        long block = take(BIG);
        long good = head(block);
        for (long bad : new long[] {0, 1, 16 | 1, good | 4, good | 8, good | 2, -1L, 1L << 62}) {
            head(block, bad);
            seen("", () -> heap.free(block));
        }
        head(block, good);
        heap.free(block);
    }

    @Test
    void aSizeThatEndsBeyondTheHeap() {
        long block = take(BIG);
        head(block, 15 << 20 | 1);
        seen("", () -> heap.free(block));
        head(block, 64 << 20 | 1);
        seen("", () -> heap.free(block));
    }

    @Test
    void theTagBehindOverwritten() {
        for (long size : new long[] {64, BIG}) {
            long block = take(size);
            long next = block + heap.usableSize(block) + 8;
            take(64);
            long good = head(next);
            for (long bad : new long[] {1, 9, 64 << 20 | 1, good | 8, -1}) {
                head(next, bad);
                seen("the tag behind", () -> heap.free(block));
            }
            head(next, good & ~1);
            seen("a free one", () -> heap.free(block));
            head(next, good);
        }
    }

    @Test
    void theFreeEndOfTheHeap() {
        long block = take(BIG);
        long top = block + heap.usableSize(block) + 8;
        Memory.putLong(top + (head(top) & -16) - 8, 1);
        seen("the free end", () -> heap.free(top));
    }

    @Test
    void freedTwiceIntoTheQueueAndABin() {
        long block = takeApart(BIG);
        heap.free(block);
        seen("a free one", () -> heap.free(block));
        take(3 * BIG);
        seen("a free one", () -> heap.free(block));
    }

    @Test
    void freedTwiceIntoAFastbinAlsoBelowItsHead() {
        long first = take(64);
        long second = take(64);
        heap.free(first);
        seen("a free one", () -> heap.free(first));
        heap.free(second);
        seen("a free one", () -> heap.free(first));
    }

    @Test
    void freedTwiceIntoACache() {
        cached();
        long first = take(500);
        long second = take(500);
        heap.free(first);
        heap.free(second);
        seen("a free one", () -> heap.free(first));
        seen("a free one", () -> heap.free(second));
        seen("a free one", () -> heap.usableSize(second));
        seen("a free one", () -> heap.reallocate(second, 700));
    }

    // ---- links ----

    @Test
    void aCachedBlocksLink() {
        cached();
        long first = take(500);
        long second = take(500);
        heap.free(first);
        heap.free(second);
        Memory.putLong(second, 0x4141_4141_4141_4141L);
        take(500);
        seen("pt.I8", () -> take(500));
    }

    @Test
    void aFastbinsLinkAndSize() {
        long first = take(64);
        long second = take(64);
        heap.free(first);
        heap.free(second);
        long link = Memory.getLong(second);
        Memory.putLong(second, 0x4141_4141_4141_4141L);
        seen("pt.I6", () -> take(64));
        Memory.putLong(second, link);
        long size = head(second);
        head(second, 48 | 1);
        seen("pt.I6", () -> take(64));
        head(second, size);
        take(64);
    }

    @Test
    void theUnsortedQueuesSizesAndTags() {
        long block = takeApart(BIG);
        heap.free(block);
        long size = head(block);
        long next = block + (size & -16);
        overwritten(block - 8, 16 | 1, "pt.I3");
        overwritten(block - 8, 32 << 20 | 1, "pt.I3");
        overwritten(block - 8, size + 16, "pt.I2");
        overwritten(next - 16, size + 16, "pt.I2");
        overwritten(next - 8, 8, "pt.I1");
        overwritten(next - 8, 64 << 20, "pt.I1");
        overwritten(next - 8, head(next) | 1, "pt.I1");
        heap.verify();
    }

    @Test
    void theUnsortedQueuesLinks() {
        long first = takeApart(BIG);
        long second = takeApart(BIG);
        heap.free(first);
        heap.free(second);
        overwritten(first, second, "pt.I4");
        overwritten(first + 8, 0x4141_4141_4141_4140L, "pt.I4");
        overwritten(first + 8, first - 16, "pt.I4");
        heap.verify();
    }

    private void overwritten(long at, long value, String check) {
        long good = Memory.getLong(at);
        Memory.putLong(at, value);
        seen(check, () -> take(3 * BIG));
        Memory.putLong(at, good);
    }

    @Test
    void aBinsLinksWhenAChunkLeaves() {
        long block = takeApart(BIG);
        heap.free(block);
        take(3 * BIG);
        long good = Memory.getLong(block + 8);
        Memory.putLong(block + 8, -16);
        seen("pt.I4", () -> take(BIG));
        Memory.putLong(block + 8, block - 16);
        seen("pt.I4", () -> take(BIG));
        Memory.putLong(block + 8, good);
        take(BIG);
        heap.verify();
    }

    @Test
    void theRingOfSizes() {
        long first = takeApart(BIG);
        long second = takeApart(BIG + 16);
        heap.free(first);
        heap.free(second);
        take(3 * BIG);
        long good = Memory.getLong(second + 16);
        Memory.putLong(second + 16, second - 16);
        seen("pt.I5", heap::verify);
        seen("pt.I5", () -> take(BIG + 16));
        Memory.putLong(second + 16, good);
    }

    @Test
    void aFreeNeighboursSize() {
        long first = take(BIG);
        long second = takeApart(BIG);
        heap.free(first);
        long good = Memory.getLong(second - 16);
        Memory.putLong(second - 16, good + 16);
        seen("pt.I2", () -> heap.free(second));
        Memory.putLong(second - 16, good);
        heap.free(second);
        heap.verify();
    }

    @Test
    void theSizeOfTheFreeEnd() {
        long block = take(BIG);
        long top = block + heap.usableSize(block) + 8;
        head(top, 64 << 20 | 1);
        seen("pt.I7", () -> take(BIG));
    }

    @Test
    void theTagOfADirectRun() {
        heap.close();
        heap = new PtMalloc(Region.reserved(16 << 20), PLAIN.with("mmap_threshold", 131072));
        long block = take(1 << 20);
        head(block, head(block) + 4096);
        seen("pt.I9", () -> heap.free(block));
    }
}
