package org.allod.dlmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// dlmalloc with direct page runs, of sizes that the contract uses, keeps it.
class DlRunsContractTest implements AllocatorContract, MallocContract, DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new DlMalloc(region, DlOptions.DEFAULT.withDirectRunsFrom(4 * KIB));
    }
}
