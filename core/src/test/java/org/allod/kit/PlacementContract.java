package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.kit.LiveBlocks.Block;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Blocks lie where they should: aligned, apart, zero where that was asked for.
public interface PlacementContract extends Subject {

    @Test
    default void everySmallSizeAtEveryAlignment() {
        try (Allocator heap = heap(64 * MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            ArrayDeque<Block> held = new ArrayDeque<>();
            for (long alignment = 1; alignment <= MIB; alignment <<= 1) {
                for (long size = 0; size <= 1024; size++) {
                    held.add(blocks.must(size, alignment));
                    if (held.size() > 16) blocks.deallocate(held.remove());
                }
            }
            blocks.deallocateAll();
            heap.verify();
        }
    }

    @Test
    default void sizesAroundPowersOfTwoAtEveryAlignment() {
        try (Allocator heap = heap(64 * MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long power = 2 * KIB; power <= 8 * MIB; power <<= 1) {
                for (long alignment = 1; alignment <= MIB; alignment <<= 1) {
                    Block below = blocks.must(power - 1, alignment);
                    Block at = blocks.must(power, alignment);
                    blocks.deallocate(below);
                    Block above = blocks.must(power + 1, alignment);
                    blocks.deallocate(at);
                    blocks.deallocate(above);
                }
            }
            heap.verify();
        }
    }

    @Test
    default void alignmentsAboveThePageSize() {
        try (Allocator heap = heap(64 * MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long alignment = 8 * KIB; alignment <= 8 * MIB; alignment <<= 1) {
                for (long size : new long[] {0, 1, 100, 5000, alignment}) {
                    Block first = blocks.must(size, alignment);
                    Block second = blocks.must(size, alignment);
                    blocks.deallocate(first);
                    blocks.deallocate(second);
                }
            }
            heap.verify();
        }
    }

    @Test
    default void liveBlocksNeverOverlap() {
        SplittableRandom random = Randomness.of(this);
        try (Allocator heap = heap(64 * MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            ArrayDeque<Block> held = new ArrayDeque<>();
            for (int i = 0; i < 20_000; i++) {
                if (held.size() > 500 || !held.isEmpty() && random.nextInt(3) == 0) {
                    Block block = random.nextBoolean() ? held.removeFirst() : held.removeLast();
                    blocks.deallocate(block);
                } else {
                    long size = random.nextLong(1L << random.nextInt(1, 15));
                    held.add(blocks.must(size, 1L << random.nextInt(10)));
                }
            }
            blocks.checkContents();
            blocks.deallocateAll();
            heap.verify();
        }
    }

    @Test
    default void sizeZeroIsABlockOfItsOwn() {
        try (Allocator heap = heap(MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (int i = 0; i < 100; i++) blocks.must(0, 1);
            blocks.must(1, 1);
            blocks.must(0, 64);
            blocks.deallocateAll();
            heap.verify();
        }
    }

    /// Small, of several pages, and huge: each on memory that was full of 0xFF a moment ago.
    @Test
    default void zeroedOnRecycledMemory() {
        try (Allocator heap = heap(64 * MIB)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            for (long size : List.of(0L, 1L, 7L, 8L, 100L, 4096L, 20_000L, 300 * KIB, 8 * MIB)) {
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < 3; i++) {
                        Block dirty = blocks.must(size, 16);
                        long address = dirty.address();
                        blocks.deallocate(dirty);
                        long again = heap.allocate(size, 16);
                        assertTrue(again != Allocator.NULL, "recycling 0x" + address);
                        Memory.fill(again, size, (byte) 0xFF);
                        heap.deallocate(again, size, 16);
                        Block zeroed = blocks.allocateZeroed(size, 16);
                        LiveBlocks.present(zeroed, size + " zeroed bytes");
                    }
                    blocks.deallocateAll();
                    if (round == 1) heap.trim();
                }
            }
            heap.verify();
        }
    }
}
