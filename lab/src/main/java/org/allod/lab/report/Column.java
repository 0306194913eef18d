package org.allod.lab.report;

/// A column of numbers as a short text, for the page's data.
///
/// ```
///   4096 4096 4096 4096 12288  -1       the numbers; -1 is not known
///   4096:  C     A*D     E      -       unit, then a token each
/// ```
///
/// The unit is what all numbers are multiples of. A token is the difference to the last known
/// number, in units, sign in the lowest bit, five bits a digit, lowest first, a digit of 32 or more
/// if another follows. `-` is a gap. `*` and a number without a sign: the last token so many more
/// times. The digits need no escape in JSON nor in HTML.
///
/// Source: the base-64 numbers of JavaScript source maps; unit, gap and `*` are ours. Any thread.
final class Column {
    private static final String DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$";

    private Column() {}

    /// The text of these numbers; negative ones are gaps.
    static String pack(long[] values) {
        long unit = unit(values);
        StringBuilder text = new StringBuilder().append(unit).append(':');
        StringBuilder token = new StringBuilder();
        String last = "";
        long repeats = 0;
        long known = 0;
        for (long value : values) {
            token.setLength(0);
            if (value < 0) {
                token.append('-');
            } else {
                long difference = (value - known) / unit;
                append(token, difference << 1 ^ difference >> 63);
                known = value;
            }
            if (last.contentEquals(token)) {
                repeats++;
            } else {
                repeat(text, last, repeats);
                last = token.toString();
                repeats = 0;
                text.append(last);
            }
        }
        repeat(text, last, repeats);
        return text.toString();
    }

    private static void repeat(StringBuilder text, String token, long times) {
        if (times * token.length() <= 2) {
            text.repeat(token, (int) times);
        } else {
            append(text.append('*'), times);
        }
    }

    private static void append(StringBuilder text, long number) {
        long rest = number;
        while (Long.compareUnsigned(rest, 32) >= 0) {
            text.append(DIGITS.charAt((int) (rest & 31) + 32));
            rest >>>= 5;
        }
        text.append(DIGITS.charAt((int) rest));
    }

    private static long unit(long[] values) {
        long unit = 0;
        for (long value : values) {
            long a = Math.max(0, value);
            while (a != 0) {
                long rest = unit % a;
                unit = a;
                a = rest;
            }
        }
        return Math.max(1, unit);
    }
}
