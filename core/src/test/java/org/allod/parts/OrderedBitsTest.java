package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedBitsTest {

    @Test
    void emptyHasNothing() {
        var bits = new OrderedBits();
        assertEquals(-1, bits.first());
        assertEquals(-1, bits.ceiling(1_000_000));
        assertFalse(bits.contains(0));
        assertFalse(bits.remove(70));
    }

    @Test
    void growsWithoutLosingAnything() {
        var bits = new OrderedBits();
        long[] numbers = {0, 63, 64, 4095, 4096, 262_143, 262_144, 1L << 30};
        for (long number : numbers) assertTrue(bits.add(number));
        for (long number : numbers) assertFalse(bits.add(number));
        long at = -1;
        for (long number : numbers) {
            at = bits.ceiling(at + 1);
            assertEquals(number, at);
        }
        assertEquals(-1, bits.ceiling(at + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 100, 5_000, 300_000})
    void agreesWithATreeSet(int range) {
        var random = new Random(range);
        var bits = new OrderedBits();
        var model = new TreeSet<Long>();
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextInt(range);
            if (random.nextBoolean()) {
                assertEquals(model.add(number), bits.add(number));
            } else {
                assertEquals(model.remove(number), bits.remove(number));
            }
            long probe = random.nextInt(range + 70);
            Long next = model.ceiling(probe);
            assertEquals(next == null ? -1 : next, bits.ceiling(probe));
            assertEquals(model.isEmpty() ? -1 : model.first(), bits.first());
        }
    }
}
