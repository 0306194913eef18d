package org.allod.liballoc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// What a reader may learn from, and each defect of liballoc 1.1, shown gone.
class LibAllocTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long MAJOR = 64 * KIB;

    @Test
    void blocksLieSideBySideInAMajor() {
        Region region = Region.reserved(MIB);
        try (var heap = new LibAlloc(region)) {
            long a = heap.allocate(24, 16);
            long b = heap.allocate(24, 16);
            long major = LibMajor.majorAt(region.base());
            assertEquals(LibMajor.first(major) + LibMinor.BYTES, a);
            assertEquals(a + 32 + 8 + 40, b, "24 rounded up to 32, canary, header");
            assertEquals(MAJOR, region.committed());
        }
    }

    @Test
    void theGapBetweenTwoBlocksIsTakenAgain() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            heap.allocate(100, 16);
            long b = heap.allocate(100, 16);
            heap.allocate(100, 16);
            heap.free(b);
            assertEquals(b, heap.allocate(100, 16));
            heap.verify();
        }
    }

    /// Defect: after a block of an odd size, headers lay at odd addresses.
    @Test
    void headersAreAligned() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            for (int size = 0; size < 100; size++) {
                long address = heap.allocate(size, 1);
                assertEquals(0, address & 15, () -> "16 of " + address);
                assertEquals(0, LibMinor.minorAt(address) & 7, "header");
            }
            heap.verify();
        }
    }

    /// Defect: 32-bit sizes.
    @Test
    void aMajorMayExceedFourGibibytes() {
        try (var heap = new LibAlloc(Region.reserved(8L << 30))) {
            long block = heap.allocate(5L << 30, 16);
            assertNotEquals(NULL, block);
            assertEquals(5L << 30, heap.usableSize(block));
            Memory.putByte(block + (5L << 30) - 1, (byte) 1);
            assertEquals(NULL, heap.allocate(4L << 30, 16));
            heap.free(block);
        }
    }

    /// Defect: alternating calls for a sole block took and gave back pages each time.
    @Test
    void oneEmptyMajorIsKept() {
        Region region = Region.reserved(MIB);
        try (var heap = new LibAlloc(region)) {
            long first = heap.allocate(100, 16);
            heap.free(first);
            assertEquals(MAJOR, region.committed());
            assertEquals(first, heap.allocate(100, 16), "the same major");
            heap.free(first);
            assertEquals(MAJOR, heap.trim());
            assertEquals(0, region.committed());
        }
    }

    /// Defect: a free whose pages had gone was a fault.
    @Test
    void doubleFreeAfterThePagesWent() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long block = heap.allocate(300 * KIB, 16);
            heap.free(block);
            heap.trim();
            assertThrows(CorruptHeapError.class, () -> heap.free(block));
            assertThrows(CorruptHeapError.class, () -> heap.usableSize(block));
            assertEquals(2, heap.errors());
            heap.verify();
        }
    }

    /// Defect: alignments above 16 were not supported.
    @Test
    void alignmentsAboveSixteenLoseNothing() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long page = heap.allocate(100, 4 * KIB);
            assertEquals(0, page % (4 * KIB));
            long before = heap.allocate(2000, 16);
            assertTrue(before < page, "what lies before the aligned block is a gap");
            heap.verify();
        }
    }

    /// Defect: `calloc` multiplied ints, and wrote to NULL.
    @Test
    void arraysThatCannotBe() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            assertEquals(NULL, heap.allocateArray(1L << 33, 1L << 33));
            assertEquals(NULL, heap.allocateArray(65_536, 65_536));
            assertEquals(NULL, heap.allocateArray((1L << 62) + 1, 4));
            assertEquals(NULL, heap.allocateArray(-1, 4));
            assertEquals(NULL, heap.allocateArray(4, -1));
            long array = heap.allocateArray(100, 10);
            assertEquals(1000, heap.usableSize(array));
            assertEquals(-1, Memory.mismatch(array, 1000, (byte) 0));
        }
    }

    /// Defect: a resize that found no room copied to NULL.
    @Test
    void aResizeWithoutRoomIsHarmless() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long block = heap.allocate(1000, 16);
            Memory.fill(block, 1000, (byte) 7);
            assertEquals(NULL, heap.reallocate(block, 2 * MIB));
            assertEquals(-1, Memory.mismatch(block, 1000, (byte) 7));
            heap.free(block);
        }
    }

    /// Defect: after a shrink the room behind was forgotten.
    @Test
    void roomIsRegainedAfterAShrink() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long block = heap.allocate(1000, 16);
            long next = heap.allocate(1000, 16);
            assertEquals(block, heap.reallocate(block, 10));
            assertEquals(block, heap.reallocate(block, 900), "grows where it is");
            assertEquals(block, heap.reallocate(block, 10));
            long between = heap.allocate(800, 16);
            assertTrue(between > block && between < next, "the room serves another block");
            heap.verify();
        }
    }

    /// Defect: a resize never looked at the gap behind.
    @Test
    void growsIntoTheGapBehind() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long block = heap.allocate(100, 16);
            long next = heap.allocate(5000, 16);
            heap.free(next);
            assertEquals(block, heap.reallocate(block, 5000));
            assertEquals(1, heap.stats().frees(), "nothing moved");
            heap.verify();
        }
    }

    @Test
    void countersAreReadable() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            heap.free(NULL);
            heap.deallocate(NULL, 1, 1);
            assertEquals(2, heap.warnings());
            long block = heap.allocate(10, 16);
            heap.allocate(10, 16);
            heap.free(block);
            assertThrows(CorruptHeapError.class, () -> heap.free(block));
            assertThrows(CorruptHeapError.class, () -> heap.free(block + 1));
            assertEquals(2, heap.errors());
            assertEquals(0, heap.possibleOverruns());
        }
    }

    /// The two lock hooks: held once around each call, released when it throws.
    @Test
    void theLockIsReleased() {
        ReentrantLock lock = new ReentrantLock();
        try (var heap = new LibAlloc(Region.reserved(MIB), lock)) {
            assertTrue(heap.threadSafe());
            long block = heap.allocate(10, 16);
            assertFalse(lock.isLocked());
            assertThrows(CorruptHeapError.class, () -> heap.free(block + 16));
            assertThrows(IllegalArgumentException.class, () -> heap.allocate(1, 3));
            assertFalse(lock.isLocked());
            heap.free(block);
        }
    }

    @Test
    void manyThreadsShareOneUnderItsLock() throws InterruptedException {
        try (var heap = new LibAlloc(Region.reserved(16 * MIB), new ReentrantLock())) {
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                byte sign = (byte) (t + 1);
                threads[t] =
                        Thread.ofVirtual()
                                .start(() -> {
                                    for (int i = 0; i < 2000; i++) {
                                        long block = heap.allocate(i % 500 + 1, 16);
                                        Memory.fill(block, i % 500 + 1, sign);
                                        if (Memory.mismatch(block, i % 500 + 1, sign) != -1) return;
                                        heap.free(block);
                                    }
                                });
            }
            for (Thread thread : threads) thread.join();
            assertEquals(8000, heap.stats().frees());
            heap.verify();
        }
    }

    /// The original's own test: random slots, filled, checked before each free.
    @Test
    void randomSlots() {
        SplittableRandom random = Randomness.of(this);
        try (var heap = new LibAlloc(Region.reserved(128 * MIB))) {
            long[] slots = new long[100];
            for (int i = 0; i < 20_000; i++) {
                int slot = random.nextInt(slots.length);
                byte key = (byte) slot;
                if (slots[slot] != NULL) {
                    long size = Math.min(heap.usableSize(slots[slot]), 4096);
                    assertEquals(-1, Memory.mismatch(slots[slot], size, key));
                    heap.free(slots[slot]);
                    slots[slot] = NULL;
                } else {
                    long size = random.nextLong(1L << random.nextInt(1, 21));
                    slots[slot] = heap.allocate(size, 16);
                    Memory.fill(slots[slot], Math.min(Math.max(1, size), 4096), key);
                }
            }
            heap.verify();
        }
    }
}
