package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "128k, 131072",
        "128K, 131072",
        "32m, 33554432",
        "1g, 1073741824",
        "9223372036854775807, 9223372036854775807"
    })
    void numbers(String text, long number) {
        assertEquals(number, Quantity.parse("size", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "k",
                "-1",
                "+1",
                "1.5",
                "1kb",
                "1 k",
                "1t",
                "\u0661",
                "9223372036854775808",
                "8589934592g"
            })
    void none(String text) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> Quantity.parse("size", text))
                        .getMessage();
        assertEquals(
                "size=" + text + ", expected a whole number such as 7, 128k, 32m or 1g", message);
    }
}
