package org.allod.simplebuddy;

import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.DetectsWrongLayout;

/// The chapter author's buddies keep the contract.
class SimpleBuddyContractTest implements AllocatorContract, DetectsDoubleFree, DetectsWrongLayout {
    @Override
    public Allocator heapOver(Region region) {
        return new SimpleBuddyAllocator(region);
    }

    /// What was carved small becomes large again only by merging.
    @Override
    public long restAfterFreeAll() {
        return Long.MAX_VALUE;
    }
}
