package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

/// Every size has its bin, and a search finds the best fit.
///
/// The tree knows chunks by their heads, so chunks of any size lie here 64 bytes apart.
class DlTreeTest {
    private final Region region = Region.reserved(1 << 24);
    private final DlPages pages =
            new DlPages("dlmalloc", region, region.base(), region.end(), 1 << 16);
    private final DlTree tree = new DlTree("dlmalloc", pages.base(), pages.base() + DlPages.ROOTS);
    private long nextChunk = pages.base() + DlPages.STATE_CHUNK;

    DlTreeTest() {
        pages.grow(10_000_000);
        tree.reach(pages.frontier());
    }

    private long insert(long size) {
        long chunk = nextChunk;
        nextChunk += 64;
        DlChunk.setHead(chunk, size | DlChunk.P);
        tree.insert(chunk, size);
        return chunk;
    }

    // ---- which bin ----

    @Test
    void binsBeginWhereTheOriginalsDo() {
        long[] sizes = {256, 384, 512, 768, 1024, 1536, 2048, 3072};
        for (int bin = 0; bin < sizes.length; bin++) {
            assertEquals(bin, DlTree.bin(sizes[bin]));
            assertEquals(sizes[bin], DlTree.sizeMin(bin));
        }
        assertEquals(30, DlTree.bin(8 << 20));
        assertEquals(31, DlTree.bin(12 << 20));
    }

    @Test
    void everySizeIsInTheBinOfItsBounds() {
        for (long size = 256; size < 40 << 20; size += size < 100_000 ? 16 : 16 * 61) {
            int bin = DlTree.bin(size);
            assertTrue(DlTree.sizeMin(bin) <= size, () -> "bin " + bin);
            if (bin < 31) assertTrue(size < DlTree.sizeMin(bin + 1), () -> "bin " + bin);
        }
    }

    /// The original's x86 code looks at 32 bits of size / 256 and puts this chunk into bin 0.
    @Test
    void aHugeChunkIsInTheLastBin() {
        for (int log2 = 24; log2 < 63; log2++) {
            assertEquals(31, DlTree.bin(1L << log2), "2^" + log2);
            assertEquals(31, DlTree.bin((1L << log2) + 16), "2^" + log2 + " + 16");
        }
    }

    /// In bin 0 a chunk of 2^40 would be found for any request of that bin, and for none above it.
    @Test
    void aHugeChunkIsFoundByALargeRequest() {
        long huge = insert(1L << 40);
        long small = insert(256);
        assertEquals(small, tree.bestFit(256));
        assertEquals(huge, tree.bestFit(1 << 20));
        assertEquals(huge, tree.bestFit(1L << 33));
        assertEquals(huge, tree.bestFit(1L << 40));
        assertEquals(Allocator.NULL, tree.bestFit((1L << 40) + 16));
        tree.unlink(small);
        assertEquals(huge, tree.smallest());
    }

    @Test
    void theBranchingBitIsTheHighestThatDiffers() {
        for (int bin = 0; bin < 31; bin++) {
            long span = (bin < 30 ? DlTree.sizeMin(bin + 1) : 12 << 20) - DlTree.sizeMin(bin);
            long bit = span >>> 1;
            assertEquals(Long.MIN_VALUE, bit << DlTree.shift(bin), "bin " + bin);
        }
        assertEquals(0, DlTree.shift(31));
    }

    // ---- search ----

    @Test
    void equalSizesAreServedFirstInFirstOut() {
        List<Long> chunks = new ArrayList<>();
        for (int i = 0; i < 5; i++) chunks.add(insert(1200));
        long node = chunks.get(0);
        for (int i = 0; i < 5; i++) {
            long found = tree.bestFit(1200);
            assertEquals(chunks.get(i), found, "the oldest of those that are left");
            tree.unlink(found);
        }
        assertTrue(tree.isEmpty());
        assertEquals(pages.base() + DlPages.STATE_CHUNK, node);
    }

    /// Against a sorted map, at random: bins near and far, few sizes and many.
    @Test
    void theBestFitIsFound() {
        SplittableRandom random = Randomness.of(this);
        TreeMap<Long, Integer> sizes = new TreeMap<>();
        List<Long> chunks = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            int log2 = random.nextInt(9, i % 3 == 0 ? 40 : 14);
            long size = Math.max(256, random.nextLong(1L << log2) & -16);
            if (random.nextInt(100) < 52) {
                chunks.add(insert(size));
                sizes.merge(size, 1, Integer::sum);
            } else if (!chunks.isEmpty()) {
                int at = random.nextInt(chunks.size());
                long chunk = chunks.set(at, chunks.getLast());
                chunks.removeLast();
                sizes.computeIfPresent(DlChunk.size(chunk), (_, n) -> n == 1 ? null : n - 1);
                tree.unlink(chunk);
            }
            Long best = sizes.ceilingKey(size);
            long found = tree.bestFit(size);
            assertEquals(best == null, found == Allocator.NULL, "found one for " + size);
            if (best != null) assertEquals(best, DlChunk.size(found), "for " + size);
            long least = tree.smallest();
            if (!sizes.isEmpty()) assertEquals(sizes.firstKey(), DlChunk.size(least), "smallest");
        }
        chunks.forEach(tree::unlink);
        assertTrue(tree.isEmpty());
    }

    @Test
    void eachNodeIsMetOnce() {
        int nodes = 0;
        for (long size = 1024; size < 1536; size += 16) insert(size);
        for (long size = 1024; size < 1536; size += 32) insert(size);
        for (long node = tree.rootOf(4); node != Allocator.NULL; node = tree.after(node)) nodes++;
        assertEquals(32, nodes);
    }
}
