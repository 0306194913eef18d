package org.allod.nedmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.kit.TestThreads;
import org.allod.kit.ThreadsContract;
import org.junit.jupiter.api.Test;

/// Threads that come, go, and resize what others allocated.
class NedThreadsTest implements ThreadsContract<NedMalloc> {
    @Override
    public NedMalloc heapOver(Region region) {
        return new NedMalloc(region);
    }

    @Override
    public long restAfterTrim() {
        return 8 * KIB;
    }

    /// A page of each space; there are more where threads met in one.
    @Override
    public long restAfterTrim(NedMalloc heap) {
        return heap.spaces() * Region.pageSize();
    }

    @Override
    public void idle(NedMalloc heap) {
        heap.idle();
    }

    @Override
    public void checkFewCaches(NedMalloc heap) {
        ThreadsContract.assertFew(heap.caches());
    }

    @Override
    public void checkDead(NedMalloc heap) {
        assertEquals(0, heap.caches(), "caches of the dead");
    }

    /// Platform and virtual threads resize each other's blocks through few spaces: contents stay.
    /// The original lost some (its issues 9 and 15).
    @Test
    void threadsResizeEachOthersBlocks() throws InterruptedException {
        long seed = Randomness.of(this).nextLong();
        int rounds = Randomness.stress() ? 2_000_000 : 60_000;
        try (NedMalloc heap = new NedMalloc(Region.reserved(512 * MIB), 3)) {
            var table = new ResizeTable(heap, 64);
            TestThreads threads = new TestThreads();
            for (int t = 0; t < 8; t++) {
                long mine = seed + t;
                threads.start(TestThreads.kind(t), () -> table.work(mine, rounds));
            }
            threads.join();
            table.freeAll();
            assertEquals(0, heap.stats().blocksUsed());
            assertTrue(heap.spaces() <= 3);
            heap.verify();
        }
    }
}
