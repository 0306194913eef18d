package org.allod.check;

import static org.allod.check.CheckedAllocatorTest.assertFound;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.check.CheckedAllocator.Options;
import org.allod.kit.TestAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A checked heap is still a heap: contents, alignment, exhaustion, numbers, threads.
@Tag("both")
@Timeout(60)
class CheckedHeapTest {

    @Test
    void keepsEveryAlignment() {
        for (long alignment = 1; alignment <= 1 << 20; alignment *= 2) {
            try (Allocator heap =
                    CheckedAllocator.of(new TestAllocator(Region.reserved(8 << 20)))) {
                long block = heap.allocate(33, alignment);
                assertEquals(0, block & (alignment - 1), "alignment " + alignment);
                block = heap.reallocate(block, 33, alignment, 77);
                assertEquals(0, block & (alignment - 1), "alignment " + alignment);
                heap.verify();
                heap.deallocate(block, 77, alignment);
            }
        }
    }

    @Test
    void holdsBackWhatTheOptionsSay() {
        Options three = Options.DEFAULT.held(3, 1000);
        try (Allocator heap =
                CheckedAllocator.of(new BuddyAllocator(Region.reserved(1 << 20)), three)) {
            for (int i = 0; i < 10; i++) {
                heap.deallocate(heap.allocate(10, 16), 10, 16);
            }
            assertEquals(3, heap.stats().blocksCached());
            heap.deallocate(heap.allocate(985, 16), 985, 16);
            assertEquals(2, heap.stats().blocksCached(), "985 + 10 B are below 1000");
            heap.deallocate(heap.allocate(2000, 16), 2000, 16);
            assertEquals(2, heap.stats().blocksCached(), "one above the limit leaves at once");
            heap.trim();
            assertEquals(0, heap.stats().blocksCached());
            assertEquals(0, heap.stats().bytesCached());
        }
    }

    @Test
    void givesHeldBlocksBackWhenThereIsNoRoom() {
        try (Allocator heap = CheckedAllocator.of(new TestAllocator(Region.reserved(1 << 16)))) {
            for (int i = 0; i < 50; i++) {
                long block = heap.allocate(10_000, 16);
                assertNotEquals(Allocator.NULL, block, "round " + i);
                heap.deallocate(block, 10_000, 16);
            }
            assertEquals(0, heap.stats().failures());
            assertEquals(Allocator.NULL, heap.allocate(1 << 16, 16));
            assertEquals(1, heap.stats().failures());
        }
    }

    @Test
    void aFailedReallocationLeavesTheBlockWhole() {
        try (Allocator heap = CheckedAllocator.of(new TestAllocator(Region.reserved(1 << 16)))) {
            long block = heap.allocate(40_000, 16);
            Memory.fill(block, 40_000, (byte) 9);
            assertEquals(Allocator.NULL, heap.reallocate(block, 40_000, 16, 50_000));
            assertEquals(Allocator.NULL, heap.reallocate(block, 40_000, 16, -1));
            assertEquals(-1, Memory.mismatch(block, 40_000, (byte) 9));
            assertEquals(2, heap.stats().failures());
            long shrunk = heap.reallocate(block, 40_000, 16, 30_000);
            assertEquals(block, shrunk, "no room to move to");
            assertEquals(-1, Memory.mismatch(block, 30_000, (byte) 9));
            assertEquals(30_000, heap.stats().requested());
            Memory.putByte(block + 30_000, (byte) 9);
            assertFound(heap::verify, block, "byte 30000 of the block of 30000 B");
            Memory.putByte(block + 30_000, CheckedBlock.CANARY);
            heap.deallocate(shrunk, 30_000, 16);
        }
    }

    @Test
    void countsTheCallersBlocks() {
        try (Allocator heap = CheckedAllocator.of(new BuddyAllocator(Region.reserved(1 << 20)))) {
            long kept = heap.allocate(100, 16);
            long freed = heap.allocate(50, 16);
            heap.deallocate(freed, 50, 16);
            kept = heap.reallocate(kept, 100, 16, 200);
            AllocatorStats stats = heap.stats();
            assertEquals(200, stats.requested());
            assertEquals(1, stats.blocksUsed());
            assertEquals(3, stats.allocations());
            assertEquals(2, stats.frees());
            assertEquals(1, stats.reallocations());
            assertEquals(2, stats.blocksCached());
            assertTrue(stats.granted() >= 200 && stats.granted() <= stats.held(), stats.toString());
            heap.deallocate(kept, 200, 16);
            assertEquals(0, heap.stats().requested());
        }
    }

