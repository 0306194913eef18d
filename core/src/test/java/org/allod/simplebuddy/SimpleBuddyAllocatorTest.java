package org.allod.simplebuddy;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.junit.jupiter.api.Test;

/// Carving, and the six defects of the original, each shown gone.
class SimpleBuddyAllocatorTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    @Test
    void carvesFromTheLeftAndTouchesNoMore() {
        Region region = Region.reserved(64 * MIB);
        try (var heap = new SimpleBuddyAllocator(region)) {
            assertEquals(region.base(), heap.allocate(10, 8));
            assertEquals(region.base() + 32, heap.allocate(20, 8), "aligned to its size");
            assertEquals(region.base() + 16, heap.allocate(1, 1), "the gap is not lost");
            assertEquals(Region.pageSize(), heap.stats().held());
        }
    }

    /// Defect 1: a merge dropped every block that came after the buddy in its list.
    @Test
    void mergeKeepsTheRestOfTheList() {
        Region region = Region.reserved(MIB);
        try (var heap = new SimpleBuddyAllocator(region)) {
            long[] at = new long[8];
            for (int i = 0; i < 8; i++) at[i] = heap.allocate(32, 8);
            for (int i : new int[] {4, 2, 0, 1}) heap.deallocate(at[i], 32, 8);
            heap.verify();
            assertEquals(at[2], heap.allocate(32, 8));
            assertEquals(at[4], heap.allocate(32, 8));
            assertEquals(at[0], heap.allocate(32, 8), "split off the merged block");
            heap.verify();
        }
    }

    /// Defect 2: a block just freed at the highest level was never split.
    @Test
    void freedBlocksAreSplitAgain() {
        try (var heap = new SimpleBuddyAllocator(Region.reserved(MIB))) {
            long half = heap.allocate(512 * KIB, 16);
            heap.deallocate(half, 512 * KIB, 16);
            long[] pages = new long[256];
            for (int i = 0; i < 256; i++) {
                pages[i] = heap.allocate(4 * KIB, 16);
                assertNotEquals(NULL, pages[i], "page " + i);
            }
            for (long page : pages) heap.deallocate(page, 4 * KIB, 16);
            for (int i = 0; i < 16; i++) assertNotEquals(NULL, heap.allocate(64 * KIB, 16));
        }
    }

    /// Defect 3: the gap in front of an aligned block was dropped for ever.
    @Test
    void frontGapsAreUsed() {
        try (var heap = new SimpleBuddyAllocator(Region.reserved(MIB))) {
            assertNotEquals(NULL, heap.allocate(16, 16));
            for (int i = 0; i < 3; i++) assertNotEquals(NULL, heap.allocate(256 * KIB, 16));
            long small = 0;
            while (heap.allocate(16, 16) != NULL) small++;
            assertEquals(16_383, small);
        }
    }

    /// Defect 4: an alignment above the size was ignored.
    @Test
    void alignmentAboveTheSize() {
        try (var heap = new SimpleBuddyAllocator(Region.reserved(MIB))) {
            heap.allocate(8, 8);
            long address = heap.allocate(8, 4 * KIB);
            assertEquals(0, address % (4 * KIB));
            heap.deallocate(address, 8, 4 * KIB);
        }
    }

    /// Defect 5: a region at an odd base was used past its end.
    @Test
    void oddBaseStaysInside() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(8 * KIB, 16);
            memory.fill((byte) 0x5A);
            long length = 4 * KIB + 3;
            try (var heap = new SimpleBuddyAllocator(Region.fixed(memory.asSlice(9, length)))) {
                for (long at; (at = heap.allocate(16, 16)) != NULL; ) {
                    assertEquals(0, at % 16);
                    assertTrue(at >= memory.address() + 9);
                    assertTrue(at + 16 <= memory.address() + 9 + length);
                    MemorySegment.ofAddress(at);
                }
                heap.verify();
            }
            for (int i = 0; i < 9; i++) {
                assertEquals(0x5A, memory.get(ValueLayout.JAVA_BYTE, i));
            }
            for (long i = 9 + length; i < 8 * KIB; i++) {
                assertEquals(0x5A, memory.get(ValueLayout.JAVA_BYTE, i));
            }
        }
    }

    /// Defect 6: a double free handed the same block out twice.
    @Test
    void doubleFreeIsSeen() {
        try (var heap = new SimpleBuddyAllocator(Region.reserved(MIB))) {
            long a = heap.allocate(32, 8);
            heap.allocate(32, 8);
            heap.deallocate(a, 32, 8);
            assertThrows(CorruptHeapError.class, () -> heap.deallocate(a, 32, 8));
            assertThrows(CorruptHeapError.class, () -> heap.deallocate(a + 512 * KIB, 32, 8));
            heap.verify();
        }
    }

    @Test
    void sizesAboveTheOriginalsLists() {
        try (var heap = new SimpleBuddyAllocator(Region.reserved(64L << 30))) {
            long block = heap.allocate(5L << 30, 16);
            assertNotEquals(NULL, block);
            heap.deallocate(block, 5L << 30, 16);
            assertEquals(NULL, heap.allocate(1L << 40, 16));
            heap.verify();
        }
    }
}
