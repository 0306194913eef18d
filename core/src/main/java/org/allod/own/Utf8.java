package org.allod.own;

import java.nio.ByteOrder;
import org.allod.memory.Memory;

/// UTF-8 in memory: encoding, decoding, comparing and hashing of bytes.
///
/// A surrogate without its other half becomes a `?`, as in [String#getBytes]. Bytes that are read
/// are taken to be well-formed.
///
/// Source: The Unicode Standard, 3.9, table 3-7 (well-formed byte sequences).
final class Utf8 {
    /// The high bit of each of 8 bytes: not set in ASCII.
    private static final long HIGH = 0x8080_8080_8080_8080L;

    /// Odd, with about as many ones as zeros. Source: the golden ratio, and two constants of D.
    /// Lemire and O. Kaser's test of multiplicative hashes; any would do.
    private static final long K0 = 0x9E37_79B9_7F4A_7C15L;

    private static final long K1 = 0xC2B2_AE3D_27D4_EB4FL;
    private static final long K2 = 0xD6E8_FEB8_6659_FD93L;
    private static final long K3 = 0xA076_1D64_78BD_642FL;

    /// Bytes of one step of the long hash.
    private static final long STEP = 32;

    /// Bytes that a `char` takes at most.
    private static final long CHAR_BYTES = 3;

    /// From so many chars on the JDK copies a string's bytes faster than a loop over its chars.
    /// Tuned: a push of 8 took 5.2 ns by a loop, 11.7 ns by a copy; one of 20 took 12 and 8.
    private static final int COPIED_CHARS = 12;

    private static final long COPIED_BYTES = 64;

    /// A byte that UTF-8 does not have.
    private static final byte UNUSED = -1;

    private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private Utf8() {}

    // ---- encoding ----