    @Test
    void walksTheCallersBlocks() {
        Region region = Region.reserved(1 << 20);
        try (Allocator heap = CheckedAllocator.of(new BuddyAllocator(region))) {
            long kept = heap.allocate(100, 64);
            long freed = heap.allocate(50, 16);
            heap.deallocate(freed, 50, 16);
            Map<Kind, List<Long>> seen = new EnumMap<>(Kind.class);
            long[] next = {region.base()};
            BlockVisitor visitor =
                    (address, bytes, kind) -> {
                        assertEquals(next[0], address, "a gap");
                        next[0] += bytes;
                        seen.computeIfAbsent(kind, any -> new ArrayList<>()).add(address);
                        seen.get(kind).add(bytes);
                    };
            heap.walk(visitor);
            assertEquals(region.end(), next[0]);
            assertEquals(List.of(kept, 100L), seen.get(Kind.USED));
            assertEquals(List.of(freed, 50L), seen.get(Kind.CACHED));
            heap.deallocate(kept, 100, 64);
        }
    }

    /// The wrapped allocator's own faults: a block handed out twice, two that overlap, one askew.
    @Test
    void findsFaultsOfTheWrappedAllocator() {
        try (Region region = Region.reserved(1 << 20)) {
            long base = region.base();
            CheckedAllocator twice = CheckedAllocator.of(new Scripted(base, base));
            long block = twice.allocate(10, 16);
            assertFound(() -> twice.allocate(10, 16), block, "gave out again the block of 10 B");
            CheckedAllocator overlap = CheckedAllocator.of(new Scripted(base, base + 32));
            overlap.allocate(100, 16);
            long second = overlap.allocate(10, 16);
            assertFound(overlap::verify, second, "let the block of 10 B", "meet the block of 100");
            CheckedAllocator askew = CheckedAllocator.of(new Scripted(base + 8));
            assertFound(() -> askew.allocate(1, 16), base + 24, "off its alignment");
        }
    }

    @Test
    void survivesARandomRun() {
        long seed = System.nanoTime();
        System.Logger log = System.getLogger(CheckedHeapTest.class.getName());
        log.log(System.Logger.Level.INFO, "seed " + seed);
        Random random = new Random(seed);
        Map<Long, Long> live = new HashMap<>();
        try (Allocator heap = CheckedAllocator.of(new TestAllocator(Region.reserved(1 << 20)))) {
            for (int step = 0; step < 5_000; step++) {
                long size = random.nextInt(1 + random.nextInt(4_000));
                if (live.size() < 100 || random.nextBoolean()) {
                    long block = heap.allocate(size, 16);
                    if (block != Allocator.NULL) mark(live, block, size);
                } else {
                    long block = live.keySet().iterator().next();
                    long old = live.remove(block);
                    assertEquals(-1, Memory.mismatch(block, old, (byte) old), "seed " + seed);
                    if (random.nextBoolean()) {
                        heap.deallocate(block, old, 16);
                    } else {
                        long moved = heap.reallocate(block, old, 16, size);
                        mark(
                                live,
                                moved == Allocator.NULL ? block : moved,
                                moved == 0 ? old : size);
                    }
                }
                if (step % 500 == 0) heap.verify();
            }
            live.forEach((block, size) -> heap.deallocate(block, size, 16));
            assertEquals(0, heap.stats().blocksUsed(), "seed " + seed);
            assertEquals(0, heap.stats().requested(), "seed " + seed);
        }
    }

    private static void mark(Map<Long, Long> live, long block, long size) {
        live.put(block, size);
        Memory.fill(block, size, (byte) size);
    }

    @Test
    void servesManyThreads() throws Exception {
        var inner = LockedAllocator.of(new TestAllocator(Region.reserved(4 << 20)));
        try (Allocator heap = CheckedAllocator.of((Allocator) inner);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            assertTrue(heap.threadSafe());
            List<Future<?>> runs = new ArrayList<>();
            for (int run = 0; run < 500; run++) runs.add(pool.submit(() -> useAndFree(heap)));
            for (Future<?> run : runs) run.get();
            heap.verify();
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(10_000, heap.stats().frees());
        }
    }

    private static void useAndFree(Allocator heap) {
        for (int round = 0; round < 20; round++) {
            long size = 8 + 50L * round;
            long block = heap.allocate(size, 16);
            Memory.putLong(block, block);
            Thread.yield();
            assertEquals(block, Memory.getLong(block), "somebody else's block");
            heap.deallocate(block, size, 16);
        }
    }
}
