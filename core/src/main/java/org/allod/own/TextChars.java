package org.allod.own;

import java.util.Objects;
import org.allod.memory.Memory;

/// A [Text], or a range of it, as Java's chars.
///
/// It remembers where it was asked last, so that looking at one char after the other takes O(1)
/// each. When the text has changed it forgets that, and looks anew.
final class TextChars implements CharSequence {
    private final Text text;

    /// The range in chars. The end of the view of all is -1: it moves.
    private final int from;

    private final int to;

    private int version;
    private boolean ascii;
    private int chars;

    /// A char, and the byte at which it, or the character of which it is the second half, begins.
    private int lastChar;

    private long lastByte;

    TextChars(Text text) {
        this(text, 0, -1);
    }

    private TextChars(Text text, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
        look();
    }

    private void look() {
        version = text.version;
        ascii = Utf8.isAscii(text.address, text.length);
        chars = Math.toIntExact(ascii ? text.length : Utf8.chars(text.address, text.length));
        lastChar = 0;
        lastByte = 0;
    }

    private void check() {
        text.check();
        if (version != text.version) look();
    }

    @Override
    public int length() {
        check();
        return to < 0 ? chars : to - from;
    }

    @Override
    public char charAt(int index) {
        int at = from + Objects.checkIndex(index, length());
        Objects.checkIndex(at, chars);
        return ascii ? (char) Memory.getByte(text.address + at) : find(at);
    }

    private char find(int index) {
        if (index < lastChar) {
            lastChar = 0;
            lastByte = 0;
        }
        while (true) {
            int point = Utf8.codePoint(text.address + lastByte);
            int more = Character.charCount(point);
            if (index < lastChar + more) {
                if (more == 1) return (char) point;
                return index == lastChar
                        ? Character.highSurrogate(point)
                        : Character.lowSurrogate(point);
            }
            lastChar += more;
            lastByte += Utf8.width(text.address + lastByte);
        }
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        Objects.checkFromToIndex(start, end, length());
        return new TextChars(text, from + start, from + end);
    }

    @Override
    public String toString() {
        return new StringBuilder(length()).append(this).toString();
    }
}
