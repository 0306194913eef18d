package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeClassesTest {
    private static final int[] SIZES = {8, 16, 48, 1000, 1024, 1152, 2048, 262_144};

    @Test
    void everySizeFallsIntoTheSmallestClassWithRoom() {
        SizeClasses classes = new SizeClasses(SIZES);
        int expected = 0;
        for (long size = 0; size <= classes.max(); size++) {
            if (size > SIZES[expected]) expected++;
            assertEquals(expected, classes.of(size), "size=" + size);
        }
        assertEquals(SIZES.length, classes.count());
        assertEquals(1152, classes.size(5));
    }

    @Test
    void oneClassIsEnough() {
        SizeClasses classes = new SizeClasses(8);
        assertEquals(0, classes.of(0));
        assertEquals(0, classes.of(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "16 8", "8 8", "1024 1032", "0"})
    void refusesSizesThatTheTableCannotTellApart(String text) {
        int[] sizes =
                text.isEmpty()
                        ? new int[0]
                        : java.util.Arrays.stream(text.split(" "))
                                .mapToInt(Integer::parseInt)
                                .toArray();
        assertThrows(IllegalArgumentException.class, () -> new SizeClasses(sizes));
    }
}
