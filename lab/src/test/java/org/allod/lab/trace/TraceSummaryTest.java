package org.allod.lab.trace;

import static org.allod.lab.trace.TraceFiles.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceSummaryTest {
    @TempDir private Path folder;

    @Test
    void lifetimesOnBothClocks() throws IOException {
        TraceSummary summary =
                of("a 0 100", "f 0", "a 1 1000", "a 2 10", "r 1 2000", "f 1", "a 3 7");
        assertEquals(2, summary.lifetimes().count());
        assertEquals(3, summary.lifetimes().max());
        assertEquals(1, summary.lifetimes().log2()[0]);
        assertEquals(2010, summary.lifetimeBytes().max());
        assertEquals(3117, summary.requestedBytes());
        assertEquals(2010, summary.peakBytes());
        assertEquals(5, summary.peakOperation());
        assertEquals(2, summary.blocksAtPeak());
        assertEquals(17, summary.endBytes());
        assertEquals(2, summary.endBlocks());
    }

    @Test
    void threads() throws IOException {
        TraceSummary summary = of("5 a 0 1", "6 f 0", "6 a 1 1", "6 f 1");
        assertEquals(1, summary.crossThreadFrees());
        assertArrayEquals(new long[] {1, 3}, summary.threadOperations());
    }

    @Test
    void powersOfTwoAreClosedAbove() {
        assertEquals(0, Distribution.ceilingLog2(0));
        assertEquals(0, Distribution.ceilingLog2(1));
        assertEquals(63, Distribution.ceilingLog2(Long.MAX_VALUE));
        for (int k = 1; k < 63; k++) {
            assertEquals(k, Distribution.ceilingLog2(1L << k));
            assertEquals(k + 1, Distribution.ceilingLog2((1L << k) + 1));
        }
    }

    @Test
    void percentilesOfOneAndOfNone() {
        assertEquals(0, Distribution.of(new long[0], 0).median());
        Distribution one = Distribution.of(new long[] {7, 99}, 1);
        assertEquals(7, one.median());
        assertEquals(7, one.p99());
        assertEquals(7, one.max());
    }

    @Test
    void moreThanALongHolds() {
        assertThrows(
                TraceException.class,
                () -> of("a 0 9223372036854775807", "a 1 9223372036854775807"));
    }

    private TraceSummary of(String... lines) throws IOException {
        return TraceSummary.of(TraceFiles.read(file(folder, "x.trc", lines)));
    }
}
