package org.allod.simplebuddy;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.Region;

/// Stand-in.
public final class SimpleBuddyAllocator implements Allocator {
    private final Region region;
    private long next;

    /// Over a region.
    public SimpleBuddyAllocator(Region region) {
        this.region = region;
        this.next = region.base();
    }

    @Override
    public long allocate(long size, long alignment) {
        long at = (next + alignment - 1) & -alignment;
        if (size < 0 || size > region.end() - at || !region.commit(at, Math.max(1, size))) return NULL;
        next = at + Math.max(1, size);
        return at;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {}

    @Override
    public AllocatorStats stats() {
        return AllocatorStats.builder()
                .pages(region.committed(), region.committedMax(), region.bytes())
                .build();
    }

    @Override
    public long trim() {
        return 0;
    }

    @Override
    public boolean owns(long address) {
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return false;
    }

    @Override
    public void walk(BlockVisitor visitor) {}

    @Override
    public void verify() {}

    @Override
    public void close() {
        region.close();
    }
}
