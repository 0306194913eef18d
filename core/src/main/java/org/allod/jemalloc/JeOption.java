package org.allod.jemalloc;

import java.util.List;

/// One option: its `malloc_conf` name, what it is if nobody says otherwise, and what it may be.
///
/// @param name as in `malloc_conf`
/// @param byDefault a `Boolean`, a `Long` or a `String`
/// @param min of a number
/// @param max of a number
/// @param choices of a text; none: any text
record JeOption(String name, Object byDefault, long min, long max, List<String> choices) {
    static JeOption flag(String name, boolean byDefault) {
        return new JeOption(name, byDefault, 0, 0, List.of());
    }

    static JeOption number(String name, long byDefault, long min, long max) {
        return new JeOption(name, byDefault, min, max, List.of());
    }

    static JeOption text(String name, String byDefault, String... choices) {
        return new JeOption(name, byDefault, 0, 0, List.of(choices));
    }

    /// The value that a text stands for.
    ///
    /// @throws IllegalArgumentException saying what would be one
    Object parse(String value) {
        return switch (byDefault) {
            case Boolean _ -> choice(value, List.of("true", "false")).equals("true");
            case Long _ -> ranged(number(name, value), value);
            default -> choices.isEmpty() ? value : choice(value, choices);
        };
    }

    private String choice(String value, List<String> choices) {
        if (choices.contains(value)) return value;
        throw wrong(name, value, "one of " + String.join(", ", choices));
    }

    private long ranged(long number, String value) {
        if (number >= min && number <= max) return number;
        throw wrong(name, value, min + " to " + max);
    }

    /// A whole number.
    static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException _) {
            throw wrong(name, value, "a whole number");
        }
    }

    static IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
