package org.allod.lab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ColumnTest {
    private static final String DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$";

    @Test
    void theExampleOfTheDocumentation() {
        assertEquals(
                "4096:CA*DE-", Column.pack(new long[] {4096, 4096, 4096, 4096, 4096, 12288, -1}));
    }

    @Test
    void nothingKnown() {
        assertEquals("1:", Column.pack(new long[0]));
        assertEquals("1:-*J", Column.pack(LongStream.generate(() -> -1).limit(10).toArray()));
        assertEquals("1:A*J", Column.pack(new long[10]));
    }

    @Test
    void everyColumnComesBack() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            long unit = 1L << random.nextInt(20);
            long[] values = new long[random.nextInt(60)];
            long value = random.nextInt(1 << 20) * unit;
            for (int i = 0; i < values.length; i++) {
                if (random.nextInt(3) == 0) value = random.nextLong(1L << random.nextInt(1, 41));
                if (random.nextInt(3) == 0) value += unit;
                values[i] = random.nextInt(9) == 0 ? -1 : value;
            }
            String packed = Column.pack(values);
            assertArrayEquals(values, unpack(packed), () -> Arrays.toString(values) + packed);
        }
    }

    @Test
    void aFlatCurveIsShort() {
        long[] values = new long[1000];
        Arrays.fill(values, 123456789);
        assertTrue(Column.pack(values).length() < 20);
    }

    /// What `unpack` of words.js does.
    static long[] unpack(String packed) {
        LongStream.Builder values = LongStream.builder();
        int at = packed.indexOf(':') + 1;
        long unit = Long.parseLong(packed.substring(0, at - 1));
        long known = 0;
        long step = 0;
        boolean gap = false;
        while (at < packed.length()) {
            char c = packed.charAt(at);
            long times = 1;
            if (c == '-') {
                gap = true;
                at++;
            } else {
                if (c == '*') at++;
                long number = 0;
                int shift = 0;
                int digit;
                do {
                    digit = DIGITS.indexOf(packed.charAt(at++));
                    number |= (long) (digit & 31) << shift;
                    shift += 5;
                } while (digit >= 32);
                if (c == '*') {
                    times = number;
                } else {
                    gap = false;
                    step = (number >>> 1 ^ -(number & 1)) * unit;
                }
            }
            for (long i = 0; i < times; i++) {
                if (!gap) known += step;
                values.add(gap ? -1 : known);
            }
        }
        return values.build().toArray();
    }
}
