package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TimingTest {
    private static final long MS = 1_000_000;
    private int passes;

    private Timing run(long... milliseconds) {
        return Timing.of(
                () -> milliseconds[Math.min(passes++, milliseconds.length - 1)] * MS,
                () -> 3L * passes,
                Timing.WarmUp.FULL);
    }

    @Test
    void medianOfTheFiveAfterTwoAlike() {
        Timing timing = run(2000, 900, 500, 490, 700, 300, 100, 600, 400);
        assertEquals(9, passes);
        assertTrue(timing.settled());
        assertEquals(2000 * MS, timing.coldNanos());
        assertEquals(400 * MS, timing.warmNanos());
        assertEquals(3, timing.failures());
    }

    @Test
    void alikeBeforeASecondIsOverDoesNotCount() {
        Timing timing = run(300, 300, 300, 200, 100, 100);
        assertEquals(100 * MS, timing.warmNanos());
        assertEquals(6 + 5, passes);
    }

    @Test
    void shortPassesAreMeasuredUntilTheirSumCounts() {
        assertTrue(run(10).settled());
        assertEquals(100 + 25, passes);
    }

    @Test
    void whatNeverSettlesIsMeasuredAfterTwentyPasses() {
        long[] wild = new long[100];
        for (int i = 0; i < wild.length; i++) wild[i] = i % 2 == 0 ? 200 : 300;
        assertFalse(run(wild).settled());
        assertEquals(20 + 5, passes);
    }

    @Test
    void butNotBeforeThreeSeconds() {
        long[] wild = new long[200];
        for (int i = 0; i < wild.length; i++) wild[i] = i % 2 == 0 ? 50 : 100;
        assertFalse(run(wild).settled());
        assertEquals(40 + 5, passes);
    }

    @Test
    void orAfterTenSeconds() {
        assertFalse(run(9000, 1000, 50).settled());
        assertEquals(2 + 5, passes);
    }
}
