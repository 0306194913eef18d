package org.allod.ffm;

/// What an arena holds and has done.
///
/// @param blocks live segments and addresses
/// @param bytes of them, as asked for
/// @param allocations segments and addresses handed out so far
/// @param resets new sessions so far, the first not counted
public record ArenaStats(long blocks, long bytes, long allocations, long resets) {

    /// Segments and addresses given back so far, early or by a reset.
    public long frees() {
        return allocations - blocks;
    }
}
