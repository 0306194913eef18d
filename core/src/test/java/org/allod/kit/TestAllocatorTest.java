package org.allod.kit;

import org.allod.Malloc;
import org.allod.Region;

/// The honest one keeps the contract.
class TestAllocatorTest
        implements AllocatorContract,
                CoalescingContract,
                MallocContract,
                ConcurrentContract,
                DetectsDoubleFree,
                DetectsWrongLayout {
    @Override
    public Malloc heapOver(Region region) {
        return new TestAllocator(region);
    }
}
