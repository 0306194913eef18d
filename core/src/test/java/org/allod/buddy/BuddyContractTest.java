package org.allod.buddy;

import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.DetectsWrongLayout;

/// The buddy system keeps the contract.
class BuddyContractTest
        implements AllocatorContract,
                CoalescingContract,
                ConcurrentContract,
                DetectsDoubleFree,
                DetectsWrongLayout {
    @Override
    public Allocator heapOver(Region region) {
        return new BuddyAllocator(region);
    }
}
