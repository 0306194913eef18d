package org.allod.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuantitiesTest {

    @Test
    void bytesHaveThreeDigits() {
        assertEquals("0 B", Quantities.bytes(0));
        assertEquals("480 B", Quantities.bytes(480));
        assertEquals("0.98 KiB", Quantities.bytes(1000));
        assertEquals("1 KiB", Quantities.bytes(1024));
        assertEquals("1.50 KiB", Quantities.bytes(1536));
        assertEquals("10.5 MiB", Quantities.bytes(10993708));
        assertEquals("8 EiB", Quantities.bytes(Long.MAX_VALUE));
    }

    @Test
    void percentsKeepWhatIsSmall() {
        assertEquals("-", Quantities.percent(0, 0));
        assertEquals("0 %", Quantities.percent(0, 5));
        assertEquals("<0.01 %", Quantities.percent(1, 1_000_000));
        assertEquals("0.50 %", Quantities.percent(5, 1000));
        assertEquals("1.5 %", Quantities.percent(15, 1000));
        assertEquals("100 %", Quantities.percent(5, 5));
    }

    @Test
    void barsShowWhatIsNotNothing() {
        assertEquals("", Quantities.bar(0, 8, 4));
        assertEquals("▏", Quantities.bar(1, 1000, 4));
        assertEquals("██", Quantities.bar(4, 8, 4));
        assertEquals("██▌", Quantities.bar(5, 8, 4));
        assertEquals("████", Quantities.bar(8, 8, 4));
    }

    @Test
    void counts() {
        assertEquals("1,234,567 blocks", Quantities.count(1234567, "block"));
        assertEquals("1 block", Quantities.count(1, "block"));
        assertEquals("0 blocks", Quantities.count(0, "block"));
    }
}
