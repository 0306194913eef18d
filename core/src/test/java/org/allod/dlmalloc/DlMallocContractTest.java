package org.allod.dlmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;
import org.junit.jupiter.api.Nested;

/// dlmalloc keeps the contract, plain, with footers, and with direct page runs.
class DlMallocContractTest
        implements AllocatorContract, MallocContract, CoalescingContract, DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new DlMalloc(region);
    }

    @Nested
    class WithFooters
            implements AllocatorContract, MallocContract, CoalescingContract, DetectsDoubleFree {
        @Override
        public Malloc heapOver(Region region) {
            return new DlMalloc(region, DlOptions.DEFAULT.withFooters());
        }
    }

    @Nested
    class WithDirectRuns implements AllocatorContract, MallocContract, DetectsDoubleFree {
        @Override
        public Malloc heapOver(Region region) {
            return new DlMalloc(region, DlOptions.DEFAULT.withDirectRunsFrom(16 * KIB));
        }
    }
}
