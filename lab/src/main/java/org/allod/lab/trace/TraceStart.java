package org.allod.lab.trace;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a file begins: what the formats tell each other apart by.
///
/// @param source as the user named it
/// @param bytes the first ones, unpacked; at most [TraceText#CHUNK]
record TraceStart(String source, byte[] bytes) {

    /// Whether the file has not a single byte.
    boolean isEmpty() {
        return bytes.length == 0;
    }

    /// Whether the first line that says something comes after a comment.
    boolean hasComment() {
        return skipComments(true) > 0;
    }

    /// The first line that is neither blank nor a comment, stripped; empty if there is none.
    String firstLine() {
        int from = skipComments(false);
        int to = from;
        while (to < bytes.length && bytes[to] != '\n') to++;
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
    }

    /// What the comments before the first line say after `key:`, up to the next space, or null.
    String comment(String key) {
        int end = skipComments(false);
        String comments = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        Matcher matcher = Pattern.compile("(?m)^#.*\\b" + key + ":\\s*(\\S+)").matcher(comments);
        return matcher.find() ? matcher.group(1) : null;
    }

    /// Where, after the comments, a byte stands that no text has, or -1.
    int binaryAt() {
        for (int i = skipComments(false); i < bytes.length; i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && "\t\n\r\f".indexOf(bytes[i]) < 0) return i;
        }
        return -1;
    }

    /// Past blank lines and comments.
    ///
    /// @param count true: how many comments there were; false: where the next line starts
    private int skipComments(boolean count) {
        int comments = 0;
        int at = 0;
        while (at < bytes.length && (bytes[at] <= ' ' || bytes[at] == '#')) {
            if (bytes[at] == '#') {
                comments++;
                while (at < bytes.length && bytes[at] != '\n') at++;
            } else {
                at++;
            }
        }
        return count ? comments : at;
    }
}
