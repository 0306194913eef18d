package org.allod.bucket;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.MallocContract;

/// Bucket keeps the contract with first fit, and with many small buckets.
class BucketFitsContractTest implements AllocatorContract, MallocContract, DetectsDoubleFree {
    @Override
    public Malloc heapOver(Region region) {
        return new BucketAllocator(region, 17 * 4096, Fit.FIRST);
    }

    /// The first bucket stays, and blocks do not reach across its end.
    @Override
    public long restAfterFreeAll() {
        return Long.MAX_VALUE;
    }
}
