package org.allod.buddy;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.allod.Allocator;
import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuddyAllocatorTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    @Test
    void lowerHalvesFirstAndTheNewestFreeBlockFirst() {
        Region region = Region.reserved(MIB);
        try (var heap = new BuddyAllocator(region)) {
            long a = heap.allocate(100, 16);
            long b = heap.allocate(128, 1);
            long c = heap.allocate(10, 64);
            assertEquals(0, a - region.base());
            assertEquals(128, b - region.base());
            assertEquals(256, c - region.base());
            heap.deallocate(a, 100, 16);
            assertEquals(a, heap.allocate(65, 8), "the only free block of 128 bytes");
        }
    }

    @Test
    void freeingEverythingLeavesOneBlock() {
        try (var heap = new BuddyAllocator(Region.reserved(MIB))) {
            List<Long> addresses = new ArrayList<>();
            for (long at; (at = heap.allocate(64, 16)) != NULL; ) addresses.add(at);
            assertEquals(MIB / 64, addresses.size());
            for (long at : addresses) heap.deallocate(at, 64, 16);
            assertEquals(List.of("FREE " + MIB), pieces(heap));
            heap.verify();
        }
    }

    /// The original walks a list for each level: quadratic in this order of frees.
    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void freeInTheWorstOrderExaminesFewWords(int pairs) {
        assumeTrue(
                BuddyAllocatorTest.class.desiredAssertionStatus(), "words are counted under -ea");
        long bytes = 16 * MIB;
        try (var heap = new BuddyAllocator(Region.reserved(bytes))) {
            long[] lower = new long[pairs];
            long[] upper = new long[pairs];
            for (int i = 0; i < pairs; i++) {
                lower[i] = heap.allocate(64, 16);
                upper[i] = heap.allocate(64, 16);
                assertEquals(lower[i] + 64, upper[i]);
            }
            int most = 2 * Long.numberOfTrailingZeros(bytes / 8);
            for (long at : upper) assertTrue(examinedByFree(heap, at) <= most);
            for (long at : lower) assertTrue(examinedByFree(heap, at) <= most);
            assertEquals(List.of("FREE " + bytes), pieces(heap));
        }
    }

    private static long examinedByFree(BuddyAllocator heap, long address) {
        long before = heap.examined();
        heap.deallocate(address, 64, 16);
        assertNotEquals(before, heap.examined(), "counted");
        return heap.examined() - before;
    }

    @Test
    void doubleForeignInteriorAndWrongFreesAreSeen() {
        try (var heap = new BuddyAllocator(Region.reserved(MIB))) {
            long a = heap.allocate(64, 16);
            long b = heap.allocate(64, 16);
            corrupt(() -> heap.deallocate(b, 65, 16), "expected a live block of 2^7 bytes");
            corrupt(() -> heap.deallocate(b, 64, 128), "found a live block of 2^6 bytes");
            corrupt(() -> heap.deallocate(b + 8, 64, 8), "found the inside of a block");
            corrupt(() -> heap.deallocate(b + 1, 1, 1), "expected the start of a block");
            corrupt(() -> heap.deallocate(a - MIB, 64, 16), "expected an address of this heap");
            corrupt(() -> heap.deallocate(1, 64, 16), "expected an address of this heap");
            corrupt(() -> heap.deallocate(-1, 64, 16), "expected an address of this heap");
            heap.deallocate(b, 64, 16);
            corrupt(() -> heap.deallocate(b, 64, 16), "found a free block of 2^6 bytes");
            heap.deallocate(a, 64, 16);
            corrupt(() -> heap.deallocate(b, 64, 16), "found the inside of a block");
            corrupt(() -> heap.reallocate(a, 64, 16, 10), "found a free block of 2^20 bytes");
            heap.verify();
            assertEquals(a, heap.allocate(MIB, 16), "and the heap works on");
        }
    }

    @Test
    void smashedLinksAreSeenBeforeTheyAreFollowed() {
        try (var heap = new BuddyAllocator(Region.reserved(MIB))) {
            long[] at = new long[8];
            for (int i = 0; i < 8; i++) at[i] = heap.allocate(64, 16);
            for (int i = 0; i < 8; i += 2) heap.deallocate(at[i], 64, 16);
            Memory.putLong(at[6], 0x5555_5555_5555_5555L);
            corrupt(() -> heap.allocate(64, 16), "buddy.I2");
            corrupt(heap::verify, "buddy.I2");
        }
    }

    @Test
    void regionsThatTouchBecomeOne() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64 * KIB, 64 * KIB);
            Region left = Region.fixed(memory.asSlice(0, 32 * KIB));
            Region right = Region.fixed(memory.asSlice(32 * KIB, 32 * KIB));
            try (var heap = new BuddyAllocator(left)) {
                assertEquals(NULL, heap.allocate(64 * KIB, 16));
                heap.add(right);
                heap.verify();
                long all = heap.allocate(64 * KIB, 16);
                assertEquals(memory.address(), all);
                assertEquals(List.of("USED " + 64 * KIB), pieces(heap));
                heap.deallocate(all, 64 * KIB, 16);
            }
        }
    }

    @Test
    void regionsBelowAndAboveWithHolesBetween() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(256 * KIB, 64 * KIB);
            var heap = new BuddyAllocator(Region.fixed(memory.asSlice(128 * KIB, 16 * KIB)));
            long live = heap.allocate(1000, 16);
            heap.add(Region.fixed(memory.asSlice(0, 48 * KIB)));
            heap.add(Region.fixed(memory.asSlice(200 * KIB + 8, 20 * KIB)));
            heap.verify();
            assertTrue(heap.owns(memory.address()));
            assertFalse(heap.owns(memory.address() + 100 * KIB));
            long big = heap.allocate(32 * KIB, 16);
            assertEquals(memory.address(), big);
            heap.deallocate(live, 1000, 16);
            heap.deallocate(big, 32 * KIB, 16);
            heap.verify();
            Region overlapping = Region.fixed(memory.asSlice(40 * KIB, 16 * KIB));
            assertThrows(IllegalArgumentException.class, () -> heap.add(overlapping));
            heap.verify();
            heap.close();
        }
    }

    /// 6 KiB at a base aligned to 256 cannot serve 0xb88 bytes in the original.
    @Test
    void weaklyAlignedRegionServesWhatFits() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16 * KIB, 8 * KIB);
            try (var heap = new BuddyAllocator(Region.fixed(memory.asSlice(256, 6 * KIB)))) {
                long block = heap.allocate(0xb88, 8);
                assertNotEquals(NULL, block);
                heap.deallocate(block, 0xb88, 8);
                long aligned = heap.allocate(100, 4 * KIB);
                assertNotEquals(NULL, aligned, "an alignment beyond the grid's");
                assertEquals(0, aligned % (4 * KIB));
                corrupt(() -> heap.deallocate(aligned + 256, 100, 4 * KIB), "expected");
                long same = heap.reallocate(aligned, 100, 4 * KIB, 50);
                assertEquals(NULL, same, "no second place that is so aligned");
                heap.deallocate(aligned, 100, 4 * KIB);
                heap.verify();
                assertEquals(List.of("FREE " + 4 * KIB, "FREE " + 2 * KIB), pieces(heap));
            }
        }
    }

    @Test
    void rescueAddsARegionAndTheRequestSucceeds() {
        var locked =
                LockedAllocator.of(
                        new BuddyAllocator(Region.reserved(64 * KIB)),
                        (heap, size, alignment) -> {
                            heap.add(Region.reserved(MIB));
                            return true;
                        });
        try (locked) {
            assertNotEquals(NULL, locked.allocate(500 * KIB, 16));
            assertEquals(MIB + 64 * KIB, locked.stats().reserved());
        }
    }

    @Test
    void reallocateGrowsAndShrinksInPlace() {
        try (var heap = new BuddyAllocator(Region.reserved(MIB))) {
            long a = heap.allocate(64, 16);
            long b = heap.allocate(64, 16);
            Memory.putLong(a, 42);
            assertEquals(a, heap.reallocate(a, 64, 16, 40), "same class");
            assertEquals(a, heap.reallocate(a, 40, 16, 10), "upper part freed");
            assertEquals(a + 32, heap.allocate(32, 16));
            heap.deallocate(a + 32, 32, 16);
            heap.deallocate(b, 64, 16);
            assertEquals(a, heap.reallocate(a, 10, 16, 100_000), "over free upper halves");
            assertEquals(42, Memory.getLong(a));
            assertEquals(2 * MIB / 16, heap.stats().granted());
            heap.verify();
            assertEquals(NULL, heap.reallocate(a, 100_000, 16, 2 * MIB));
            assertEquals(42, Memory.getLong(a));
            heap.deallocate(a, 100_000, 16);
            assertEquals(List.of("FREE " + MIB), pieces(heap));
        }
    }

    @Test
    void trimGivesPagesBackAndTheyComeBackZero() {
        Region region = Region.reserved(16 * MIB);
        try (var heap = new BuddyAllocator(region)) {
            long block = heap.allocate(8 * MIB, 16);
            Memory.fill(block, 8 * MIB, (byte) 7);
            heap.deallocate(block, 8 * MIB, 16);
            assertEquals(8 * MIB, heap.trim());
            assertEquals(0, heap.stats().held());
            assertTrue(heap.stats().committed() <= 2 * Region.pageSize());
            assertEquals(block, heap.allocateZeroed(8 * MIB, 16));
            assertTrue(region.resident() < 8 * MIB || !region.isLazy(), "fresh pages not written");
            assertEquals(-1, Memory.mismatch(block, 8 * MIB, (byte) 0));
        }
    }

    @Test
    void limitStopsCommittingAndNothingIsLost() {
        Region region = Region.reserved(16 * MIB);
        try (var heap = new BuddyAllocator(region)) {
            region.limit(MIB);
            assertEquals(NULL, heap.allocate(2 * MIB, 16));
            assertEquals(NULL, heap.allocateZeroed(2 * MIB, 16));
            long small = heap.allocate(64 * KIB, 16);
            assertNotEquals(NULL, small);
            assertEquals(NULL, heap.reallocate(small, 64 * KIB, 16, 4 * MIB));
            heap.verify();
            region.limit(16 * MIB);
            heap.deallocate(small, 64 * KIB, 16);
            assertNotEquals(NULL, heap.allocate(16 * MIB, 16));
        }
    }

    @Test
    void topOrderLimitsBlocksNotTheRegion() {
        try (var heap = new BuddyAllocator(Region.reserved(MIB), 17)) {
            assertEquals(NULL, heap.allocate(128 * KIB, 16));
            List<Long> all = new ArrayList<>();
            for (long at; (at = heap.allocate(64 * KIB, 16)) != NULL; ) all.add(at);
            assertEquals(16, all.size());
            for (long at : all) heap.deallocate(at, 64 * KIB, 16);
            heap.verify();
            assertEquals(16, pieces(heap).size(), "no merge past the top order");
        }
    }

    @Test
    void hugeRegionsHaveLargerSmallestBlocks() {
        try (var heap = new BuddyAllocator(Region.reserved(64L << 30))) {
            long a = heap.allocate(1, 1);
            long b = heap.allocate(1, 1);
            assertEquals(32, b - a);
            long far = heap.allocate(4L << 30, 16);
            assertNotEquals(NULL, far);
            assertEquals(NULL, heap.allocate(8L << 30, 16), "above the top order");
            heap.verify();
            heap.deallocate(far, 4L << 30, 16);
        }
    }

    @Test
    void badConstructorArguments() {
        try (Arena arena = Arena.ofConfined()) {
            Region tiny = Region.fixed(arena.allocate(64, 64).asSlice(1, 15));
            var small =
                    assertThrows(IllegalArgumentException.class, () -> new BuddyAllocator(tiny));
            assertTrue(small.getMessage().startsWith("region=15 bytes, expected at least 23"));
        }
        assertThrows(
                IllegalArgumentException.class, () -> new BuddyAllocator(Region.reserved(1), 3));
    }

    @Test
    void limitOfNothingServesNothing() {
        Region region = Region.reserved(MIB);
        region.limit(0);
        try (var heap = new BuddyAllocator(region)) {
            assertEquals(NULL, heap.allocate(1, 1));
            region.limit(MIB);
            assertNotEquals(NULL, heap.allocate(1, 1));
        }
    }

    /// Halves of a split are a power of two apart: written down they fell into one set of the
    /// cache.
    @Test
    void splittingAnEmptyHeapTouchesOnePage() {
        Region region = Region.reserved(4L << 30);
        try (var heap = new BuddyAllocator(region)) {
            heap.allocate(64, 16);
            assertEquals(Region.pageSize(), heap.stats().held());
            assertEquals(Region.pageSize(), heap.stats().metadata());
        }
    }

    @Test
    void closedSegmentOfAFixedRegionIsSeenOnTheSlowPath() {
        Arena arena = Arena.ofConfined();
        var heap = new BuddyAllocator(Region.fixed(arena.allocate(64 * KIB, 16)));
        arena.close();
        assertThrows(IllegalStateException.class, () -> heap.allocate(MIB, 16));
    }

    private static void corrupt(Runnable call, String message) {
        var error = assertThrows(CorruptHeapError.class, call::run);
        assertTrue(error.getMessage().contains(message), error.getMessage());
        assertTrue(error.getMessage().startsWith("buddy: address=0x"), error.getMessage());
    }

    private static List<String> pieces(Allocator heap) {
        List<String> pieces = new ArrayList<>();
        heap.walk((address, bytes, kind) -> pieces.add(kind + " " + bytes));
        pieces.removeIf(piece -> piece.startsWith(Kind.OVERHEAD.name()));
        return pieces;
    }
}
