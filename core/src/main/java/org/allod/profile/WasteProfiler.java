package org.allod.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongToDoubleFunction;

/// Notes who allocated some of the blocks in slabs, and says whose pin the free memory there.
///
/// A second sampling beside [HeapProfiler]'s, with waits of its own: the blocks that one samples
/// get extents of their own and pin no slab. A block noted here stays where it is; its slab is
/// marked, so that the frees in marked slabs, and no others, ask [#freed].
///
/// Cost: a stack walk a block noted; a free in a marked slab asks a table, without a lock where the
/// block is not in it. Threads: any thread, locks.
public final class WasteProfiler {
    private final long mean;
    private final Sites sites;
    private final SampleTable live = new SampleTable();
    private final ReentrantLock lock = new ReentrantLock();

    /// Notes nothing yet.
    ///
    /// @param mean of the waits between the blocks noted, in bytes, at least 1
    /// @param depth frames of each stack that are kept, from the innermost, at least 1
    public WasteProfiler(long mean, int depth) {
        if (mean < 1) throw new IllegalArgumentException("mean=" + mean + ", expected at least 1");
        this.mean = mean;
        this.sites = new Sites(depth);
    }

    /// Bytes between two blocks noted, on average.
    public long mean() {
        return mean;
    }

    /// Notes a block that lies in a slab and is about to be handed out. Mark the slab before.
    ///
    /// @param drawn bytes by which the request lowered the count
    public void noted(long address, long drawn) {
        List<StackTraceElement> stack = sites.here();
        double weight = SampleWait.weight(drawn, mean);
        lock.lock();
        try {
            live.put(address, new SampledBlock(sites.of(stack), drawn, weight));
        } finally {
            lock.unlock();
        }
    }

    /// Notes that a block in a marked slab is no longer live, be it that a cache keeps it.
    ///
    /// @return whether it was a noted one
    public boolean freed(long address) {
        if (!live.has(address)) return false;
        lock.lock();
        try {
            return live.remove(address) != null;
        } finally {
            lock.unlock();
        }
    }

    /// Number of noted blocks that live.
    public int samplesLive() {
        lock.lock();
        try {
            return live.size();
        } finally {
            lock.unlock();
        }
    }

    /// Whose live blocks pin how much free memory in slabs, as of now; the most bytes first.
    ///
    /// Asks `shareOf` once for each noted block, with its address and no lock held: the free bytes
    /// of the block's slab / the live blocks in it, 0 where the slab is full or gone.
    public WasteProfile profile(LongToDoubleFunction shareOf) {
        List<Long> addresses = new ArrayList<>();
        List<SampledBlock> blocks = new ArrayList<>();
        lock.lock();
        try {
            live.each((address, block) -> {
                addresses.add(address);
                blocks.add(block);
            });
        } finally {
            lock.unlock();
        }
        Map<Site, double[]> pinned = new IdentityHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            SampledBlock block = blocks.get(i);
            double share = shareOf.applyAsDouble(addresses.get(i));
            if (share <= 0) continue;
            double[] sums = pinned.computeIfAbsent(block.site(), site -> new double[2]);
            sums[0] += block.weight();
            sums[1] += block.weight() * share;
        }
        List<WasteProfile.Site> all = new ArrayList<>();
        pinned.forEach((site, sums) ->
                all.add(
                        new WasteProfile.Site(
                                site.stack, Math.round(sums[0]), Math.round(sums[1]))));
        all.sort(Comparator.comparingLong(WasteProfile.Site::bytes).reversed());
        return new WasteProfile(mean, all);
    }
}
