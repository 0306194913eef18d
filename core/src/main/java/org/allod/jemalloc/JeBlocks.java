package org.allod.jemalloc;

import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.LiveMap;
import org.allod.jemalloc.extent.Space;

/// Which addresses are live blocks, and what is known of them: [JeKind].
///
/// Blocks that caches take are in the live map, where the fast path finds them. A larger one is
/// known by its extent: a page of the map for each would be a lot.
///
/// Threads: any; a block's kind is its owner's.
final class JeBlocks {
    private final Space space;
    private final LiveMap live;
    private final int mapped;

    JeBlocks(Space space, JeTuning tuning) {
        this.space = space;
        this.live = space.live();
        this.mapped = tuning.mapped;
    }

    /// What is known of an address; 0: no live block.
    int kind(long address) {
        int kind = live.kind(address) & 0xFF;
        if (kind != 0) return kind;
        Extent extent = space.at(address);
        return extent == null ? 0 : extent.kindOf(address);
    }

    /// Makes a block of a class live.
    void set(long address, int index, int flags) {
        if (index < mapped) live.set(address, flags | index + 1);
        else space.at(address).setBlock(address, flags | JeKind.LARGE);
    }

    /// Adds a flag to a live block.
    void add(long address, int flag) {
        int kind = live.kind(address) & 0xFF;
        if (kind != 0) live.set(address, kind | flag);
        else space.at(address).setBlock(address, kind(address) | flag);
    }

    /// Makes a block free.
    void clear(long address) {
        if (live.kind(address) != 0) live.set(address, 0);
        else space.at(address).setBlock(0, 0);
    }
}
