package org.allod.nedmalloc;

import org.allod.memory.Memory;

/// A block as the caches see it: its tags, and the links that lie over it while it is cached.
///
/// ```
///               address
///                  ▼
/// live    │ head │ the caller's bytes: usable ........................... │ footer │ head ...
/// cached  │ head │ clock │ older │ newer │ unused ........................ │footer^C│ head ...
///          8       0       8       16                                             usable
/// ```
///
/// The head is dlmalloc's, as its `DlChunk` draws it: the size of the chunk (16 more than is
/// usable), P, C. P may change at any time, with a neighbour; the rest is the block's own while it
/// is live or cached. The footer is the mark of its space ([NedMarks]); bit C of it says that it is
/// cached.
final class NedBlock {
    /// Bytes of a chunk that are not the caller's. Source: spec 3.1, head and footer.
    static final long OVERHEAD = 16;

    /// Alignment of blocks.
    static final long ALIGNMENT = 16;

    /// Smallest request; smaller ones are raised to it. Source: spec 3.1, room for a cached block's
    /// fields.
    static final long MIN = 32;

    /// In a footer: the block is in a cache.
    static final long CACHED = 1L << 57;

    private static final long USED = 2;
    private static final long OTHER_FLAGS = 12;

    private static final long HEAD = -8;
    private static final long CLOCK = 0;
    private static final long OLDER = 8;
    private static final long NEWER = 16;

    static {
        assert MIN >= NEWER + Long.BYTES;
    }

    private NedBlock() {}

    // ---- tags ----

    static long head(long address) {
        return Memory.getLong(address + HEAD);
    }

    /// Whether a head has the flags of a chunk in use.
    static boolean isUsed(long head) {
        return (head & (USED | OTHER_FLAGS)) == USED;
    }

    /// Bytes between head and footer, by the head.
    static long usable(long head) {
        return (head & -ALIGNMENT) - OVERHEAD;
    }

    static long footer(long address, long usable) {
        return Memory.getLong(address + usable);
    }

    /// From live to cached, or back.
    static void flip(long address, long usable) {
        Memory.putLong(address + usable, footer(address, usable) ^ CACHED);
    }

    // ---- while it is cached ----

    /// The cache's clock when the block came.
    static long clock(long address) {
        return Memory.getLong(address + CLOCK);
    }

    static void setClock(long address, long clock) {
        Memory.putLong(address + CLOCK, clock);
    }

    /// The block that came before it, or 0.
    static long older(long address) {
        return Memory.getLong(address + OLDER);
    }

    static void setOlder(long address, long older) {
        Memory.putLong(address + OLDER, older);
    }

    /// The block that came after it; anything if it is its list's newest.
    static long newer(long address) {
        return Memory.getLong(address + NEWER);
    }

    static void setNewer(long address, long newer) {
        Memory.putLong(address + NEWER, newer);
    }
}
