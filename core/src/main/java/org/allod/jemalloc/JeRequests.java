package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import org.allod.CorruptHeapError;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.Space;
import org.allod.memory.Memory;

/// What a request goes through that the fast path does not serve.
///
/// Threads: any. Where there is no room, the caches that may be are emptied, all free pages go
/// back, and every arena is asked, before the answer is NULL.
final class JeRequests {
    /// Distance of the places where a large block may start.
    private static final long LINE = 64;

    final Space space;
    final JeArenas arenas;
    final JeCaches caches;
    final JeProfiles profiles;
    private final JeTuning tuning;
    final JeBlocks blocks;
    private final long large;

    JeRequests(Space space, JeArenas arenas, JeCaches caches, JeProfiles profiles) {
        this.space = space;
        this.arenas = arenas;
        this.caches = caches;
        this.profiles = profiles;
        this.tuning = caches.tuning;
        this.blocks = profiles.blocks;
        this.large = space.end() - space.base();
    }

    // ---- taking ----

    /// A block, live; or NULL.
    ///
    /// @param cache the caller's, or null
    /// @param alignment a power of two
    long take(JeCache cache, long size, long alignment, boolean zeroed) {
        if (Long.compareUnsigned(size, large) > 0 || alignment > large) return NULL;
        long address = tryTake(cache, size, alignment, zeroed);
        if (address != NULL) return address;
        caches.release();
        arenas.purge();
        address = tryTake(cache, size, alignment, zeroed);
        if (address != NULL) return address;
        for (JeArena arena : arenas.all()) {
            if (arena.explicit) continue;
            address = past(cache, direct(arena, size, alignment, zeroed));
            if (address != NULL) return address;
        }
        return NULL;
    }

    /// The class for a size at an alignment.
    static int classFor(long size, long alignment) {
        long bytes = (Math.max(size, 1) - 1 | alignment - 1) + 1;
        if (alignment <= Space.PAGE && bytes <= JeClasses.SMALL_MAX) return JeClasses.of(bytes);
        return JeClasses.of(Math.max(size, JeClasses.LARGE_MIN));
    }

    private long tryTake(JeCache cache, long size, long alignment, boolean zeroed) {
        int index = classFor(size, alignment);
        boolean cached = index < tuning.cached && (index < JeClasses.SMALL || alignment <= 64);
        if (!cached) {
            JeArena own = cache != null ? cache.arena : arenas.shared();
            return past(cache, direct(arenas.forLarge(own, size), size, alignment, zeroed));
        }
        long address;
        if (cache != null) {
            address = cache.pop(index + 1);
            if (address == NULL) address = caches.fill(cache, index);
        } else {
            address = caches.popShared(index);
        }
        if (address == NULL) return NULL;
        return made(address, size, index, 0, zeroed);
    }

    /// Counts a block that the caller's cache did not give.
    private long past(JeCache cache, long address) {
        if (cache != null && address != NULL) cache.left -= JeClasses.size(classOf(address));
        return address;
    }

    /// A block of an arena, past all caches; or NULL.
    long direct(JeArena arena, long size, long alignment, boolean zeroed) {
        int index = classFor(size, alignment);
        if (index >= JeClasses.COUNT) return NULL;
        int special = arena.explicit ? JeKind.SPECIAL : 0;
        if (index >= JeClasses.SMALL) {
            if (JeClasses.size(index) > large) return NULL;
            long address = arena.takeLarge(index, alignment, zeroed, true);
            return address == NULL ? NULL : made(address, size, index, special, false);
        }
        long[] one = new long[1];
        if (arena.take(index, one, 0, 1, 1) == 0) return NULL;
        return made(one[0], size, index, special, zeroed);
    }

    private long made(long address, long size, int index, int flags, boolean zeroed) {
        if (!isPlain(size, index)) flags |= JeKind.SPECIAL;
        if (zeroed) Memory.fill(address, size, (byte) 0);
        blocks.set(address, index, flags);
        return address;
    }

    /// Whether a block of this class is what the size alone asks for, at an alignment up to 16.
    private static boolean isPlain(long size, int index) {
        int plain = JeClasses.of(size);
        return plain == index || plain == 0 && index == 1;
    }

    // ---- giving back ----

    /// The class of a live block.
    ///
    /// @throws CorruptHeapError if there is none at the address
    int classOf(long address) {
        int kind = blocks.kind(address);
        if (kind == 0) throw JeFault.notLive(address);
        return JeKind.isLarge(kind) ? space.at(address).sizeClass() : JeKind.sizeClass(kind);
    }

