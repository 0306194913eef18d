package org.allod.jemalloc;

import org.allod.jemalloc.extent.Extent;
import org.allod.jemalloc.extent.ExtentHeap;
import org.allod.jemalloc.stats.CountedLock;

/// The slabs of one class of one arena.
///
/// ```
///   current ──► slab with free regions: the oldest, lowest one, or one that was when it was taken
///   nonFull ──► heap of the other slabs with free regions, the oldest, lowest first
///               full slabs are nowhere: a free finds them by the page map
/// ```
///
/// The lowest free region of the current slab is taken: live blocks gather in old slabs, new ones
/// run empty and go.
///
/// - **je.I1** a slab that has free and taken regions is `current` or in `nonFull`.
///
/// Under [#lock]. Source: jemalloc's bin, spec 3.3.
final class JeBin {
    final CountedLock lock = new CountedLock();
    final int sizeClass;
    private final long size;
    private final ExtentHeap nonFull = new ExtentHeap();
    private Extent current;

    // ---- counts, all under the lock ----

    long regionsOut;
    long regionsBack;
    long direct;
    long fills;
    long flushes;
    long slabs;
    long slabsNow;
    long reslabs;

    JeBin(int sizeClass) {
        this.sizeClass = sizeClass;
        this.size = JeClasses.size(sizeClass);
    }

    /// Takes up to `count` regions of the slabs that there are, lowest first.
    ///
    /// @return how many
    int take(long[] out, int at, int count) {
        int taken = 0;
        while (taken < count) {
            if (current == null || current.regionsFree() == 0) {
                current = nonFull.poll();
                if (current == null) break;
            }
            int some = Math.min(count - taken, current.regionsFree());
            long base = current.address();
            for (int end = taken + some; taken < end; taken++) {
                out[at + taken] = base + current.take() * size;
            }
        }
        regionsOut += taken;
        return taken;
    }

    /// Makes a new slab the current one; the one that is has no free region.
    void adopt(Extent slab) {
        current = slab;
        slabs++;
        slabsNow++;
    }

    /// Gives a region back.
    ///
    /// @return 1 if its slab is empty now and has left the bin, 0 if not, -1 if the region was
    ///     free
    int give(Extent slab, long address) {
        if (!slab.give(JeClasses.regionOf(sizeClass, address - slab.address()))) return -1;
        regionsBack++;
        int free = slab.regionsFree();
        if (free == slab.regions()) {
            if (slab == current) current = null;
            else if (free > 1) nonFull.remove(slab);
            slabsNow--;
            return 1;
        }
        if (free == 1 && slab != current) insert(slab);
        return 0;
    }

    private void insert(Extent slab) {
        if (current == null || !slab.isBefore(current)) {
            nonFull.add(slab);
            return;
        }
        if (current.regionsFree() > 0) nonFull.add(current);
        current = slab;
        reslabs++;
    }

    /// Forgets all slabs and their regions.
    void reset() {
        nonFull.clear();
        current = null;
        regionsBack = regionsOut;
        slabsNow = 0;
    }

    /// Regions that are taken.
    long regionsNow() {
        return regionsOut - regionsBack;
    }

    /// Slabs with free regions beside the current one.
    int nonFull() {
        return nonFull.size();
    }
}
