package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// A block freed twice is seen, as long as nobody else got its memory.
public interface DetectsDoubleFree extends Subject {

    /// Sizes of the blocks that are freed twice.
    private static long[] sizes() {
        return new long[] {0, 8, 24, 100, 1000, 5000, 100_000};
    }

    @Test
    default void freedTwiceAtOnce() {
        for (long size : sizes()) {
            try (Allocator heap = heap(MIB)) {
                heap.allocate(size, 16);
                long block = heap.allocate(size, 16);
                heap.allocate(size, 16);
                heap.deallocate(block, size, 16);
                seen(block, size, () -> heap.deallocate(block, size, 16));
            }
        }
    }

    /// The neighbours went, too: where free blocks merge, the block is now inside a larger one.
    @Test
    default void freedTwiceAmongFreeNeighbours() {
        for (long size : sizes()) {
            for (int which = 0; which < 3; which++) {
                try (Allocator heap = heap(MIB)) {
                    long[] blocks = new long[3];
                    for (int i = 0; i < 3; i++) blocks[i] = heap.allocate(size, 16);
                    for (long block : blocks) heap.deallocate(block, size, 16);
                    long block = blocks[which];
                    seen(block, size, () -> heap.deallocate(block, size, 16));
                }
            }
        }
    }

    @Test
    default void resizedAfterFree() {
        for (long size : sizes()) {
            try (Allocator heap = heap(MIB)) {
                long block = heap.allocate(size, 16);
                heap.allocate(size, 16);
                heap.deallocate(block, size, 16);
                seen(block, size, () -> heap.reallocate(block, size, 16, 2 * size + 100));
            }
        }
    }

    private static void seen(long block, long size, Executable call) {
        var error = assertThrows(CorruptHeapError.class, call, () -> "block of " + size);
        assertEquals(block, error.address(), "address in the error");
    }
}
