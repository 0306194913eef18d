package org.allod.jemalloc;

/// How a request of [JeControl] is to be served: jemalloc's `MALLOCX_` flags, added or or-ed.
///
/// ```
///     31 ... 20      19 ... 8        6      5 ... 0
///  │ arena + 1 │ cache + 2, 1: none │ zero │ log2 of the alignment │
/// ```
///
/// Source: jemalloc's manual, spec 3.7.
public final class JeFlags {
    /// The bytes that are new to the caller are zero.
    public static final int ZERO = 0x40;

    /// Past all caches.
    public static final int TCACHE_NONE = 1 << 8;

    private static final int CACHE_SHIFT = 8;
    private static final int CACHE_MASK = 0xFFF;
    private static final int ARENA_SHIFT = 20;
    private static final int ARENA_MAX = 0xFFE;

    private JeFlags() {}

    /// At a multiple of 2^`log2`.
    ///
    /// @throws IllegalArgumentException unless it is from 0 to 62
    public static int lgAlign(int log2) {
        return checked("log2", log2, 62);
    }

    /// At a multiple of a power of two.
    ///
    /// @throws IllegalArgumentException if it is none
    public static int align(long alignment) {
        org.allod.Layout.checkAlignment(alignment);
        return Long.numberOfTrailingZeros(alignment);
    }

    /// Through a cache that [JeControl#cacheCreate] made.
    public static int tcache(int cache) {
        return checked("cache", cache, CACHE_MASK - 2) + 2 << CACHE_SHIFT;
    }

    /// From an arena, past all caches.
    public static int arena(int arena) {
        return checked("arena", arena, ARENA_MAX) + 1 << ARENA_SHIFT;
    }

    private static int checked(String name, int value, int max) {
        if (value >= 0 && value <= max) return value;
        throw new IllegalArgumentException(name + "=" + value + ", expected 0 to " + max);
    }

    static long alignmentOf(int flags) {
        return 1L << (flags & 63);
    }

    static boolean isZero(int flags) {
        return (flags & ZERO) != 0;
    }

    /// The cache's number, -1 for none to be used, -2 for the thread's own.
    static int cacheOf(int flags) {
        return (flags >>> CACHE_SHIFT & CACHE_MASK) - 2;
    }

    /// The arena's number, or -1.
    static int arenaOf(int flags) {
        return (flags >>> ARENA_SHIFT) - 1;
    }
}
