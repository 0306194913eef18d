package org.allod;

/// Sees the pieces of a heap in address order.
@FunctionalInterface
public interface BlockVisitor {

    /// What a piece of a region is.
    enum Kind {
        /// A block in a caller's hands, its rounding included, also that before an aligned address.
        USED,
        /// Free, held by a thread's cache.
        CACHED,
        /// Free for any request that fits.
        FREE,
        /// Headers, tables, slab tails, and what has not been carved yet.
        OVERHEAD
    }

    /// One piece.
    ///
    /// @param address its first byte
    /// @param bytes its size, at least 1
    void block(long address, long bytes, Kind kind);
}
