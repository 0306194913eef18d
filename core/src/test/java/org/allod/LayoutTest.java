package org.allod;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// A layout that exists is right.
class LayoutTest {

    @Test
    void sizeAndAlignmentAreChecked() {
        assertEquals(new Layout(100, 16), Layout.of(100));
        assertEquals(0, new Layout(0, 1).size());
        assertEquals(1L << 62, new Layout(Long.MAX_VALUE, 1L << 62).alignment());
        refused("size=-1, expected at least 0", () -> new Layout(-1, 16));
        refused("size=-1, expected at least 0", () -> Layout.of(-1));
        for (long bad : new long[] {0, -1, 3, 12, Long.MIN_VALUE, Long.MAX_VALUE}) {
            String message = "alignment=" + bad + ", expected a power of two";
            refused(message, () -> new Layout(8, bad));
            refused(message, () -> Layout.checkAlignment(bad));
        }
        for (int log2 = 0; log2 < 63; log2++) {
            long good = 1L << log2;
            assertDoesNotThrow(() -> Layout.checkAlignment(good));
        }
    }

    @Test
    void arraysKeepEachElementAligned() {
        assertEquals(new Layout(0, 8), new Layout(24, 8).array(0));
        assertEquals(new Layout(240, 8), new Layout(24, 8).array(10));
        assertEquals(new Layout(32 * 3, 16), new Layout(17, 16).array(3));
        assertEquals(new Layout(0, 64), new Layout(0, 64).array(Long.MAX_VALUE));
    }

    @Test
    void arraysThatNoLongCanCountAreRefused() {
        Layout eight = new Layout(8, 8);
        assertEquals(Long.MAX_VALUE - 7, eight.array(Long.MAX_VALUE / 8).size());
        refused("count=-1, expected at least 0", () -> eight.array(-1));
        long over = Long.MAX_VALUE / 8 + 1;
        refused("count=" + over + ", expected count * 8 below 2^63", () -> eight.array(over));
        assertThrows(IllegalArgumentException.class, () -> eight.array(Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> eight.array(1L << 61));
        Layout huge = new Layout(Long.MAX_VALUE, 1);
        assertEquals(huge, huge.array(1));
        assertThrows(IllegalArgumentException.class, () -> huge.array(2));
        Layout stride = new Layout(Long.MAX_VALUE, 16);
        assertThrows(IllegalArgumentException.class, () -> stride.array(1));
        assertThrows(IllegalArgumentException.class, () -> stride.array(2));
    }

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
