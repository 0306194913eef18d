package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Every class, and every size up to the largest that caches take.
class JeClassesTest {
    /// `size:pages:regions:ncached_max`. Source: spec 3.1.
    private static final String SMALL =
            """
            8:1:512:200 16:1:256:200 32:1:128:200 48:3:256:200 64:1:64:128 80:5:256:200
            96:3:128:200 112:7:256:200 128:1:32:64 160:5:128:200 192:3:64:128 224:7:128:200
            256:1:16:32 320:5:64:128 384:3:32:64 448:7:64:128 512:1:8:20 640:5:32:64
            768:3:16:32 896:7:32:64 1024:1:4:20 1280:5:16:32 1536:3:8:20 1792:7:16:32
            2048:1:2:20 2560:5:8:20 3072:3:4:20 3584:7:8:20 4096:1:1:20 5120:5:4:20
            6144:3:2:20 7168:7:4:20 8192:2:1:20 10240:5:2:20 12288:3:1:20 14336:7:2:20
            """;

    @Test
    void theSmallClassesAreTheSpecs() {
        JeTuning tuning = new JeTuning(JeOptions.DEFAULT);
        String[] rows = SMALL.strip().split("\\s+");
        assertEquals(JeClasses.SMALL, rows.length);
        for (int i = 0; i < rows.length; i++) {
            String ours =
                    "%d:%d:%d:%d"
                            .formatted(
                                    JeClasses.size(i),
                                    JeClasses.slabBytes(i) >> 12,
                                    JeClasses.regions(i),
                                    tuning.placesOf(i));
            assertEquals(rows[i], ours);
            assertEquals(0, JeClasses.slabBytes(i) % JeClasses.size(i), "no remainder");
        }
        for (int i = rows.length; i < tuning.cached; i++) assertEquals(20, tuning.placesOf(i));
        assertEquals(41, tuning.cached);
    }

    /// Four a doubling up to 7 * 2^60, 232 in all.
    @Test
    void theLargeClassesFollowTheFormula() {
        int index = 5;
        for (int b = 6; b <= 62; b++) {
            for (int k = 1; k <= (b == 62 ? 3 : 4); k++) {
                assertEquals((1L << b) + k * (1L << b - 2), JeClasses.size(index), "" + index);
                index++;
            }
        }
        assertEquals(JeClasses.COUNT, index);
        assertEquals(7L << 60, JeClasses.size(JeClasses.COUNT - 1));
    }

    @Test
    void everyEndOfAClassIsFound() {
        for (int i = 0; i < JeClasses.COUNT; i++) {
            assertEquals(i, JeClasses.of(JeClasses.size(i)), "its size");
            assertEquals(i + 1, JeClasses.of(JeClasses.size(i) + 1), "a byte more");
        }
        assertEquals(JeClasses.COUNT, JeClasses.of(-1));
        assertEquals(0, JeClasses.of(0));
    }

    @Test
    void theTableSaysTheSame() {
        JeTuning tuning = new JeTuning(JeOptions.DEFAULT);
        for (long size = 1; size <= tuning.cachedMax; size++) {
            int index = JeClasses.of(size);
            assertEquals(index + 1, tuning.kinds[(int) (size - 1 >>> 3)], "of " + size);
            long usable = JeClasses.size(index);
            assertTrue(usable >= size && (usable - size) * 5 <= usable || size < 64, "" + size);
        }
    }

    /// Every byte of a slab is found in its region.
    @Test
    void regionsByOffset() {
        for (int i = 0; i < JeClasses.SMALL; i++) {
            for (long offset = 0; offset < JeClasses.slabBytes(i); offset++) {
                assertEquals(offset / JeClasses.size(i), JeClasses.regionOf(i, offset));
            }
        }
    }
}
