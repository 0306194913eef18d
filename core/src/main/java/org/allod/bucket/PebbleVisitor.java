package org.allod.bucket;

import org.allod.BlockVisitor.Kind;

/// Sees the pieces of a heap in address order, with their names.
@FunctionalInterface
public interface PebbleVisitor {

    /// One piece.
    ///
    /// @param address its first byte
    /// @param bytes its size, at least 1
    /// @param kind what it is
    /// @param name that the block was given; empty for none
    void pebble(long address, long bytes, Kind kind, String name);
}
