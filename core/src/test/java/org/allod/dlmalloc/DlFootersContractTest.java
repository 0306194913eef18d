package org.allod.dlmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// dlmalloc with footers keeps the contract.
class DlFootersContractTest
        implements AllocatorContract, MallocContract, CoalescingContract, DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new DlMalloc(region, DlOptions.DEFAULT.withFooters());
    }
}
