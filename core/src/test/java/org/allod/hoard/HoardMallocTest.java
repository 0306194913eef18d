package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.TestThreads;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Hoard by example, and what it sees of mistakes.
class HoardMallocTest {
    private static HoardMalloc open(HoardOptions options) {
        return new HoardMalloc(Region.reserved(64 << 20), options);
    }

    @Test
    void blocksOfOneSizeLieSideBySideWithoutHeaders() {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT)) {
            long first = heap.allocate(100, 16);
            assertEquals(112, heap.usableSize(first));
            assertEquals(0, first % (32 << 10), "the start of a superblock");
            assertEquals(first + 112, heap.allocate(112, 16));
            heap.free(first);
            assertEquals(first, heap.allocate(97, 16), "the newest of the buffer");
        }
    }

    @Test
    void twoBlocksOfHalfASuperblock() {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT)) {
            long first = heap.allocate(16 << 10, 4096);
            assertEquals(first + (16 << 10), heap.allocate(16 << 10, 16));
        }
    }

    @Test
    void anEmptySuperblockChangesItsClass() {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT.with("buffer_bytes", 0))) {
            long small = heap.allocate(16, 16);
            heap.free(small);
            assertEquals(small, heap.allocate(5000, 16));
            assertEquals(1, heap.requests().heaps.superblocks());
        }
    }

    @Test
    void largeBlocksGrowWhereTheyAre() {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT)) {
            long block = heap.allocate(100_000, 16);
            assertEquals(block, heap.reallocate(block, 1_000_000));
            assertEquals(block, heap.reallocate(block, 50_000));
            assertEquals(53_248, heap.usableSize(block));
            assertTrue(heap.stats().granted() == 53_248);
        }
    }

    /// Without buffers, and with the block in a buffer.
    @Test
    void wrongFreesAreSeen() {
        for (int bytes : new int[] {0, 16 << 10}) {
            try (HoardMalloc heap = open(HoardOptions.DEFAULT.with("buffer_bytes", bytes))) {
                long block = heap.allocate(100, 16);
                long other = heap.allocate(100, 16);
                long large = heap.allocate(100_000, 16);
                wrong(heap, block + 16, "start of a block");
                wrong(heap, block + 1, "start of a block");
                wrong(heap, block + 112 * 200, "never handed out");
                wrong(heap, large + 4096, "found none");
                wrong(heap, large - 16, "");
                heap.free(block);
                wrong(heap, block, "a free one");
                heap.free(large);
                wrong(heap, large, "found none");
                assertEquals(1, heap.stats().blocksUsed(), "nothing was counted");
                heap.free(other);
                heap.verify();
            }
        }
    }

    private static void wrong(HoardMalloc heap, long address, String text) {
        var error = assertThrows(CorruptHeapError.class, () -> heap.free(address), text);
        assertTrue(error.getMessage().contains(text), error::getMessage);
        assertEquals(address, error.address());
    }

    @Test
    void aBlockInAnotherThreadsBufferIsFree() throws InterruptedException {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT)) {
            heap.allocate(64, 16);
            long block = heap.allocate(64, 16);
            heap.free(block);
            TestThreads.run(() -> wrong(heap, block, "a free one"));
            heap.verify();
            assertEquals(block, heap.allocate(64, 16));
        }
    }

    /// As if two threads had freed it at the same moment: who finds it in two places says so, its
    /// buffer's owner or another thread of the same heap.
    @Test
    void aBlockInABufferAndInItsSuperblockIsFound() throws InterruptedException {
        for (boolean goesHome : new boolean[] {true, false}) {
            try (HoardMalloc heap = open(HoardOptions.DEFAULT)) {
                heap.allocate(64, 16);
                long block = heap.allocate(64, 16);
                heap.free(block);
                TestThreads threads = new TestThreads();
                CountDownLatch done = new CountDownLatch(1);
                int heaps = heap.requests().heaps.count() - 1;
                for (int t = 1; t <= heaps; t++) {
                    boolean isFirst = t == 1;
                    // The last one is in this thread's heap.
                    boolean asksForIt = t == heaps && !goesHome;
                    CountDownLatch ready = new CountDownLatch(1);
                    threads.start(
                            TestThreads.PLATFORM,
                            () -> {
                                try {
                                    heap.allocate(16, 16);
                                    if (isFirst) heap.requests().heaps.free(block, 0, true);
                                    if (asksForIt) twice(block, () -> takeMany(heap));
                                } finally {
                                    ready.countDown();
                                }
                                done.await();
                            });
                    ready.await();
                }
                if (goesHome) twice(block, heap::idle);
                done.countDown();
                threads.join();
                heap.verify();
            }
        }
    }

    private static void takeMany(HoardMalloc heap) {
        for (int i = 0; i < 5000; i++) heap.allocate(64, 16);
    }

    private static void twice(long block, Executable work) {
        CorruptHeapError error = assertThrows(CorruptHeapError.class, work);
        assertEquals(block, error.address());
        assertTrue(error.getMessage().contains("once"), error::getMessage);
    }

    @Test
    void aStoreIntoABlockInABufferIsSeen() {
        HoardMalloc heap = open(HoardOptions.DEFAULT);
        long keep = heap.allocate(64, 16);
        long block = heap.allocate(64, 16);
        heap.free(block);
        Memory.putLong(block, 0x4141_4141_4141_4141L);
        CorruptHeapError error = assertThrows(CorruptHeapError.class, () -> heap.allocate(64, 16));
        assertTrue(error.getMessage().contains("hoard.I5"), error::getMessage);
        assertTrue(heap.owns(keep));
        heap.close();
    }

    /// What is free in its superblock holds nothing that the heap needs.
    @Test
    void aStoreIntoABlockInItsSuperblockHarmsNothing() {
        try (HoardMalloc heap = open(HoardOptions.DEFAULT.with("buffer_bytes", 0))) {
            heap.allocate(64, 16);
            long block = heap.allocate(64, 16);
            heap.free(block);
            for (int word = 0; word < 64; word += 8) {
                Memory.putLong(block + word, 0x4141_4141_4141_4141L);
            }
            heap.verify();
            assertEquals(block, heap.allocate(64, 16));
            assertEquals(block + 64, heap.allocate(64, 16));
            assertEquals(3, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    @Test
    void optionsByName() {
        assertEquals(4096, HoardOptions.DEFAULT.with("buffer_bytes", "4k").bufferBytes());
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> HoardOptions.DEFAULT.with("buffers", 1));
        assertTrue(error.getMessage().contains("buffer_bytes"), error::getMessage);
        assertThrows(
                IllegalArgumentException.class,
                () -> HoardOptions.DEFAULT.with("buffer_bytes", -1));
    }
}
