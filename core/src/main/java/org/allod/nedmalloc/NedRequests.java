package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.memory.Memory;

/// What the caches cannot do: blocks from the spaces, and resizes in them.
///
/// `NULL` means that there is no room; nothing is counted but what was done. No stripe may be held.
final class NedRequests {
    private final Region region;
    private final NedSpaces spaces;
    private final NedCaches caches;

    NedRequests(Region region, NedSpaces spaces, NedCaches caches) {
        this.region = region;
        this.spaces = spaces;
        this.caches = caches;
    }

    /// A block from the space that served the thread last, or another.
    ///
    /// @param cache the caller's, or null
    /// @param bytes wanted, unsigned
    long take(NedCache cache, long bytes, long alignment, boolean zeroed) {
        int last = cache != null ? cache.space() : spaces.start();
        NedSpace space = spaces.lock(last);
        long address;
        try {
            address = space.takeLocked(bytes, alignment, zeroed);
        } finally {
            space.lock.unlock();
        }
        if (cache != null) cache.space(space.number);
        return address != NULL ? address : takeAnywhere(bytes, alignment, zeroed);
    }

    /// Where one space has no room: all, and again once the caches that can be are empty.
    private long takeAnywhere(long bytes, long alignment, boolean zeroed) {
        if (Long.compareUnsigned(bytes, region.bytes()) >= 0) return NULL;
        long address = spaces.takeAnywhere(bytes, alignment, zeroed);
        if (address == NULL && (caches.release() | spaces.trim() > 0)) {
            address = spaces.takeAnywhere(bytes, alignment, zeroed);
        }
        return address;
    }

    /// Resizes a live block in its space, in place or not.
    long resize(long address, long usable, long alignment, long newSize) {
        if (newSize < 0 || newSize >= region.bytes()) return NULL;
        long bytes = Math.max(newSize, NedBlock.MIN);
        NedSpace space = spaces.owner(address, usable);
        long moved = space.reallocate(address, alignment, bytes);
        if (moved != NULL) return moved;
        moved = takeAnywhere(bytes, alignment, false);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(usable, bytes));
        space.free(address);
        caches.countResize();
        return moved;
    }

    /// Resizes a live block where it is, or does nothing.
    boolean resizeInPlace(long address, long usable, long newSize) {
        NedSpace space = spaces.owner(address, usable);
        return newSize >= 0 && space.resize(address, Math.max(newSize, NedBlock.MIN));
    }
}
