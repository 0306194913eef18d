package org.allod.kit;

import org.junit.jupiter.api.Tag;

/// What every allocator promises. A test class joins with one line:
///
/// ```java
/// class BuddyContractTest implements AllocatorContract {
///     @Override public Allocator heapOver(Region region) { return new BuddyAllocator(region); }
/// }
/// ```
///
///     @Override public Allocator heapOver(Region region) {
///         return new BuddyAllocator(region);
///     }
/// beside this one: `CoalescingContract`, `MallocContract`, `ConcurrentContract`,
/// `DetectsDoubleFree`, `DetectsWrongLayout`.
@Tag("both")
public interface AllocatorContract
        extends PlacementContract,
                ResizeContract,
                MisuseContract,
                ExhaustionContract,
                RegionContract,
                ModelContract {}
