package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;

/// Many threads on one heap: contents stay, blocks travel between threads, and the sums are right
/// in the end. An allocator of one thread is tried behind [LockedAllocator].
///
/// Source: mstress of mimalloc-bench, for the shape: own blocks, and a shared table to swap with.
public interface ConcurrentContract extends Subject {
    /// Threads at work.
    int THREADS = 8;

    /// 3 seconds; 60 with `-Pstress`.
    @Test
    default void threadsWithTransfers() throws InterruptedException {
        SplittableRandom seeds = Randomness.of(this);
        long nanos = (Randomness.stress() ? 60 : 3) * 1_000_000_000L;
        Region region = Region.reserved(64 * MIB);
        Allocator made = heapOver(region);
        try (Allocator heap = made.threadSafe() ? made : LockedAllocator.of(made)) {
            AtomicReferenceArray<Block> shared = new AtomicReferenceArray<>(256);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            long end = System.nanoTime() + nanos;
            for (int i = 0; i < THREADS; i++) {
                var worker = new ConcurrentWorker(heap, shared, seeds.split(), end, failure);
                threads.add(Thread.ofPlatform().name("worker-" + i).start(worker));
            }
            for (Thread thread : threads) thread.join();
            if (failure.get() != null) throw new AssertionError("in a worker", failure.get());
            for (int i = 0; i < shared.length(); i++) {
                Block block = shared.get(i);
                if (block != null) ConcurrentWorker.release(heap, block);
            }
            assertEquals(0, heap.stats().granted(), "granted");
            assertEquals(0, heap.stats().blocksUsed(), "blocksUsed");
            assertTrue(heap.stats().allocations() > THREADS, "allocations");
            heap.verify();
            new LiveBlocks(heap).checkWalk(region);
        }
    }

    /// Threads come and go, each leaves what it holds to the next: nothing is lost with them.
    @Test
    default void threadsThatEndLeaveNothingBehind() throws InterruptedException {
        Region region = Region.reserved(16 * MIB);
        Allocator made = heapOver(region);
        try (Allocator heap = made.threadSafe() ? made : LockedAllocator.of(made)) {
            Block[] handed = new Block[500];
            for (int round = 0; round < 100; round++) {
                long seed = round;
                TestThreads.run(() -> {
                    for (int i = 0; i < handed.length; i++) {
                        if (handed[i] != null) ConcurrentWorker.release(heap, handed[i]);
                        handed[i] = ConcurrentWorker.take(heap, 1 + 37L * i % 3000, seed);
                    }
                });
            }
            for (Block block : handed) ConcurrentWorker.release(heap, block);
            assertEquals(0, heap.stats().granted(), "granted");
            heap.verify();
        }
    }
}
