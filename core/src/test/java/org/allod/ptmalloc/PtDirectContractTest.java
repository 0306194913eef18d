package org.allod.ptmalloc;

import org.allod.Malloc;
import org.allod.Region;
import org.allod.kit.AllocatorContract;
import org.allod.kit.ConcurrentContract;
import org.allod.kit.MallocContract;

/// With direct page runs from 4 KiB on, small arenas and eager trimming it keeps the contract, too.
class PtDirectContractTest implements AllocatorContract, MallocContract, ConcurrentContract {
    @Override
    public Malloc heapOver(Region region) {
        PtOptions options = PtOptions.GLIBC.with("mmap_threshold", 4096).with("trim_threshold", 0);
        return new PtMalloc(region, options.with("top_pad", 0).with("realloc_zero_frees", 0));
    }
}