    /// As [#classOf], of a block that the caller says has `size` bytes.
    ///
    /// @throws CorruptHeapError if that is not so
    int checkedClass(long address, long size) {
        int index = classOf(address);
        boolean fits =
                JeKind.isSpecial(blocks.kind(address))
                        ? Long.compareUnsigned(size, JeClasses.size(index)) <= 0
                        : isPlain(size, index);
        if (!fits) throw JeFault.size(address, size, JeClasses.size(index));
        return index;
    }

    /// Frees a block of a class.
    ///
    /// @param cache the caller's, or null
    void free(JeCache cache, long address, int index) {
        boolean explicit = arenas.of(space.at(address)).explicit;
        if (index >= tuning.cached || explicit) {
            if (cache != null) cache.leftFreed -= JeClasses.size(index);
            freeDirect(address, index);
            return;
        }
        if (JeKind.isNoted(blocks.kind(address))) profiles.freed(address);
        blocks.clear(address);
        if (cache == null) caches.freeShared(index, address);
        else if (!cache.push(index + 1, address)) caches.pushFull(cache, index, address);
    }

    /// Frees a block of a class past all caches.
    void freeDirect(long address, int index) {
        if (JeKind.isNoted(blocks.kind(address))) profiles.freed(address);
        Extent extent = space.at(address);
        blocks.clear(address);
        JeArena arena = arenas.of(extent);
        if (index < JeClasses.SMALL) arena.give(index, extent, address);
        else arena.freeLarge(extent);
    }

    /// What is to be done while nobody calls.
    void turn() {
        caches.bury();
        caches.releaseShared();
        arenas.decay();
    }

    /// Frees all blocks of a user's arena.
    void reset(JeArena arena) {
        for (JeBin bin : arena.bins) bin.lock.lock();
        try {
            for (Extent extent : arenas.activeOf(arena)) {
                forget(extent);
                if (extent.isSlab()) arena.pages.free(extent);
                else arena.freeLarge(extent);
            }
            for (JeBin bin : arena.bins) bin.reset();
        } finally {
            for (JeBin bin : arena.bins) bin.lock.unlock();
        }
    }

    private void forget(Extent extent) {
        long step = extent.isSlab() ? JeClasses.size(extent.sizeClass()) : LINE;
        long end = extent.isSlab() ? extent.end() : extent.address() + Space.PAGE;
        for (long at = extent.address(); at < end; at += step) {
            int kind = blocks.kind(at);
            if (JeKind.isNoted(kind)) profiles.freed(at);
            if (kind != 0) blocks.clear(at);
        }
    }

    // ---- resizing ----

    /// Whether a block stays where it is if it is resized, since its class is the same.
    boolean isKept(long address, int index, long alignment, long newSize) {
        return classFor(newSize, alignment) == index && (address & alignment - 1) == 0;
    }

    /// Resizes a live block; NULL, and nothing done, where there is no room.
    long resize(JeCache cache, long address, int index, long alignment, long newSize) {
        if (Long.compareUnsigned(newSize, large) > 0) return NULL;
        int wanted = classFor(newSize, alignment);
        if (isKept(address, index, alignment, newSize)) {
            if (!isPlain(newSize, index)) blocks.add(address, JeKind.SPECIAL);
            return address;
        }
        if (index >= JeClasses.SMALL
                && wanted >= JeClasses.SMALL
                && alignment <= Space.PAGE
                && inPlace(address, wanted, newSize)) {
            return address;
        }
        long moved = take(cache, newSize, alignment, false);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(JeClasses.size(index), newSize));
        free(cache, address, index);
        return moved;
    }

    /// Resizes a large block where it is, if that can be.
    boolean inPlace(long address, int wanted, long newSize) {
        if (wanted >= JeClasses.COUNT || JeClasses.size(wanted) > large) return false;
        Extent extent = space.at(address);
        JeArena arena = arenas.of(extent);
        int kind = blocks.kind(address) & (JeKind.NOTED | JeKind.SPECIAL);
        blocks.clear(address);
        if (!arena.resizeLarge(extent, wanted)) {
            blocks.set(address, extent.sizeClass(), kind);
            return false;
        }
        if (!isPlain(newSize, wanted)) kind |= JeKind.SPECIAL;
        blocks.set(address, wanted, kind);
        return true;
    }
}
