package org.allod.tcmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.MallocContract;

/// TCMalloc keeps the contract, with threads as well.
class TcMallocContractTest
        implements AllocatorContract, MallocContract, CoalescingContract, ConcurrentContract {
    @Override
    public Malloc heapOver(Region region) {
        return new TcMalloc(region);
    }
}
