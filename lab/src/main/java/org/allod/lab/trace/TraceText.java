package org.allod.lab.trace;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Text read by bytes: words, numbers, ends of lines, and where we are. Owner thread only.
///
/// ```
///   chunk │1 a 17 4096\n1 f 1│  refilled when position reaches limit
///              ▲
///           position
/// ```
/// No line becomes a string unless it is wrong: two million lines take a fraction of a second.
final class TraceText {
    /// Bytes read at once. Derived: what one read of a pipe or of an unpacker gives, and more.
    static final int CHUNK = 1 << 16;

    /// Bytes of a wrong word that are shown.
    private static final int SHOWN = 24;

    private final String source;
    private final String packing;
    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK];
    private int position;
    private int limit;
    private long line = 1;

    /// @param source as the user named it, for messages
    /// @param packing "gzip", "xz" or "" for messages
    /// @param in unpacked
    TraceText(String source, String packing, InputStream in) {
        this.source = source;
        this.packing = packing;
        this.in = in;
        fill();
    }

    /// As the user named it.
    String source() {
        return source;
    }

    /// The first bytes, at most [#CHUNK]; only before anything else is read.
    TraceStart start() {
        return new TraceStart(source, Arrays.copyOf(chunk, limit));
    }

    /// Number of the line that the next byte is in, from 1.
    long line() {
        return line;
    }

    /// The next byte, which stays; -1 at the end.
    int peek() {
        return position < limit || fill() ? chunk[position] : -1;
    }

    /// The next byte, taken; -1 at the end.
    int next() {
        if (position == limit && !fill()) return -1;
        byte c = chunk[position++];
        if (c == '\n') line++;
        return c;
    }

    /// Goes to the first byte of the next line that says something, past blank lines and comments.
    ///
    /// @return that byte, which stays; -1 at the end
    int nextLine() {
        while (true) {
            int c = peekWord();
            switch (c) {
                case '\n' -> next();
                case '#' -> skipLine();
                default -> {
                    return c;
                }
            }
        }
    }

    /// Goes past spaces, tabs and carriage returns.
    ///
    /// @return the byte after them, which stays; -1 at the end
    int peekWord() {
        int c = peek();
        while (c == ' ' || c == '\t' || c == '\r') {
            position++;
            c = peek();
        }
        return c;
    }

    /// Takes a decimal number of no sign that a space or the line's end follows.
    ///
    /// @param what it is, for messages
    /// @return 0 to [Long#MAX_VALUE]
    long number(String what) {
        int c = peekWord();
        if (c < '0' || c > '9') throw expected(what);
        long value = 0;
        while (c >= '0' && c <= '9') {
            int digit = c - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) throw tooLarge(what);
            value = value * 10 + digit;
            position++;
            c = peek();
        }
        if (c > ' ') throw expectedAfter(value, what);
        return value;
    }

    /// Takes the end of the line.
    void endLine() {
        int c = peekWord();
        if (c == '\n') {
            next();
        } else if (c >= 0) {
            throw expected("the end of the line");
        }
    }

    /// Whether nothing more stands on this line.
    boolean atLineEnd() {
        int c = peekWord();
        return c == '\n' || c < 0;
    }

    private void skipLine() {
        int c = next();
        while (c >= 0 && c != '\n') c = next();
    }

    // ---- cold ----

    /// The error that something else stands here, at the next byte.
    ///
    /// @param what should stand here
    TraceException expected(String what) {
        return at(found() + ", expected " + what);
    }

    /// An error in the current line.
    TraceException at(String message) {
        return TraceException.at(source, line, message);
    }

    private TraceException tooLarge(String what) {
        return at("a number of 2^63 or more, expected " + what);
    }

    private TraceException expectedAfter(long value, String what) {
        return at(value + found() + ", expected " + what);
    }

    /// The word that stands here, fit to be shown.
    private String found() {
        int c = peekWord();
        if (c < 0) return "end of file";
        if (c == '\n') return "end of line";
        StringBuilder word = new StringBuilder();
        while (c >= 0 && c != ' ' && c != '\n' && word.length() < SHOWN) {
            word.append(c > ' ' && c < 0x7f ? (char) c : '?');
            position++;
            c = peek();
        }
        return word.toString();
    }

    /// Reads the next chunk, whole unless the end comes first.
    private boolean fill() {
        position = 0;
        limit = 0;
        try {
            limit = in.readNBytes(chunk, 0, CHUNK);
        } catch (IOException e) {
            throw unreadable(e);
        }
        return limit > 0;
    }

    private TraceException unreadable(IOException e) {
        String why = packing.isEmpty() ? TraceReader.reason(e) : TraceReader.broken(packing, e);
        return TraceException.in(source, why, e);
    }
}
