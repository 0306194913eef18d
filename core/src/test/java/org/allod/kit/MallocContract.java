package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Blocks know their own size. Joined beside [AllocatorContract], by a covariant `heapOver`.
public interface MallocContract extends Subject {
    @Override
    Malloc heapOver(Region region);

    @Override
    default Malloc heap(long bytes) {
        return heapOver(Region.reserved(bytes));
    }

    /// All of it is the caller's: written to the last byte, it harms nobody.
    @Test
    default void usableIsAtLeastWhatWasAskedFor() {
        try (Malloc heap = heap(64 * MIB)) {
            long[] sizes = {0, 1, 7, 8, 24, 100, 1000, 4096, 5000, 70_000, MIB, 5 * MIB};
            long[] blocks = new long[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                blocks[i] = heap.allocate(sizes[i], 16);
                long usable = heap.usableSize(blocks[i]);
                long size = sizes[i];
                assertTrue(usable >= Math.max(1, size), () -> usable + " usable of " + size);
                Pattern.write(blocks[i], usable, i);
            }
            heap.verify();
            for (int i = 0; i < sizes.length; i++) {
                long usable = heap.usableSize(blocks[i]);
                assertEquals(-1, Pattern.mismatch(blocks[i], usable, usable, i), "overwritten");
                if (i % 2 == 0) heap.free(blocks[i]);
                else heap.deallocate(blocks[i], usable, 16);
            }
            assertEquals(0, heap.stats().blocksUsed(), "blocksUsed");
            heap.verify();
        }
    }

    @Test
    default void freeByAddressAlone() {
        try (Malloc heap = heap(16 * MIB)) {
            heap.free(Allocator.NULL);
            for (long alignment = 1; alignment <= 64 * KIB; alignment <<= 1) {
                for (long size : new long[] {0, 1, 50, 500, 5000, 50_000}) {
                    long block = heap.allocate(size, alignment);
                    assertNotEquals(Allocator.NULL, block, () -> "no room for " + size);
                    heap.free(block);
                }
            }
            assertEquals(heap.stats().allocations(), heap.stats().frees(), "frees");
            assertEquals(0, heap.stats().blocksUsed(), "blocksUsed");
            heap.verify();
        }
    }

    @Test
    default void resizeByAddressAlone() {
        try (Malloc heap = heap(16 * MIB)) {
            long size = 10;
            long block = heap.reallocate(Allocator.NULL, size);
            assertNotEquals(Allocator.NULL, block, "NULL allocates");
            for (long next : new long[] {30, 29, 500, 5000, 70_000, 3 * MIB, 9000, 100, 1}) {
                Pattern.write(block, size, next);
                long moved = heap.reallocate(block, next);
                assertNotEquals(Allocator.NULL, moved, () -> "no room for " + next);
                assertEquals(0, moved & 15, "alignment 16");
                long kept = Math.min(size, next);
                assertEquals(-1, Pattern.mismatch(moved, size, kept, next), "first byte lost");
                assertEquals(Allocator.NULL, heap.reallocate(moved, -1), "to -1 bytes");
                assertEquals(Allocator.NULL, heap.reallocate(moved, 1L << 62), "to 2^62 bytes");
                block = moved;
                size = next;
            }
            block = heap.reallocate(block, 0);
            assertNotEquals(Allocator.NULL, block, "0 keeps a block");
            assertEquals(1, heap.stats().blocksUsed(), "blocksUsed");
            heap.free(block);
            heap.verify();
        }
    }

    @Test
    default void alignmentIsIgnoredInDeallocate() {
        try (Malloc heap = heap(MIB)) {
            long first = heap.allocate(1, 1);
            heap.deallocate(heap.allocate(100, 16), 100, 1 << 30);
            heap.deallocate(heap.allocate(100, 4096), 100, 1);
            long block = heap.reallocate(heap.allocate(100, 256), 100, 16, 300);
            assertThrows(IllegalArgumentException.class, () -> heap.deallocate(block, 300, 3));
            heap.deallocate(block, 300, 16);
            heap.deallocate(first, 1, 64);
            assertEquals(0, heap.stats().blocksUsed(), "blocksUsed");
            heap.verify();
        }
    }

    @Test
    default void aSizeAboveTheUsableIsSeen() {
        for (long size : new long[] {1, 100, 5000, 300_000}) {
            try (Malloc heap = heap(MIB)) {
                long block = heap.allocate(size, 16);
                long above = heap.usableSize(block) + 1;
                assertThrows(CorruptHeapError.class, () -> heap.deallocate(block, above, 16));
            }
            try (Malloc heap = heap(MIB)) {
                long block = heap.allocate(size, 16);
                long above = heap.usableSize(block) + 1;
                assertThrows(CorruptHeapError.class, () -> heap.reallocate(block, above, 16, 8));
            }
        }
    }

    @Test
    default void addressesFromOutsideAreNoBlocks() {
        try (Malloc heap = heap(MIB);
                Malloc other = heap(MIB)) {
            long foreign = other.allocate(64, 16);
            for (long address : new long[] {1, 16, -1, -16, Long.MIN_VALUE, foreign}) {
                seen(() -> heap.free(address));
                seen(() -> heap.usableSize(address));
                seen(() -> heap.reallocate(address, 100));
            }
            heap.verify();
            Memory.fill(foreign, 64, (byte) 1);
            other.verify();
        }
    }

    private static void seen(Runnable call) {
        assertThrows(CorruptHeapError.class, call::run);
    }

    @Test
    default void mallocCallsAfterCloseAreRefused() {
        Malloc heap = heap(MIB);
        long block = heap.allocate(100, 16);
        heap.close();
        assertThrows(IllegalStateException.class, () -> heap.free(block));
        assertThrows(IllegalStateException.class, () -> heap.free(Allocator.NULL));
        assertThrows(IllegalStateException.class, () -> heap.usableSize(block));
        assertThrows(IllegalStateException.class, () -> heap.reallocate(block, 200));
        assertThrows(IllegalStateException.class, () -> heap.reallocate(Allocator.NULL, 200));
    }
}
