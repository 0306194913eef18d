package org.allod.check;

import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.kit.AllocatorContract;
import org.allod.kit.CoalescingContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.DetectsWrongLayout;
import org.junit.jupiter.api.Nested;

/// A wrapper promises what the wrapped one does.
class WrapperContractTest {

    @Nested
    class Locked implements AllocatorContract, CoalescingContract {
        @Override
        public Allocator heapOver(Region region) {
            return LockedAllocator.of(new BuddyAllocator(region));
        }
    }

    @Nested
    class Failing implements AllocatorContract, CoalescingContract {
        @Override
        public Allocator heapOver(Region region) {
            return FailingAllocator.of(new BuddyAllocator(region), -1);
        }
    }

    @Nested
    class Checked implements AllocatorContract, DetectsDoubleFree, DetectsWrongLayout {
        @Override
        public Allocator heapOver(Region region) {
            return CheckedAllocator.of(new BuddyAllocator(region));
        }

        /// The last blocks that were freed are held back.
        @Override
        public long restAfterFreeAll() {
            return Long.MAX_VALUE;
        }
    }
}
