package org.allod.kit;

import org.junit.jupiter.api.Tag;

/// What every allocator promises. A test class joins with one line:
///
/// ```java
/// class BuddyContractTest implements AllocatorContract {
///     @Override
///     public Allocator heapOver(Region region) {
///         return new BuddyAllocator(region);
///     }
/// }
/// ```
///
/// Runs with and without `-ea`. What not every allocator promises is in interfaces of its own,
/// named beside this one: `CoalescingContract`, `MallocContract`, `ConcurrentContract`,
/// `ThreadsContract`, `DetectsDoubleFree`, `DetectsWrongLayout`.
@Tag("both")
public interface AllocatorContract
        extends PlacementContract,
                ResizeContract,
                MisuseContract,
                ExhaustionContract,
                RegionContract,
                ModelContract {}
