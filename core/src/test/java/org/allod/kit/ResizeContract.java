package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;

/// A resized block keeps its contents and its alignment, whichever way it goes.
public interface ResizeContract extends Subject {

    /// Sizes from which and to which blocks are resized.
    private static long[] sizes() {
        return new long[] {
            0,
            1,
            7,
            8,
            15,
            16,
            17,
            63,
            64,
            100,
            255,
            256,
            1000,
            4095,
            4096,
            4097,
            10_000,
            65_536,
            100_000,
            300_000,
            1 << 20,
            (1 << 20) + 1,
            3_000_000
        };
    }

    /// Between two neighbours, with a free one after it, and with a free one before it.
    @Test
    default void everySizeToEverySize() {
        Region region = Region.reserved(64 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long from : sizes()) {
                for (long to : sizes()) {
                    for (int surroundings = 0; surroundings < 3; surroundings++) {
                        Block before = blocks.must(from, 16);
                        Block block = blocks.must(from, 16);
                        Block after = blocks.must(from, 16);
                        if (surroundings == 1) blocks.deallocate(after);
                        if (surroundings == 2) blocks.deallocate(before);
                        String change = from + " to " + to;
                        block = LiveBlocks.present(blocks.reallocate(block, to), change);
                        LiveBlocks.present(blocks.reallocate(block, from), change + " and back");
                        blocks.deallocateAll();
                    }
                }
                blocks.checkHeap(region);
            }
        }
    }

    @Test
    default void resizingKeepsTheAlignment() {
        Region region = Region.reserved(64 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long alignment = 1; alignment <= MIB; alignment <<= 1) {
                Block block = blocks.must(10, alignment);
                for (long size : new long[] {30, 200, 3000, 40_000, 500_000, 5000, 60, 1, 0, 700}) {
                    blocks.must(24, 8);
                    String change = block + " to " + size;
                    block = LiveBlocks.present(blocks.reallocate(block, size), change);
                }
                blocks.checkContents();
                blocks.deallocateAll();
            }
            blocks.checkHeap(region);
        }
    }

    @Test
    default void resizingNothingAllocates() {
        try (Allocator heap = heap(MIB)) {
            long first = heap.reallocate(Allocator.NULL, 0, 64, 100);
            long second = heap.reallocate(Allocator.NULL, 12_345, 64, 0);
            assertNotEquals(Allocator.NULL, first, "of 100 bytes");
            assertNotEquals(Allocator.NULL, second, "of 0 bytes");
            assertNotEquals(first, second, "two blocks");
            assertEquals(0, first & 63, "alignment");
            assertEquals(0, second & 63, "alignment");
            assertEquals(2, heap.stats().blocksUsed(), "blocksUsed");
            assertEquals(2, heap.stats().allocations(), "allocations");
            assertEquals(0, heap.stats().reallocations(), "reallocations of a block");
            assertEquals(Allocator.NULL, heap.reallocate(Allocator.NULL, 0, 16, -1), "of -1 bytes");
            heap.deallocate(first, 100, 64);
            heap.deallocate(second, 0, 64);
            heap.verify();
        }
    }

    @Test
    default void resizingToZeroKeepsABlock() {
        Region region = Region.reserved(MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long size : new long[] {0, 1, 100, 5000, 100_000}) {
                Block block = blocks.must(size, 16);
                LiveBlocks.present(blocks.reallocate(block, 0), size + " to 0");
            }
            assertEquals(5, blocks.count(), "live blocks");
            blocks.checkHeap(region);
            blocks.deallocateAll();
            blocks.checkHeap(region);
        }
    }

    @Test
    default void aFailedResizeLeavesTheBlockWhole() {
        Region region = Region.reserved(MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            while (blocks.allocate(1000, 16) != null) {}
            assertTrue(blocks.count() > 100, () -> blocks.count() + " blocks of 1000 in 1 MiB");
            for (Block block : blocks.all().toArray(Block[]::new)) {
                long wanted = region.bytes() / 2;
                assertEquals(null, blocks.reallocate(block, wanted), () -> block + " to " + wanted);
            }
            blocks.checkContents();
            blocks.checkHeap(region);
            blocks.deallocateAll();
            blocks.checkHeap(region);
        }
    }
}
