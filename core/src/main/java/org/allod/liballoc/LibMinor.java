package org.allod.liballoc;

import org.allod.memory.Memory;

/// The bits of a minor: the header of one block, and the canary after it.
///
/// ```
///   minor, = 8 mod 16                          address, = 0 mod 16
///   ├────────┬────────┬────────┬────────┬────────┬──────────────────┬─────────┤
///   │ before │ after  │ major  │ size   │ seal   │ the caller's     │ canary  │
///   │ 8      │ 8      │ 8      │ 8      │ 8      │ size             │ 8 .. 23 │
///   └────────┴────────┴────────┴────────┴────────┴──────────────────┴─────────┘
///                                                                             end, = 8 mod 16
/// ```
///
/// The seal says "in use" and vouches for `major` and `size`: a store into any of the three is
/// seen. The two links are vouched for by the neighbours, which must point back.
///
/// The canary starts at the first byte that was not asked for, so that an overrun by one byte
/// already changes it.
final class LibMinor {
    /// Bytes of a header. Source: liballoc 1.1.
    static final int BYTES = 40;

    private static final int AFTER = 8;
    private static final int MAJOR = 16;
    private static final int SIZE = 24;
    private static final int SEAL = 32;

    /// Marks a header in use. Source: LIBALLOC_MAGIC in the upper half.
    private static final long LIVE = 0xC001_C0DE_6A09_E667L;

    private static final long LOW_56 = -1L >>> 8;

    /// Marks a header that was freed. Source: LIBALLOC_DEAD, twice.
    private static final long DEAD = 0xDEAD_DEAD_DEAD_DEADL;

    /// What lies at each multiple of 8 in a canary. All bytes differ, and none is one that programs
    /// like to write: no 0, no 0xFF, no ASCII.
    private static final long CANARY = 0xC3A5_96E7_D9B4_8FF1L;

    /// Least bytes of a canary: the odds that a wrong store leaves it whole are 1 : 2^64.
    private static final int CANARY_MIN = 8;

    static {
        assert BYTES == SEAL + Long.BYTES : "five words";
        assert (BYTES + CANARY_MIN) % 16 == 0 : "blocks of 16 follow each other without a gap";
    }

    private LibMinor() {}

    /// Bytes of a block with `size` bytes for the caller, header and canary included.
    static long bytesFor(long size) {
        return BYTES + roundUp(size) + CANARY_MIN;
    }

    /// The size, rounded up to 16.
    static long roundUp(long size) {
        return size + 15 & -16;
    }

    static long addressOf(long minor) {
        return minor + BYTES;
    }

    static long minorAt(long address) {
        return address - BYTES;
    }

    /// First byte after the canary of a block of `size` bytes.
    static long end(long minor, long size) {
        return minor + bytesFor(size);
    }

    // ---- fields ----

    /// The minor before it in address order, or its major.
    static long before(long minor) {
        return Memory.getLong(minor);
    }

    static void before(long minor, long before) {
        Memory.putLong(minor, before);
    }

    /// The minor after it in address order, or its major.
    static long after(long minor) {
        return Memory.getLong(minor + AFTER);
    }

    static void after(long minor, long after) {
        Memory.putLong(minor + AFTER, after);
    }

    static long major(long minor) {
        return Memory.getLong(minor + MAJOR);
    }

    /// Bytes that were asked for, at least 1.
    static long size(long minor) {
        return Memory.getLong(minor + SIZE);
    }

    // ---- seal and canary ----

    /// Writes all but the links.
    static void seal(long minor, long major, long size) {
        Memory.putLong(minor + MAJOR, major);
        Memory.putLong(minor + SIZE, size);
        Memory.putLong(minor + SEAL, sealOf(minor, major, size));
        long canary = addressOf(minor) + size;
        long last = end(minor, size) - CANARY_MIN;
        Memory.putLong(canary, canaryAt(canary));
        Memory.putLong(last, CANARY);
        if (last - canary > Long.BYTES) Memory.putLong(last - Long.BYTES, CANARY);
    }

    /// Marks it freed.
    static void bury(long minor) {
        Memory.putLong(minor + SEAL, DEAD ^ minor);
    }

    /// Whether it is in use, and has this major and size.
    static boolean isSealed(long minor, long major, long size) {
        return Memory.getLong(minor + SEAL) == sealOf(minor, major, size);
    }

    static boolean isBuried(long minor) {
        return Memory.getLong(minor + SEAL) == (DEAD ^ minor);
    }

    /// Whether nobody wrote right behind the block.
    static boolean startsCanary(long minor, long size) {
        long canary = addressOf(minor) + size;
        return Memory.getLong(canary) == canaryAt(canary);
    }

    /// Whether nobody wrote anywhere between the block and what follows.
    static boolean isCanaryWhole(long minor, long size) {
        long canary = addressOf(minor) + size;
        long last = end(minor, size) - CANARY_MIN;
        return Memory.getLong(canary) == canaryAt(canary)
                && Memory.getLong(last) == CANARY
                && (last - canary <= Long.BYTES || Memory.getLong(last - Long.BYTES) == CANARY);
    }

    /// The highest byte, the one before the address, is always that of LIVE: no store of a usual
    /// value leaves it whole. The others depend on all bits of the three numbers.
    private static long sealOf(long minor, long major, long size) {
        long mixed = minor ^ Long.rotateLeft(size, 20) ^ Long.rotateLeft(major, 40);
        return LIVE ^ (mixed ^ mixed >>> 56) & LOW_56;
    }

    /// The canary's 8 bytes from an address on that need not be a multiple of 8.
    private static long canaryAt(long address) {
        return Long.rotateRight(CANARY, (int) address << 3);
    }
}
