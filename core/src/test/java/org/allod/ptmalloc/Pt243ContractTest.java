package org.allod.ptmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// The variant of glibc 2.43 keeps the contract.
class Pt243ContractTest
        implements AllocatorContract,
                MallocContract,
                CoalescingContract,
                ConcurrentContract,
                DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new PtMalloc(region, PtOptions.V2_43);
    }
}
