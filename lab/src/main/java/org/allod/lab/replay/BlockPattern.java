package org.allod.lab.replay;

import org.allod.memory.Memory;

/// Contents that no other block has, and that show when they are shifted.
///
/// The word at offset `o` of a block is `seed + o`, little end first; the tail takes as many bytes
/// of it as are left.
final class BlockPattern {
    private BlockPattern() {}

    /// The seed of the block that operation `operation` made. Source: splitmix64's finaliser.
    static long seed(long operation) {
        long z = (operation + 1) * 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /// Writes `bytes` bytes.
    static void write(long address, long bytes, long seed) {
        long at = 0;
        for (; bytes - at >= Long.BYTES; at += Long.BYTES) {
            Memory.putLong(address + at, seed + at);
        }
        long word = seed + at;
        for (; at < bytes; at++, word >>>= Byte.SIZE) {
            Memory.putByte(address + at, (byte) word);
        }
    }

    /// Offset of the first of `bytes` bytes that differs, at most 7 bytes early, or -1.
    static long mismatch(long address, long bytes, long seed) {
        long at = 0;
        for (; bytes - at >= Long.BYTES; at += Long.BYTES) {
            if (Memory.getLong(address + at) != seed + at) return at;
        }
        long word = seed + at;
        for (; at < bytes; at++, word >>>= Byte.SIZE) {
            if (Memory.getByte(address + at) != (byte) word) return at;
        }
        return -1;
    }
}
