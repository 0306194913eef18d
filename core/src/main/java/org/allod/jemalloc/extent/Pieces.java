package org.allod.jemalloc.extent;

/// Cuts and merges the extents of one arena, and recycles their objects.
///
/// Under the lock of the arena's pages.
final class Pieces {
    private final Space space;
    private final int arena;
    private Extent pool;

    Pieces(Space space, int arena) {
        this.space = space;
        this.arena = arena;
    }

    /// A new extent, in no set.
    Extent made(long address, long bytes, long serial) {
        Extent extent = pool == null ? space.make(arena) : pool;
        if (extent == pool) pool = extent.newer;
        extent.newer = null;
        extent.address = address;
        extent.bytes = bytes;
        extent.serial = serial;
        extent.state = Extent.State.ACTIVE;
        extent.beLarge(-1);
        space.enter(extent);
        return extent;
    }

    /// One that is no more.
    void recycle(Extent extent) {
        extent.state = Extent.State.POOLED;
        extent.newer = pool;
        pool = extent;
    }

    /// Whether it is one of the arena's that are in the set.
    boolean isOf(ExtentSet set, Extent extent) {
        return extent != null && extent.arena == arena && extent.state == set.state;
    }

    /// One extent of two neighbours, in no set; the one that is in the set leaves it.
    Extent merged(ExtentSet set, Extent left, Extent right, Extent kept) {
        set.remove(left.state == set.state ? left : right);
        long bytes = left.bytes + right.bytes;
        Extent gone = kept == left ? right : left;
        kept.address = left.address;
        kept.bytes = bytes;
        kept.serial = Math.min(left.serial, right.serial);
        recycle(gone);
        return kept;
    }

    /// Leaves `bytes` from `start` on; what is before and after goes to the set.
    Extent cut(ExtentSet set, Extent extent, long start, long bytes) {
        if (start > extent.address) {
            Extent lead = made(extent.address, start - extent.address, extent.serial);
            extent.address = start;
            extent.bytes -= lead.bytes;
            set.add(lead);
        }
        if (extent.bytes > bytes) {
            set.add(made(start + bytes, extent.bytes - bytes, extent.serial));
            extent.bytes = bytes;
        }
        space.enter(extent);
        return extent;
    }

    /// Leaves the first bytes of an extent that left a set in there; the rest is as much as has to
    /// go. The original gives all of it back, however large it has become.
    void leave(ExtentSet set, Extent extent, long kept) {
        set.add(made(extent.address, kept, extent.serial));
        extent.address += kept;
        extent.bytes -= kept;
        space.enter(extent);
    }
}
