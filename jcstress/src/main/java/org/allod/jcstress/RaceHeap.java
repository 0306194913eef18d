package org.allod.jcstress;

import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;

/// The heap of all states. What is freed twice, or lies in two blocks, is a `CorruptHeapError`,
/// which jcstress reports.
final class RaceHeap {
    static final Allocator HEAP =
            LockedAllocator.of(new BuddyAllocator(Region.reserved(256 << 20)));

    private RaceHeap() {}
}
