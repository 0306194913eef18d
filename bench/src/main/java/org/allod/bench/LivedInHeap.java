package org.allod.bench;

import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.heap.Allocators;

/// Makes heaps as a running program has them: some blocks live, as many gaps between them.
///
/// In an empty heap a pair is a special case: a buddy system splits its one block down to the size
/// asked for and merges all of it again.
final class LivedInHeap {
    /// What every request here asks for: that of C's malloc.
    static final long ALIGNMENT = 16;

    /// Address space of a heap: larger than any benchmark fills. Derived: 10,000 pairs of 64 B and
    /// 2 x 10,000 blocks of 1 KiB take under 32 MiB.
    private static final long REGION_BYTES = 1L << 30;

    private static final long SEED = 1;

    private LivedInHeap() {}

    /// A heap with `live` live blocks and as many gaps, of 16 to 1024 bytes each.
    ///
    /// @param name of the allocator
    /// @param live 0 makes an empty one
    static Allocator open(String name, int live) {
        Allocator heap = Allocators.named(name).open(Region.reserved(REGION_BYTES));
        SplittableRandom random = new SplittableRandom(SEED);
        long[] gaps = new long[live];
        int[] sizes = new int[live];
        for (int i = 0; i < live; i++) {
            need(heap.allocate(size(random), ALIGNMENT));
            sizes[i] = size(random);
            gaps[i] = need(heap.allocate(sizes[i], ALIGNMENT));
        }
        for (int i = 0; i < live; i++) heap.deallocate(gaps[i], sizes[i], ALIGNMENT);
        return heap;
    }

    /// 16 to 1024, small ones more often: each doubling is as likely as the next.
    static int size(SplittableRandom random) {
        return (int) (16 * Math.pow(64, random.nextDouble()));
    }

    /// Looks at a heap after its benchmark. The end of the fork closes it: JMH counts what happens
    /// here, and a first close makes 150 kB of garbage.
    ///
    /// @throws IllegalStateException if a request failed: what it took is no pair's time
    static void check(Allocator heap) {
        long failures = heap.stats().failures();
        if (failures != 0) {
            throw new IllegalStateException("failures=" + failures + ", expected none");
        }
    }

    /// The address.
    ///
    /// @throws IllegalStateException if it is `NULL`
    static long need(long address) {
        if (address == Allocator.NULL) throw noRoom();
        return address;
    }

    private static IllegalStateException noRoom() {
        return new IllegalStateException("block=NULL, expected room in the heap");
    }
}
