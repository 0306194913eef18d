package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HoardSizesTest {
    private static final HoardSizes[] ALL = {HoardSizes.of(1 << 20), HoardSizes.of(1L << 32)};

    @Test
    void superblocksOfTheTwoKinds() {
        assertEquals(8 << 10, ALL[0].bytes, "the paper's, in a small region");
        assertEquals(32 << 10, ALL[1].bytes);
        for (HoardSizes sizes : ALL) assertEquals(sizes.bytes / 2, sizes.size(sizes.count - 1));
    }

    /// Up to where blocks are whole parts of a superblock.
    @Test
    void classesGrowByAFifthAtMostButForTheirSteps() {
        for (HoardSizes sizes : ALL) {
            for (int c = 1; c < sizes.count && sizes.size(c) <= sizes.bytes / 8; c++) {
                int from = sizes.size(c - 1);
                int to = sizes.size(c);
                int step = to <= 1024 ? 16 : 128;
                boolean power = Integer.bitCount(to) == 1;
                assertTrue(
                        to <= from * 1.2 || to - from == step || power && to <= from * 1.25,
                        () -> from + " to " + to);
            }
        }
    }

    @Test
    void aFullSuperblockIsNeverAQuarterEmpty() {
        for (int c = 0; c < ALL[1].count; c++) {
            int size = ALL[1].size(c);
            int blocks = ALL[1].bytes / size;
            assertTrue(4L * blocks * size >= 3L * ALL[1].bytes, () -> size + " x " + blocks);
        }
    }

    @Test
    void everySizeAtEveryAlignmentFits() {
        for (HoardSizes sizes : ALL) {
            for (int alignment = 1; alignment <= sizes.smallMax; alignment *= 2) {
                for (int size = 0; size <= sizes.smallMax; size += size < 2048 ? 1 : 61) {
                    int c = sizes.classFor(size, alignment);
                    assertTrue(sizes.size(c) >= size, "too small");
                    assertEquals(0, sizes.size(c) % Math.max(16, alignment), "alignment");
                    if (alignment <= 16 && c > 0) assertTrue(sizes.size(c - 1) < size || size == 0);
                }
            }
            assertEquals(-1, sizes.classFor(sizes.smallMax + 1, 1));
            assertEquals(-1, sizes.classFor(1, 2L * sizes.smallMax));
        }
    }

    @Test
    void divisorsTellMultiples() {
        for (HoardSizes sizes : ALL) {
            for (int c = 0; c < sizes.count; c++) {
                long divisor = sizes.divisor(c);
                for (long n = 0; n < sizes.bytes; n++) {
                    boolean multiple = Long.compareUnsigned(n * divisor, divisor) < 0;
                    assertEquals(n % sizes.size(c) == 0, multiple, n + " by " + sizes.size(c));
                    assertEquals(multiple, sizes.isMultiple(n, c));
                }
            }
        }
    }
}
