package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;

/// What the heap says of its region is so, and it stays inside.
public interface RegionContract extends Subject {

    @Test
    default void walkAndCountersAgreeWithTheLiveBlocks() {
        SplittableRandom random = Randomness.of(this);
        Region region = Region.reserved(16 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            blocks.checkHeap(region);
            List<Block> held = new ArrayList<>();
            for (int i = 1; i <= 3000; i++) {
                int choice = random.nextInt(8);
                long size = random.nextLong(1L << random.nextInt(1, 16));
                if (choice < 4 || held.isEmpty()) {
                    held.add(blocks.must(size, 1L << random.nextInt(8)));
                } else if (choice < 6) {
                    int at = random.nextInt(held.size());
                    Block moved = blocks.reallocate(held.get(at), size);
                    held.set(at, LiveBlocks.present(moved, "resizing to " + size));
                } else {
                    blocks.deallocate(held.remove(random.nextInt(held.size())));
                }
                if (i % 30 == 0) blocks.checkHeap(region);
            }
            blocks.checkContents();
            AllocatorStats full = heap.stats();
            assertEquals(region.committed(), full.held(), "held, and what the region counts");
            blocks.deallocateAll();
            blocks.checkHeap(region);
            assertTrue(heap.stats().peakHeld() >= full.held(), "peakHeld fell");
        }
    }

    @Test
    default void whatIsHandedOutIsOwned() {
        Region region = Region.reserved(4 * MIB);
        try (Allocator heap = heapOver(region)) {
            for (long size : new long[] {0, 1, 100, 5000, MIB}) {
                long address = heap.allocate(size, 16);
                assertTrue(heap.owns(address), () -> "its own block of " + size);
                assertTrue(region.contains(address), "inside the region");
                assertTrue(region.contains(address + Math.max(0, size - 1)), "wholly inside");
            }
            assertFalse(heap.owns(region.end()), "the first address after the region");
            assertFalse(heap.owns(region.base() - 1), "the last address before the region");
        }
    }

    /// Nothing is committed twice or left behind: what a block needs is committed, and no more than
    /// the region has.
    @Test
    default void trimGivesPagesBackAndKeepsContents() {
        Region region = Region.reserved(64 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            List<Block> passing = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                Block block = blocks.must(i % 100 == 0 ? 50 : 15_000, 16);
                if (i % 100 != 0) passing.add(block);
            }
            long full = region.committed();
            passing.forEach(blocks::deallocate);
            long before = region.committed();
            long returned = heap.trim();
            assertEquals(before - region.committed(), returned, "what trim says, and the region");
            blocks.checkContents();
            blocks.checkHeap(region);
            if (givesPagesBack()) {
                long rest = region.committed();
                assertTrue(rest < full / 4, () -> rest + " of " + full + " B are still committed");
            }
            for (int i = 0; i < 100; i++) {
                LiveBlocks.present(blocks.allocateZeroed(15_000, 16), "15,000 B after trim");
            }
            blocks.checkContents();
            blocks.deallocateAll();
            heap.trim();
            blocks.checkHeap(region);
        }
    }

    /// A kernel's static area starts anywhere. Not a byte beside it may change.
    @Test
    default void anOddRegionBase() {
        int guard = 256;
        byte sign = (byte) 0xC5;
        for (long odd : new long[] {0, 1, 3, 8, 24, 100, 4095}) {
            for (long bytes : new long[] {300_000, 300_001, 262_144, 131_057}) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment memory = arena.allocate(guard + odd + bytes + guard, 4096);
                    memory.fill(sign);
                    Region region = Region.fixed(memory.asSlice(guard + odd, bytes));
                    try (Allocator heap = heapOver(region)) {
                        fillAndFree(heap, region);
                    }
                    for (long i = 0; i < guard; i++) {
                        long below = guard + odd - 1 - i;
                        long above = guard + odd + bytes + i;
                        for (long at : new long[] {below, above}) {
                            byte found = memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at);
                            assertEquals(sign, found, () -> "byte " + at + ", base + " + odd);
                        }
                    }
                }
            }
        }
    }

    private static void fillAndFree(Allocator heap, Region region) {
        LiveBlocks blocks = new LiveBlocks(heap);
        for (int round = 0; round < 2; round++) {
            for (long alignment = 1; alignment <= 4096; alignment <<= 1) {
                blocks.must(1, alignment);
                blocks.allocate(alignment, alignment);
                blocks.allocate(3 * alignment + 1, alignment);
            }
            while (blocks.allocate(1000, 16) != null) {}
            while (blocks.allocate(1, 1) != null) {}
            blocks.checkContents();
            blocks.checkHeap(region);
            blocks.deallocateAll();
            assertEquals(0, heap.trim(), "bytes given back of a fixed region");
            blocks.checkHeap(region);
        }
    }
}
