package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.Timeline;
import org.junit.jupiter.api.Test;

class ThinningTest {

    @Test
    void peaksAndEndsStay() {
        int length = 5000;
        long[] operation = LongStream.range(0, length).toArray();
        long[] requested = new long[length];
        long[] held = new long[length];
        requested[1234] = 99;
        held[4321] = 77;
        long[] unknown = new long[length];
        Arrays.fill(unknown, -1);
        Timeline thin = Thinning.thin(new Timeline(operation, requested, unknown, held, held), 100);
        assertTrue(thin.operation().length <= 100, "" + thin.operation().length);
        assertEquals(0, thin.operation()[0]);
        assertEquals(length - 1, thin.operation()[thin.operation().length - 1]);
        assertEquals(99, Arrays.stream(thin.requested()).max().orElseThrow());
        assertEquals(77, Arrays.stream(thin.held()).max().orElseThrow());
        assertTrue(Arrays.stream(thin.granted()).allMatch(x -> x == -1));
        for (int i = 0; i < thin.operation().length; i++) {
            assertEquals(requested[(int) thin.operation()[i]], thin.requested()[i]);
        }
    }

    @Test
    void shortCurvesAndSmallMapsAreNotTouched() {
        long[] three = {1, 2, 3};
        Timeline line = new Timeline(three, three, three, three, three);
        assertSame(line, Thinning.thin(line, 4));
        HeapMap map = map(64, 1, 2, 3);
        assertSame(map, Thinning.fold(map, 3));
    }

    @Test
    void foldedCellsKeepTheirBytes() {
        HeapMap map = Thinning.fold(map(64, 1, 2, 3, 4, 5), 2);
        assertEquals(256, map.cellBytes());
        assertArrayEquals(new int[] {10, 5}, map.used());
        assertArrayEquals(new boolean[] {true, false}, map.committed());
    }

    private static HeapMap map(long cell, int... used) {
        boolean[] committed = new boolean[used.length];
        committed[1] = true;
        int[] none = new int[used.length];
        return new HeapMap(9, cell, used, none, none, committed);
    }
}
