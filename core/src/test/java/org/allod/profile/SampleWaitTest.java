package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleWaitTest {
    private static final long MEAN = 512 << 10;

    @Test
    void aSeedGivesTheSameWaitsAgain() {
        var first = new SampleWait(MEAN, 42);
        var second = new SampleWait(MEAN, 42);
        for (int i = 0; i < 1_000; i++) assertEquals(first.next(), second.next());
        assertNotEquals(new SampleWait(MEAN, 43).next(), new SampleWait(MEAN, 42).next());
    }

    /// The generator and the formula in the words of gperftools' description.
    @Test
    void waitsAreThoseOfTcMalloc() {
        var wait = new SampleWait(MEAN, 42);
        BigInteger x = BigInteger.valueOf(new SplittableRandom(42).nextLong() & (1L << 48) - 1);
        for (int i = 0; i < 1_000; i++) {
            x = x.multiply(BigInteger.valueOf(0x5DEECE66DL)).add(BigInteger.valueOf(0xB));
            x = x.mod(BigInteger.TWO.pow(48));
            double q = x.shiftRight(48 - 26).doubleValue() + 1;
            double lg = Math.log(q) / Math.log(2);
            assertEquals((lg - 26) * (-Math.log(2) * MEAN), wait.next(), 1.01);
        }
    }

    /// Of an exponential wait, e^-k are longer than k means.
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5, 1, 2, 4})
    void waitsAreExponential(double means) {
        var wait = new SampleWait(MEAN, 1);
        assertLonger(means, 1_000_000, i -> wait.next());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5, 1, 2, 4})
    void firstWaitsOfNeighbouringSeedsAreExponential(double means) {
        assertLonger(means, 100_000, i -> new SampleWait(MEAN, i).next());
    }

    private static void assertLonger(double means, int waits, IntToLongFunction next) {
        int longer = 0;
        for (int i = 0; i < waits; i++) {
            long wait = next.applyAsLong(i);
            assertTrue(wait >= 0 && wait <= 18.03 * MEAN, () -> "wait=" + wait);
            if (wait > means * MEAN) longer++;
        }
        double expected = Math.exp(-means);
        double error = Math.sqrt(expected * (1 - expected) / waits);
        assertEquals(expected, (double) longer / waits, 4 * error);
    }

    /// What a cache does, for requests far below, about and above the mean.
    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1_000, 4_096, 20_000})
    void aRequestIsSampledAsOftenAsItsWeightSays(long size) {
        long mean = 4_096;
        var wait = new SampleWait(mean, 7);
        int requests = 2_000_000;
        int samples = 0;
        long left = wait.next();
        for (int i = 0; i < requests; i++) {
            left -= size;
            if (left >= 0) continue;
            samples++;
            left = wait.next();
        }
        double expected = 1 / SampleWait.weight(size, mean);
        double error = Math.sqrt(expected * (1 - expected) / requests);
        assertEquals(expected, (double) samples / requests, 4 * error);
    }

    @Test
    void aSampleStandsForOneAtLeast() {
        assertEquals(524_288.5, SampleWait.weight(1, MEAN), 0.001);
        assertEquals(SampleWait.weight(1, MEAN), SampleWait.weight(0, MEAN), "0 counts as 1");
        assertEquals(1 / (1 - Math.exp(-1)), SampleWait.weight(MEAN, MEAN), 1e-12);
        assertEquals(1, SampleWait.weight(Long.MAX_VALUE, MEAN));
    }

    @Test
    void aMeanOfNothingIsNever() {
        assertEquals(Long.MAX_VALUE, new SampleWait(0, 1).next());
        var thrown = assertThrows(IllegalArgumentException.class, () -> new SampleWait(-1, 1));
        assertEquals("mean=-1, expected at least 0", thrown.getMessage());
    }
}
