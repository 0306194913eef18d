package org.allod.kit;

import org.allod.Allocator;

/// Finds the largest request that a heap can serve.
final class Largest {
    private Largest() {}

    /// The largest size that a fresh heap serves at alignment 8. Closes the heap.
    static long of(Allocator fresh) {
        try (fresh) {
            return now(fresh);
        }
    }

    /// The largest size at alignment 8 that the heap serves now; by bisection.
    static long now(Allocator heap) {
        long served = 0;
        long refused = heap.stats().reserved() + 1;
        while (refused - served > 1) {
            long size = served + (refused - served) / 2;
            long address = heap.allocate(size, 8);
            if (address == Allocator.NULL) {
                refused = size;
            } else {
                heap.deallocate(address, size, 8);
                served = size;
            }
        }
        return served;
    }
}
