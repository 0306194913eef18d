package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.junit.jupiter.api.Test;

/// A free with another size than the block's, or inside a block, is seen.
public interface DetectsWrongLayout extends Subject {

    /// Sizes far enough apart that no two are of one class: 16 times each.
    @Test
    default void freedWithAnotherSize() {
        long[] sizes = {8, 128, 2048, 32_768, 200_000};
        for (long size : sizes) {
            for (long wrong : sizes) {
                if (wrong == size) continue;
                try (Allocator heap = heap(MIB)) {
                    long block = heap.allocate(size, 8);
                    heap.allocate(size, 8);
                    assertThrows(
                            CorruptHeapError.class,
                            () -> heap.deallocate(block, wrong, 8),
                            () -> size + " B freed as " + wrong);
                }
            }
        }
    }

    @Test
    default void freedInside() {
        for (long size : new long[] {64, 200, 1000, 5000, 100_000}) {
            for (long inside : new long[] {1, 8, 16, 24, 32, size / 2 & -16, size - 8}) {
                try (Allocator heap = heap(MIB)) {
                    heap.allocate(size, 16);
                    long block = heap.allocate(size, 16);
                    heap.allocate(size, 16);
                    assertThrows(
                            CorruptHeapError.class,
                            () -> heap.deallocate(block + inside, size, 8),
                            () -> "byte " + inside + " of " + size);
                }
            }
        }
    }
}
