package org.allod.kit;

import java.nio.ByteOrder;
import org.allod.memory.Memory;

/// Contents by which a block is known again: every 8 bytes differ with the seed and the place.
///
/// ```
///   up to 64 KiB   │████████████████████████████│
///   above          │████│█    │█    │█    │█████│   first and last 4 KiB, 8 bytes of each page
/// ```
public final class Pattern {
    private static final long WHOLE_UP_TO = 64 << 10;
    private static final long EDGE = 4 << 10;
    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private Pattern() {}

    /// Writes the contents of a block.
    public static void write(long address, long size, long seed) {
        if (size <= WHOLE_UP_TO) {
            write(address, 0, size, seed);
            return;
        }
        long tail = (size - EDGE) & -Long.BYTES;
        write(address, 0, EDGE, seed);
        for (long at = EDGE; at < tail; at += EDGE) write(address, at, at + Long.BYTES, seed);
        write(address, tail, size, seed);
    }

    /// Offset of the first wrong byte among the first `prefix` of a block that was written with
    /// `size` bytes, or -1.
    public static long mismatch(long address, long size, long prefix, long seed) {
        if (size <= WHOLE_UP_TO) return mismatchIn(address, 0, prefix, seed);
        long wrong = mismatchIn(address, 0, Math.min(EDGE, prefix), seed);
        for (long at = EDGE; wrong < 0 && at + Long.BYTES <= prefix; at += EDGE) {
            wrong = mismatchIn(address, at, at + Long.BYTES, seed);
        }
        if (wrong < 0 && prefix == size) {
            wrong = mismatchIn(address, (size - EDGE) & -Long.BYTES, size, seed);
        }
        return wrong;
    }

    private static void write(long address, long from, long to, long seed) {
        long at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            Memory.putLong(
                    address + at, SWAPPED ? Long.reverseBytes(word(at, seed)) : word(at, seed));
        }
        for (; at < to; at++) Memory.putByte(address + at, byteAt(at, seed));
    }

    private static long mismatchIn(long address, long from, long to, long seed) {
        long at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long found = Memory.getLong(address + at);
            if ((SWAPPED ? Long.reverseBytes(found) : found) != word(at, seed)) break;
        }
        for (; at < to; at++) {
            if (Memory.getByte(address + at) != byteAt(at, seed)) return at;
        }
        return -1;
    }

    private static byte byteAt(long at, long seed) {
        return (byte) (word(at & -Long.BYTES, seed) >>> 8 * (at & 7));
    }

    /// Derived: 2^64 over the golden ratio, an odd number that spreads neighbours over all bits.
    private static long word(long at, long seed) {
        return (seed + at + 1) * 0x9E37_79B9_7F4A_7C15L;
    }
}
