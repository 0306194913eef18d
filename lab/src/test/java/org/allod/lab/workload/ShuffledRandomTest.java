package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShuffledRandomTest {
    @Test
    void numbersAreEvenAndRepeatWithTheSeed() {
        ShuffledRandom random = new ShuffledRandom(4141);
        ShuffledRandom same = new ShuffledRandom(4141);
        ShuffledRandom other = new ShuffledRandom(4142);
        int[] counts = new int[10];
        int equal = 0;
        for (int i = 0; i < 100_000; i++) {
            int number = random.next();
            assertTrue(number >= 0 && number < ShuffledRandom.BOUND, "number " + number);
            assertEquals(number, same.next());
            if (number == other.next()) equal++;
            counts[(int) (10L * number / ShuffledRandom.BOUND)]++;
        }
        for (int count : counts) assertEquals(10_000, count, 500);
        assertNotEquals(100_000, equal);
        assertTrue(equal < 100, "seeds give the same numbers: " + equal);
    }

    @Test
    void anySeedWorks() {
        for (int seed : new int[] {0, 1, ShuffledRandom.BOUND, Integer.MAX_VALUE}) {
            int number = new ShuffledRandom(seed).next();
            assertTrue(number >= 0 && number < ShuffledRandom.BOUND);
        }
    }
}