    /// Bytes that characters take.
    static long length(CharSequence text) {
        int chars = text.length();
        long bytes = chars;
        int ascii = text instanceof String string ? asciiQuads(string) : 0;
        for (int i = ascii; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) continue;
            if (c < 0x800) bytes++;
            else if (!Character.isSurrogate(c)) bytes += 2;
            else if (isPair(text, i, chars)) {
                bytes += 2;
                i++;
            }
        }
        return bytes;
    }

    /// How many chars from the first one on are ASCII, a multiple of 4.
    private static int asciiQuads(String text) {
        int i = 0;
        for (int last = text.length() - 4; i <= last; i += 4) {
            int a = text.charAt(i) | text.charAt(i + 1);
            int b = text.charAt(i + 2) | text.charAt(i + 3);
            if ((a | b) >= 0x80) break;
        }
        return i;
    }

    private static boolean isPair(CharSequence text, int i, int chars) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < chars
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    /// Room that [#putFast] wants: for the most bytes there can be, a zero and one more.
    static long mostBytes(CharSequence text) {
        return CHAR_BYTES * text.length() + 2;
    }

    /// As [#put(long, CharSequence)], where there is room for [#mostBytes].
    ///
    /// Long strings are copied by the JDK, which adds a zero, and tells nothing. In UTF-8 no byte
    /// is 0xFF: one that is put where a longer text would have its zero, or a part of it, tells
    /// that each char became one byte.
    static long putFast(long address, CharSequence text) {
        int chars = text.length();
        if (chars < COPIED_CHARS || !(text instanceof String string)) return put(address, text);
        Memory.putByte(address + chars + 1, UNUSED);
        Memory.segment(address, mostBytes(text)).setString(0, string);
        boolean ascii = Memory.getByte(address + chars + 1) == UNUSED;
        return address + (ascii ? chars : length(string));
    }

    /// Writes characters.
    ///
    /// @return the address after the last byte
    static long put(long address, CharSequence text) {
        int chars = text.length();
        int done = text instanceof String string ? putQuads(address, string) : 0;
        for (int i = done; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) return putRest(address + i, text, i);
            Memory.putByte(address + i, (byte) c);
        }
        return address + chars;
    }

    /// Writes a string's chars from the first one on, 4 at a store, while they are ASCII; the last
    /// 4 over some of those before. Each store makes the JIT load the string's fields again: char
    /// by char took twice as long.
    ///
    /// @return how many it wrote
    private static int putQuads(long address, String text) {
        int last = text.length() - Integer.BYTES;
        for (int i = 0; i <= last; i = Math.min(i + Integer.BYTES, last)) {
            int a = text.charAt(i);
            int b = text.charAt(i + 1);
            int c = text.charAt(i + 2);
            int d = text.charAt(i + 3);
            if ((a | b | c | d) >= 0x80) return i;
            int quad = a | b << 8 | c << 16 | d << 24;
            Memory.putInt(address + i, BIG_ENDIAN ? Integer.reverseBytes(quad) : quad);
            if (i == last) return text.length();
        }
        return 0;
    }

    private static long putRest(long address, CharSequence text, int from) {
        int chars = text.length();
        long at = address;
        for (int i = from; i < chars; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                at = put(at, c);
            } else if (isPair(text, i, chars)) {
                at = put(at, Character.toCodePoint(c, text.charAt(++i)));
            } else {
                at = put(at, '?');
            }
        }
        return at;
    }

    /// Writes one code point, no surrogate.
    ///
    /// @return the address after the last byte
    static long put(long address, int point) {
        long at = address;
        if (point < 0x80) {
            Memory.putByte(at++, (byte) point);
            return at;
        }
        int more = point < 0x800 ? 1 : point < 0x1_0000 ? 2 : 3;
        int ones = -0x80 >> more;
        Memory.putByte(at++, (byte) (ones | point >> 6 * more));
        while (more-- > 0) Memory.putByte(at++, (byte) (0x80 | point >> 6 * more & 0x3F));
        return at;
    }

    /// Copies bytes to where none of them is: the few of most texts by words.
    static void copy(long source, long target, long bytes) {
        long last = bytes - Long.BYTES;
        if (last < 0 || last > COPIED_BYTES) {
            Memory.copy(source, target, bytes);
            return;
        }
        for (long i = 0; i < last; i += Long.BYTES) {
            Memory.putLong(target + i, Memory.getLong(source + i));
        }
        Memory.putLong(target + last, Memory.getLong(source + last));
    }

    // ---- decoding ----

    /// Whether a character begins with the byte.
    static boolean isStart(byte unit) {
        return unit >= -64;
    }

    /// Bytes of the character that begins at an address.
    static int width(long address) {
        int first = Memory.getByte(address);
        return first >= 0 ? 1 : first < -32 ? 2 : first < -16 ? 3 : 4;
    }

    /// The character that begins at an address.
    static int codePoint(long address) {
        int first = Memory.getByte(address);
        if (first >= 0) return first;
        int width = width(address);
        int point = first & 0x7F >> width;
        for (int i = 1; i < width; i++) point = point << 6 | Memory.getByte(address + i) & 0x3F;
        return point;
    }

    /// Whether all bytes are below 128: a character each.
    static boolean isAscii(long address, long bytes) {
        long all = 0;
        long i = 0;
        for (; bytes - i >= Long.BYTES; i += Long.BYTES) all |= Memory.getLong(address + i);
        for (; i < bytes; i++) all |= Memory.getByte(address + i);
        return (all & HIGH) == 0;
    }

    /// Java's chars for those bytes.
    static long chars(long address, long bytes) {
        long chars = 0;
        for (long i = 0; i < bytes; i++) {
            int unit = Memory.getByte(address + i);
            if (unit >= -64) chars += unit >= 0 || unit < -16 ? 1 : 2;
        }
        return chars;
    }

    /// Index of the first byte that does not continue well-formed UTF-8, or -1.
    static long malformed(long address, long bytes) {
        long i = 0;
        while (i < bytes) {
            if (bytes - i >= Long.BYTES && (Memory.getLong(address + i) & HIGH) == 0) {
                i += Long.BYTES;
                continue;
            }
            int width = width(address + i);
            if (i + width > bytes) return i;
            if (width > 1 && !isWellFormed(address + i, width)) return i;
            i += width;
        }
        return -1;
    }

    private static boolean isWellFormed(long address, int width) {
        int first = Memory.getByte(address) & 0xFF;
        if (first < 0xC2 || first > 0xF4) return false;
        for (int i = 1; i < width; i++) if (isStart(Memory.getByte(address + i))) return false;
        int point = codePoint(address);
        return switch (width) {
            case 2 -> true;
            case 3 -> point >= 0x800 && (point < 0xD800 || point > 0xDFFF);
            default -> point >= 0x1_0000 && point <= Character.MAX_CODE_POINT;
        };
    }

    // ---- comparing ----

    /// Compares bytes as unsigned numbers, which is the order of code points.
    static int compare(long left, long leftBytes, long right, long rightBytes) {
        long common = Math.min(leftBytes, rightBytes);
        long i = 0;
        for (; common - i >= Long.BYTES; i += Long.BYTES) {
            long a = Memory.getLong(left + i);
            long b = Memory.getLong(right + i);
            if (a != b) return compareWords(a, b);
        }
        for (; i < common; i++) {
            int order = (Memory.getByte(left + i) & 0xFF) - (Memory.getByte(right + i) & 0xFF);
            if (order != 0) return order;
        }
        return Long.compare(leftBytes, rightBytes);
    }

    private static int compareWords(long a, long b) {
        if (BIG_ENDIAN) return Long.compareUnsigned(a, b);
        return Long.compareUnsigned(Long.reverseBytes(a), Long.reverseBytes(b));
    }

    /// Whether so many bytes are the same.
    static boolean equal(long left, long right, long bytes) {
        long i = 0;
        for (; bytes - i >= Long.BYTES; i += Long.BYTES) {
            if (Memory.getLong(left + i) != Memory.getLong(right + i)) return false;
        }
        for (; i < bytes; i++) {
            if (Memory.getByte(left + i) != Memory.getByte(right + i)) return false;
        }
        return true;
    }

    // ---- hashing ----

    /// A hash of bytes, 8 at a step; from 32 bytes on in four lanes, which the processor works on
    /// at once. Not proof against keys that are chosen to collide.
    static int hash(long address, long bytes) {
        long at = address;
        long hash = bytes * K0;
        long end = address + bytes;
        if (bytes >= STEP) {
            hash = lanes(address, bytes);
            at = address + (bytes & -STEP);
        }
        for (; end - at >= Long.BYTES; at += Long.BYTES) hash = mix(hash, Memory.getLong(at), K1);
        if (at < end) hash = mix(hash, tail(at, (int) (end - at)), K2);
        hash ^= hash >>> 32;
        return (int) (hash * K3 >>> 32);
    }

    private static long lanes(long address, long bytes) {
        long a = bytes * K0;
        long b = K1;
        long c = K2;
        long d = K3;
        for (long at = address, end = address + (bytes & -STEP); at != end; at += STEP) {
            a = mix(a, Memory.getLong(at), K1);
            b = mix(b, Memory.getLong(at + 8), K1);
            c = mix(c, Memory.getLong(at + 16), K1);
            d = mix(d, Memory.getLong(at + 24), K1);
        }
        return mix(a + Long.rotateLeft(b, 21), c + Long.rotateLeft(d, 43), K2);
    }

    private static long mix(long hash, long word, long factor) {
        long product = (hash ^ word) * factor;
        return product ^ product >>> 29;
    }

    /// The last 1 to 7 bytes as one word.
    private static long tail(long address, int bytes) {
        if (bytes >= Integer.BYTES) {
            long low = Memory.getInt(address) & 0xFFFF_FFFFL;
            long high = Memory.getInt(address + bytes - Integer.BYTES) & 0xFFFF_FFFFL;
            return low | high << 32;
        }
        long word = Memory.getByte(address) & 0xFFL;
        word |= (Memory.getByte(address + (bytes >> 1)) & 0xFFL) << 8;
        return word | (Memory.getByte(address + bytes - 1) & 0xFFL) << 16 | (long) bytes << 24;
    }
}
