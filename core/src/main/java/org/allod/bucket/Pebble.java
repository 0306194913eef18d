package org.allod.bucket;

import org.allod.memory.Memory;
import org.allod.parts.FitBins;

/// The bits of a pebble: 64 bytes before every piece of a bucket, free or in use.
///
/// ```
///   pebble, = 0 mod 64                                                      address, = 0 mod 64
///   ├────────┬────────┬────────┬────────┬────────┬────────┬────────┬────────┬────────────────┤
///   │ tag    │ unused │ before │ unused │ asked  │ unused │ bytes  │ seal   │ the caller's   │
///   │ tag    │        │ before │        │ next   │ prev   │ bytes  │ seal   │ free: nobody's │
///   └────────┴────────┴────────┴────────┴────────┴────────┴────────┴────────┴────────────────┘
///     0        8        16       24       32       40       48       56       64
///
///   tag │ 'ROCK' 32 │ number of the name 24 │ flags 8 │
/// ```
///
/// The list of all pebbles is in address order: `before` is stored, and the next one is where this
/// piece ends. A free piece is also in a bin; its links are in the pebble, so that a store through
/// a dangling pointer does not reach them. The seal vouches for tag and bytes.
final class Pebble {
    /// Bytes of a header; payloads are multiples of it. Source: a cache line, and the original's
    /// header without the debug name.
    static final int BYTES = 64;

    /// Least bytes that are worth a pebble of their own.
    static final int SPLIT_LEAST = BYTES + 64;

    /// Flag: in somebody's hands.
    static final int IN_USE = 1;

    /// Flag: aligned above 64.
    static final int ALIGNED = 2;

    /// Flag: cleared when it was handed out.
    static final int CLEARED = 4;

    /// Flag: some pages of the piece may not be committed.
    static final int HOLES = 8;

    /// 'ROCK'. Source: the original.
    private static final long ROCK = 0x524F_434BL;

    /// Largest number of a name.
    static final int NAME_MAX = (1 << 24) - 1;

    private static final int NAME_SHIFT = 8;
    private static final int BEFORE = 16;
    private static final int NODE = 32;
    private static final int SIZE = NODE + FitBins.NODE_BYTES - Long.BYTES;
    private static final int SEAL = 56;

    static {
        assert SEAL == SIZE + Long.BYTES && BYTES == SEAL + Long.BYTES : "eight words";
    }

    private Pebble() {}

    /// The size, rounded up to 64; at least 64.
    static long roundUp(long size) {
        return Math.max(1, size) + 63 & -64;
    }

    static long addressOf(long pebble) {
        return pebble + BYTES;
    }

    static long at(long address) {
        return address - BYTES;
    }

    /// Where a piece of `bytes` ends, and the next pebble is.
    static long end(long pebble, long bytes) {
        return pebble + BYTES + bytes;
    }

    /// The words by which a bin knows it.
    static long node(long pebble) {
        return pebble + NODE;
    }

    static long ofNode(long node) {
        return node - NODE;
    }

    // ---- fields ----

    /// Bytes of the piece, a multiple of 64.
    static long bytes(long pebble) {
        return Memory.getLong(pebble + SIZE);
    }

    /// Magic, name and flags.
    static long tag(long pebble) {
        return Memory.getLong(pebble);
    }

    static boolean isInUse(long tag) {
        return (tag & IN_USE) != 0;
    }

    static boolean hasHoles(long tag) {
        return (tag & HOLES) != 0;
    }

    /// Number of its name; 0: none.
    static int name(long tag) {
        return (int) tag >>> NAME_SHIFT;
    }

    /// The pebble before it in address order; 0: it is the bucket's first.
    static long before(long pebble) {
        return Memory.getLong(pebble + BEFORE);
    }

    static void before(long pebble, long before) {
        Memory.putLong(pebble + BEFORE, before);
    }

    /// Bytes that were asked for; of a piece in use.
    static long asked(long pebble) {
        return Memory.getLong(pebble + NODE);
    }

    static void asked(long pebble, long size) {
        Memory.putLong(pebble + NODE, size);
    }

    // ---- seal ----

    /// Writes all that the seal vouches for.
    static void seal(long pebble, int flags, int name, long bytes) {
        seal(pebble, ROCK << 32 | (long) name << NAME_SHIFT | flags, bytes);
    }

    /// As [#seal(long, int, int, long)], with a tag that a pebble had.
    static void seal(long pebble, long tag, long bytes) {
        Memory.putLong(pebble, tag);
        Memory.putLong(pebble + SIZE, bytes);
        Memory.putLong(pebble + SEAL, sealOf(pebble, tag, bytes));
    }

    /// The pebble becomes part of a larger piece: it is none any more.
    static void crush(long pebble) {
        Memory.putLong(pebble, 0);
        Memory.putLong(pebble + SEAL, 0);
    }

    /// Whether nobody wrote over it.
    static boolean isSealed(long pebble, long tag, long bytes) {
        return tag >>> 32 == ROCK && Memory.getLong(pebble + SEAL) == sealOf(pebble, tag, bytes);
    }

    /// The highest byte, the one before the address, is that of 'R' inverted: no store of a usual
    /// value leaves it whole.
    private static long sealOf(long pebble, long tag, long bytes) {
        long mixed = pebble ^ Long.rotateLeft(tag, 32) ^ Long.rotateLeft(bytes, 24);
        return ~ROCK << 32 ^ (mixed ^ mixed >>> 56) & -1L >>> 8;
    }
}
