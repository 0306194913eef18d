package org.allod.jemalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.DetectsWrongLayout;
import org.allod.kit.MallocContract;

/// jemalloc keeps the contract, with threads as well.
class JeMallocContractTest
        implements AllocatorContract,
                MallocContract,
                CoalescingContract,
                ConcurrentContract,
                DetectsDoubleFree,
                DetectsWrongLayout {
    @Override
    public Malloc heapOver(Region region) {
        return new JeMalloc(region);
    }
}
