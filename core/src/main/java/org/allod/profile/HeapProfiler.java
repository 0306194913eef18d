package org.allod.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Notes who allocated the sampled blocks of one heap, and which of them live.
///
/// An allocator calls [#sampled] when a thread cache's count ([SampleWait]) ran out, and [#freed]
/// for those blocks alone: it can tell them, because a sampled block has a span or an extent of its
/// own. What comes out, [#profile], speaks for all blocks: each sample stands for
/// [SampleWait#weight] of them.
///
/// Cost: a stack walk a sample, a look-up a free. Memory: 100 bytes a live sample; the sites stay,
/// 8 bytes a frame and each frame's text once. Threads: any thread, locks; so give a stripe back
/// before.
public final class HeapProfiler {
    /// Bytes between two samples, as in TCMalloc and jemalloc.
    public static final long MEAN = 512 << 10;

    /// Frames of a stack that are kept: as TCMalloc's 31, and one more.
    public static final int DEPTH = 32;

    private final long mean;
    private final Sites sites;
    private final SampleTable live = new SampleTable();
    private final ReentrantLock lock = new ReentrantLock();

    /// Notes nothing yet.
    ///
    /// @param mean of the waits between the samples, in bytes, at least 1
    /// @param depth frames of each stack that are kept, from the innermost, at least 1
    public HeapProfiler(long mean, int depth) {
        if (mean < 1) throw new IllegalArgumentException("mean=" + mean + ", expected at least 1");
        this.mean = mean;
        this.sites = new Sites(depth);
    }

    /// Bytes between two samples, on average.
    public long mean() {
        return mean;
    }

    /// Notes a block that is about to be handed out, and the calling thread's stack without the
    /// library's own frames. A block noted before at the same address counts as freed.
    ///
    /// @param drawn bytes by which the request lowered the count: decides how many it stands for
    /// @param bytes of each that the profile shows: asked for or granted, as the allocator likes
    public void sampled(long address, long drawn, long bytes) {
        List<StackTraceElement> stack = sites.here();
        double weight = SampleWait.weight(drawn, mean);
        lock.lock();
        try {
            SampledBlock block = new SampledBlock(sites.of(stack), bytes, weight);
            SampledBlock old = live.put(address, block);
            if (old != null) old.site().freed(old);
            block.site().allocated(block);
        } finally {
            lock.unlock();
        }
    }

    /// Notes that a block is no longer live, before its memory can be handed out again.
    ///
    /// @return whether it was a sampled one
    public boolean freed(long address) {
        lock.lock();
        try {
            SampledBlock block = live.remove(address);
            if (block == null) return false;
            block.site().freed(block);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Number of sampled blocks that live.
    public int samplesLive() {
        lock.lock();
        try {
            return live.size();
        } finally {
            lock.unlock();
        }
    }

    /// What all sites have allocated and what of it lives, as of now; the most live bytes first.
    public HeapProfile profile() {
        List<HeapProfile.Site> all = new ArrayList<>();
        lock.lock();
        try {
            for (Site site : sites.all()) {
                all.add(
                        new HeapProfile.Site(
                                site.stack,
                                Math.round(site.objects),
                                Math.round(site.bytes),
                                Math.round(site.objectsLive),
                                Math.round(site.bytesLive)));
            }
        } finally {
            lock.unlock();
        }
        all.sort(Comparator.comparingLong(HeapProfile.Site::bytesLive).reversed());
        return new HeapProfile(mean, all);
    }
}
