package org.allod.jemalloc;

import java.util.concurrent.ThreadLocalRandom;
import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.LiveMap;
import org.allod.jemalloc.extent.Space;
import org.allod.profile.HeapProfile;
import org.allod.profile.HeapProfiler;
import org.allod.profile.WasteProfile;
import org.allod.profile.WasteProfiler;

/// What the heap's two profilers note: who allocated, and who pins partly used slabs.
///
/// A block that is noted stays where it is, which the original's do not: the live map tells them,
/// so that a free of any other asks nobody. A thread's cache counts the bytes to the next sample; a
/// virtual thread, and a request past all caches, throws a die for itself.
///
/// Threads: any; locks where a block is noted, or a noted one freed.
final class JeProfiles {
    /// What [JeCache#events] may find due.
    static final int SAMPLE = 2;

    static final int WASTE = 4;

    private final Space space;
    private final LiveMap live;
    final JeBlocks blocks;
    private final HeapProfiler heap;
    private final WasteProfiler waste;
    private final boolean active;
    private final long mean;

    JeProfiles(Space space, JeTuning tuning) {
        JeOptions options = tuning.options;
        this.space = space;
        this.live = space.live();
        this.blocks = new JeBlocks(space, tuning);
        this.mean = 1L << options.lgProfSample();
        this.heap = options.prof() ? new HeapProfiler(mean, HeapProfiler.DEPTH) : null;
        this.waste = options.profWaste() ? new WasteProfiler(mean, HeapProfiler.DEPTH) : null;
        this.active = options.profActive();
    }

    /// Bytes between two samples, or 0 for none.
    long sampleMean() {
        return heap != null && active ? mean : 0;
    }

    /// Bytes between two blocks whose waste is asked for, or 0 for none.
    long wasteMean() {
        return waste != null && active ? mean : 0;
    }

    /// Notes a live block of the caller's, not handed out yet.
    void note(int due, long address, long bytes) {
        boolean slab = bytes <= JeClasses.SMALL_MAX;
        if ((due & SAMPLE) != 0) heap.sampled(address, bytes, bytes);
        if ((due & WASTE) != 0 && slab) waste.noted(address, bytes);
        if ((due & SAMPLE) != 0 || slab) blocks.add(address, JeKind.NOTED);
    }

    /// Notes a block of a caller without a cache, as often as one with a cache would.
    void throwDice(long address, long bytes) {
        if (heap == null && waste == null || !active) return;
        double chance = -Math.expm1(-(double) bytes / mean);
        int due = 0;
        if (heap != null && ThreadLocalRandom.current().nextDouble() < chance) due |= SAMPLE;
        if (waste != null && ThreadLocalRandom.current().nextDouble() < chance) due |= WASTE;
        if (due != 0) note(due, address, bytes);
    }

    /// A noted block is freed.
    void freed(long address) {
        if (heap != null) heap.freed(address);
        if (waste != null) waste.freed(address);
    }

    HeapProfile profile() {
        if (heap == null) throw off("prof");
        return heap.profile();
    }

    WasteProfile waste() {
        if (waste == null) throw off("prof_waste");
        return waste.profile(this::shareOf);
    }

    private static IllegalStateException off(String option) {
        return new IllegalStateException(option + "=false, expected a heap with it on");
    }

    /// Bytes of a block's slab that are not live, by the number of those that are.
    private double shareOf(long address) {
        Extent slab = space.at(address);
        if (slab == null || !slab.isSlab()) return 0;
        long size = JeClasses.size(slab.sizeClass());
        int alive = 0;
        for (int i = 0; i < slab.regions(); i++) {
            if (live.kind(slab.address() + i * size) != 0) alive++;
        }
        return alive == 0 ? 0 : (double) (slab.regions() - alive) * size / alive;
    }
}
