package org.allod.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.kit.AllocatorContract;
import org.allod.kit.DetectsDoubleFree;
import org.allod.kit.DetectsWrongLayout;
import org.allod.kit.MallocContract;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// What wraps an allocator is one.
class WrapperContractTest {

    @Nested
    class Locked implements AllocatorContract, DetectsDoubleFree, DetectsWrongLayout {
        @Override
        public Allocator heapOver(Region region) {
            return LockedAllocator.of(new BuddyAllocator(region));
        }
    }

    @Nested
    class LockedFamily implements AllocatorContract, MallocContract {
        @Override
        public Malloc heapOver(Region region) {
            return LockedAllocator.of(new TestAllocator(region));
        }
    }

    @Nested
    class Checked implements AllocatorContract, DetectsDoubleFree, DetectsWrongLayout {
        @Override
        public Allocator heapOver(Region region) {
            return CheckedAllocator.of(new BuddyAllocator(region));
        }

        /// Canaries make a request of half the region one of all of it.
        @Override
        public long restAfterFreeAll() {
            return 64;
        }

        /// The region is too small: before a block there is as much as its alignment.
        @Override
        public void anOddRegionBase() {}
    }

    @Nested
    class CheckedFamily
            implements AllocatorContract, MallocContract, DetectsDoubleFree, DetectsWrongLayout {
        @Override
        public Malloc heapOver(Region region) {
            return CheckedAllocator.of(new TestAllocator(region));
        }

        /// The region is too small: before a block there is as much as its alignment.
        @Override
        public void anOddRegionBase() {}
    }

    @Nested
    class Failing implements AllocatorContract, MallocContract {
        @Override
        public Malloc heapOver(Region region) {
            return FailingAllocator.of(new TestAllocator(region), -1);
        }
    }

    @Nested
    class Recording implements AllocatorContract, MallocContract {
        @TempDir Path folder;
        private int heaps;

        @Override
        public Malloc heapOver(Region region) {
            try {
                Path file = folder.resolve(heaps++ + ".trc.gz");
                return RecordingAllocator.of(new TestAllocator(region), file);
            } catch (IOException thrown) {
                throw new UncheckedIOException(thrown);
            }
        }
    }
}
