package org.allod.hoard;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// Hoard keeps the contract, with threads as well.
class HoardContractTest
        implements AllocatorContract,
                MallocContract,
                CoalescingContract,
                ConcurrentContract,
                DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new HoardMalloc(region);
    }
}
