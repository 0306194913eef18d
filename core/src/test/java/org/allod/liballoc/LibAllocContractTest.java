package org.allod.liballoc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// liballoc keeps the contract.
class LibAllocContractTest
        implements AllocatorContract, MallocContract, CoalescingContract, DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new LibAlloc(region);
    }
}
