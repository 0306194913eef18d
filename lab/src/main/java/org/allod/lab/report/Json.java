package org.allod.lab.report;

/// Writes JSON that may stand inside an HTML script element. Owner thread only.
///
/// Every character that means something to HTML or ends a line in JavaScript is escaped, so no
/// string can close the element. Commas come by themselves.
final class Json {
    private final StringBuilder text = new StringBuilder(1 << 20);
    private boolean comma;

    /// `{` or `[`.
    Json open(char bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    /// `}` or `]`.
    Json close(char bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    /// The name of the member that comes next.
    Json name(String name) {
        string(name);
        text.append(':');
        comma = false;
        return this;
    }

    /// A string, or `null`.
    Json string(String value) {
        separate();
        if (value == null) {
            text.append("null");
            return this;
        }
        text.append('"');
        value.chars().forEach(this::character);
        text.append('"');
        return this;
    }

    /// A whole number; a negative one, which is not known, is `null`.
    Json number(long value) {
        separate();
        if (value < 0) {
            text.append("null");
        } else {
            text.append(value);
        }
        return this;
    }

    /// A number with up to four decimals; `null` if it is negative or none.
    Json number(double value) {
        if (!Double.isFinite(value) || value < 0 || value > 1e14) return number(-1L);
        if (value == Math.rint(value)) return number((long) value);
        separate();
        text.append(Math.round(value * 1e4) / 1e4);
        return this;
    }

    /// `true` or `false`.
    Json truth(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void separate() {
        if (comma) text.append(',');
        comma = true;
    }

    private void character(int c) {
        boolean plain =
                c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
        if (plain) {
            text.append((char) c);
        } else {
            text.append(String.format("\\u%04x", c));
        }
    }
}
