package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.LockedAllocator;
import org.allod.LockedMalloc;
import org.allod.Region;
import org.allod.jemalloc.JeMalloc;
import org.allod.kit.Randomness;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Little heaps and large ones, of whatever algorithm there is for their size.
@Tag("both")
class HeapSizesTest {
    private static final long MIB = 1 << 20;

    /// A kernel's array, whatever its size: most of it can be had, in blocks of many sizes, twice.
    @ParameterizedTest
    @ValueSource(ints = {16 << 10, 64 << 10, 1 << 20, (2 << 20) - 1, 2 << 20, 3 << 20, 16 << 20})
    void aFixedAreaServesMostOfItself(int bytes) {
        SplittableRandom random = Randomness.of(this);
        try (Arena arena = Arena.ofConfined()) {
            Region region = Region.fixed(arena.allocate(bytes, 4096));
            try (Heap heap = Heap.builder().region(region).open()) {
                for (int round = 0; round < 2; round++) {
                    List<MemorySegment> blocks = fill(heap, random, Math.min(8192, bytes / 8));
                    long sum = 0;
                    for (MemorySegment block : blocks) {
                        assertTrue(region.contains(block.address()));
                        assertTrue(region.contains(block.address() + block.byteSize() - 1));
                        sum += block.byteSize();
                    }
                    long filled = sum;
                    assertTrue(10 * sum >= 6L * bytes, () -> filled + " B of " + bytes);
                    heap.verify();
                    blocks.forEach(heap::free);
                    assertEquals(0, heap.stats().blocksUsed());
                }
            }
        }
    }

    private static List<MemorySegment> fill(Heap heap, SplittableRandom random, int largest) {
        List<MemorySegment> blocks = new ArrayList<>();
        int doublings = 32 - Integer.numberOfLeadingZeros(largest);
        try {
            while (true) {
                long bound = 1L << random.nextInt(3, doublings);
                blocks.add(heap.allocate(1 + random.nextLong(bound)));
            }
        } catch (HeapExhaustedException full) {
            return blocks;
        }
    }

    @Test
    void anAreaTooSmallIsRefusedInOneLine() {
        try (Arena arena = Arena.ofConfined()) {
            Region region = Region.fixed(arena.allocate(64, 16));
            HeapBuilder builder = Heap.builder().region(region);
            String text = assertThrows(IllegalArgumentException.class, builder::open).getMessage();
            assertTrue(text.contains("64") && text.contains("expected at least"), text);
            assertFalse(text.contains("\n"), text);
        }
    }

    @Test
    void theAllocatorGoesByRegionAndLimit() {
        try (Heap large = Heap.builder().reserve(2 * MIB).open();
                Heap little = Heap.builder().reserve(2 * MIB - 1).open();
                Heap bounded = Heap.builder().limit(2 * MIB - 1).open();
                Heap named = Heap.builder().reserve(MIB).allocator("jemalloc").open()) {
            assertInstanceOf(JeMalloc.class, large.allocator());
            assertInstanceOf(LockedMalloc.class, bounded.allocator());
            assertInstanceOf(JeMalloc.class, named.allocator());
            assertInstanceOf(JeMalloc.class, little.allocator(), "2 MiB of whole pages");
        }
    }

    @Test
    void aLimitThatLeavesNothingIsExhaustion() {
        HeapBuilder builder = Heap.builder().limit(0);
        assertThrows(HeapExhaustedException.class, builder::open);
    }

    /// Where the allocator's tables have no room beside the region, half a region may do.
    @Test
    void takesLessAddressSpaceWhereTheAllocatorHasNoRoom() {
        List<Region> refused = new ArrayList<>();
        try (Heap heap = Heap.builder().allocator(region -> modest(region, refused)).open()) {
            assertEquals(1L << 30, heap.stats().reserved());
            assertInstanceOf(LockedAllocator.class, heap.allocator());
        }
        assertTrue(refused.size() <= 4, refused::toString);
        for (Region region : refused) {
            assertThrows(IllegalStateException.class, () -> region.commit(region.base(), 1));
        }
        HeapBuilder fixed = Heap.builder().reserve(2L << 30);
        fixed.allocator(region -> modest(region, refused));
        assertThrows(HeapExhaustedException.class, fixed::open);
    }

    private static Allocator modest(Region region, List<Region> refused) {
        if (region.bytes() <= 1L << 30) return new TestAllocator(region);
        refused.add(region);
        throw new HeapExhaustedException(region.bytes(), 1, "no room for its tables");
    }
}
