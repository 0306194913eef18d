package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;

/// A full heap says so, keeps what it has, and serves as before once there is room.
public interface ExhaustionContract extends Subject {

    @Test
    default void aHeapCanBeFilledAgain() {
        for (long size : new long[] {1, 24, 100, 1000, 4096, 30_000}) {
            Region region = Region.reserved(MIB);
            try (Allocator heap = heapOver(region)) {
                LiveBlocks blocks = new LiveBlocks(heap);
                long first = fill(blocks, size);
                assertTrue(first > 0, () -> "no block of " + size + " in 1 MiB");
                blocks.checkContents();
                blocks.checkHeap(region);
                for (int round = 1; round <= 3; round++) {
                    blocks.deallocateAll();
                    long again = fill(blocks, size);
                    String when = "blocks of " + size + " in round " + round;
                    assertTrue(again >= first, () -> again + " " + when + ", at first " + first);
                }
                blocks.checkHeap(region);
            }
        }
    }

    private static long fill(LiveBlocks blocks, long size) {
        while (blocks.allocate(size, 8) != null) {}
        return blocks.count();
    }

    /// Random work under a limit, one page more each time: every commit is refused once.
    @Test
    default void everyPageRefusedInTurn() {
        long seed = Randomness.of(this).nextLong();
        long page = Region.pageSize();
        for (long pages = 0; pages <= 48; pages++) {
            Region region = Region.reserved(MIB);
            try (Allocator heap = heapOver(region)) {
                region.limit(region.committed() + pages * page);
                LiveBlocks blocks = new LiveBlocks(heap);
                work(blocks, new SplittableRandom(seed));
                blocks.checkContents();
                blocks.checkHeap(region);
                assertTrue(region.committed() <= region.limit(), "committed above the limit");
                region.limit(Long.MAX_VALUE);
                blocks.deallocateAll();
                blocks.must(100 * KIB, 16);
                blocks.checkHeap(region);
            }
        }
    }

    private static void work(LiveBlocks blocks, SplittableRandom random) {
        List<Block> held = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            long size = random.nextLong(1L << random.nextInt(1, 15));
            int choice = random.nextInt(10);
            if (choice < 6 || held.isEmpty()) {
                Block block =
                        choice == 0 ? blocks.allocateZeroed(size, 16) : blocks.allocate(size, 16);
                if (block != null) held.add(block);
            } else if (choice < 8) {
                int at = random.nextInt(held.size());
                Block moved = blocks.reallocate(held.get(at), size);
                if (moved != null) held.set(at, moved);
            } else {
                blocks.deallocate(held.remove(random.nextInt(held.size())));
            }
        }
    }

    @Test
    default void aLimitHoldsAndCanBeRaised() {
        Region region = Region.reserved(16 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            long limit = region.committed() + 4 * MIB;
            region.limit(limit);
            while (blocks.allocate(5000, 16) != null) {}
            assertTrue(region.committed() <= limit, "committed above the limit");
            assertTrue(blocks.count() < 4 * MIB / 5000 + 1, () -> blocks.count() + " blocks");
            blocks.checkHeap(region);
            region.limit(8 * MIB + limit);
            blocks.must(4 * MIB - 1, 16);
            blocks.checkContents();
            blocks.checkHeap(region);
        }
    }

    @Test
    default void allFreedIsOneBlockAgain() {
        SplittableRandom random = Randomness.of(this);
        long largest = Largest.of(heap(4 * MIB));
        Region region = Region.reserved(4 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            while (blocks.allocate(random.nextLong(1L << random.nextInt(1, 14)), 8) != null) {}
            List<Block> all = new ArrayList<>(blocks.all());
            Collections.shuffle(all, Random.from(random));
            all.forEach(blocks::deallocate);
            blocks.checkHeap(region);
            assertEquals(0, heap.stats().blocksUsed(), "blocksUsed");
            if (restAfterFreeAll() < largest) blocks.must(largest - restAfterFreeAll(), 8);
        }
    }

    /// 1,000 blocks of 32 B in 1 MiB, allocated and freed: first in first out, last in first out,
    /// shuffled. Never a failure, never a page more than in the first rounds.
    @Test
    default void constantWorkHasAConstantFootprint() {
        SplittableRandom random = Randomness.of(this);
        int rounds = Randomness.stress() ? 100_000 : 500;
        Region region = Region.reserved(MIB);
        try (Allocator heap = heapOver(region)) {
            long[] addresses = new long[1000];
            long footprint = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < addresses.length; i++) {
                    addresses[i] = heap.allocate(32, 8);
                    if (addresses[i] == Allocator.NULL) {
                        throw new AssertionError("no room for block " + i + " in round " + round);
                    }
                }
                order(addresses, round % 3, random);
                for (long address : addresses) heap.deallocate(address, 32, 8);
                if (round == rounds / 10) footprint = heap.stats().peakHeld();
            }
            assertEquals(
                    footprint, heap.stats().peakHeld(), "peakHeld after " + rounds + " rounds");
            heap.verify();
        }
    }

    private static void order(long[] addresses, int way, SplittableRandom random) {
        int last = addresses.length - 1;
        for (int i = 0; way == 1 && i < last - i; i++) swap(addresses, i, last - i);
        for (int i = last; way == 2 && i > 0; i--) swap(addresses, i, random.nextInt(i + 1));
    }

    private static void swap(long[] addresses, int i, int j) {
        long held = addresses[i];
        addresses[i] = addresses[j];
        addresses[j] = held;
    }
}
