package org.allod.parts;

/// A whole number as people write it: `7`, `128k`, `32m`, `1g`.
public final class Quantity {
    private static final String UNITS = "kmg";

    private Quantity() {}

    /// The number that is written.
    ///
    /// @param name of what it is for, for the message
    /// @param text digits, and k, m or g for 1024 once, twice or three times
    /// @throws IllegalArgumentException if it is none, or above 2^63 - 1
    public static long parse(String name, String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        String unit = text.substring(digits);
        int power = unit.isEmpty() ? 0 : 1 + UNITS.indexOf(Character.toLowerCase(unit.charAt(0)));
        if (digits == 0 || unit.length() > 1 || !unit.isEmpty() && power == 0)
            throw bad(name, text);
        try {
            return Math.multiplyExact(Long.parseLong(text, 0, digits, 10), 1L << 10 * power);
        } catch (ArithmeticException | NumberFormatException large) {
            throw bad(name, text);
        }
    }

    private static IllegalArgumentException bad(String name, String text) {
        return new IllegalArgumentException(
                name + "=" + text + ", expected a whole number such as 7, 128k, 32m or 1g");
    }
}
