package org.allod.lab.cli;

import java.util.Locale;

/// Numbers as people like to read them, whatever the locale.
final class Quantities {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private static final char FULL = '█';

    /// From one eighth of a cell to seven.
    private static final String PARTS = "▏▎▍▌▋▊▉";

    private Quantities() {}

    /// `1234567` as `1,234,567`.
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// `count(number)` and the noun, which gets an s unless the number is 1.
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /// Three digits and a binary unit: `480 B`, `10.5 MiB`; whole below 1 KiB.
    static String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean whole = value == Math.rint(value) || value >= 100;
        int digits = whole ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f %s", value, UNITS[unit]);
    }

    /// A share of a whole: `0.02 %`, `1.5 %`, `34 %`; `-` of nothing.
    static String percent(long part, long whole) {
        if (whole == 0) return "-";
        double percent = 100.0 * part / whole;
        if (part > 0 && percent < 0.01) return "<0.01 %";
        int digits = part == 0 || percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f %%", percent);
    }

    /// A bar of at most `cells` characters; what is not 0 shows at least a sliver.
    static String bar(long part, long whole, int cells) {
        if (part == 0 || whole == 0) return "";
        int eighths = (int) Math.max(1, Math.round(8.0 * cells * part / whole));
        String bar = String.valueOf(FULL).repeat(eighths / 8);
        return eighths % 8 == 0 ? bar : bar + PARTS.charAt(eighths % 8 - 1);
    }
}
