package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.allod.kit.Randomness;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Reserved regions: pages come and go, and are counted.
class RegionTest {
    private static final long PAGE = Region.pageSize();
    private static final long MIB = 1 << 20;

    @Test
    void theBaseIsAlignedToTheSize() {
        for (long bytes : new long[] {1, PAGE, PAGE + 1, 3 * PAGE, MIB, 3 * MIB, 64 * MIB}) {
            try (Region region = Region.reserved(bytes)) {
                long power = Math.max(PAGE, Long.highestOneBit(2 * bytes - 1));
                assertEquals(0, region.base() & (power - 1), () -> "base of " + bytes);
                assertEquals((bytes + PAGE - 1) & -PAGE, region.bytes());
                assertEquals(region.base() + region.bytes(), region.end());
                assertEquals(0, region.committed());
                assertTrue(region.contains(region.base()));
                assertTrue(region.contains(region.end() - 1));
                assertFalse(region.contains(region.end()));
                assertFalse(region.contains(region.base() - 1));
                assertFalse(region.contains(-1));
                assertFalse(region.contains(0));
            }
        }
        try (Region huge = Region.reserved(5L << 30)) {
            assertEquals(0, huge.base() & (Region.MAX_BASE_ALIGNMENT - 1));
        }
    }

    @Test
    void sizesThatCannotBe() {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
            var thrown = refusal(bytes);
            assertEquals("bytes=" + bytes + ", expected above 0", thrown.getMessage());
        }
        for (long bytes : new long[] {Long.MAX_VALUE, 1L << 62, (1L << 62) + 1, 1L << 55}) {
            var thrown =
                    assertThrows(
                            HeapExhaustedException.class, () -> Region.reserved(bytes).close());
            assertEquals(bytes, thrown.size());
        }
    }

    private static IllegalArgumentException refusal(long bytes) {
        return assertThrows(IllegalArgumentException.class, () -> Region.reserved(bytes).close());
    }

    @Test
    void commitCountsPagesOnce() {
        try (Region region = Region.reserved(MIB)) {
            assertTrue(region.commit(region.base() + PAGE - 1, 2));
            assertEquals(2 * PAGE, region.committed());
            assertTrue(region.isCommitted(region.base()));
            assertTrue(region.isCommitted(region.base() + 2 * PAGE - 1));
            assertFalse(region.isCommitted(region.base() + 2 * PAGE));
            assertTrue(region.commit(region.base(), 3 * PAGE));
            assertEquals(3 * PAGE, region.committed());
            assertTrue(region.commit(region.base(), MIB));
            assertEquals(MIB, region.committed());
            assertEquals(MIB, region.decommit(region.base(), MIB));
            assertEquals(0, region.committed());
            assertEquals(MIB, region.committedMax());
        }
    }

    /// Random ranges against one bit a page; ranges over several words of the bitmap, too.
    @Test
    void commitAndDecommitAgreeWithABitSet() {
        SplittableRandom random = Randomness.of(this);
        int pages = 700;
        try (Region region = Region.reserved(pages * PAGE)) {
            BitSet expected = new BitSet();
            int most = 0;
            for (int i = 0; i < 3000; i++) {
                long from = random.nextLong(region.bytes());
                long length = random.nextLong(1, 1 + Math.min(region.bytes() - from, 200 * PAGE));
                if (random.nextInt(5) < 2) {
                    int first = (int) ((from + PAGE - 1) / PAGE);
                    int end = Math.max(first, (int) ((from + length) / PAGE));
                    int given = expected.get(first, end).cardinality();
                    expected.clear(first, end);
                    assertEquals(given * PAGE, region.decommit(region.base() + from, length));
                } else {
                    expected.set((int) (from / PAGE), (int) ((from + length - 1) / PAGE) + 1);
                    assertTrue(region.commit(region.base() + from, length));
                }
                most = Math.max(most, expected.cardinality());
                assertEquals(expected.cardinality() * PAGE, region.committed());
                assertEquals(most * PAGE, region.committedMax());
            }
            for (int page = 0; page < pages; page++) {
                assertEquals(expected.get(page), region.isCommitted(region.base() + page * PAGE));
            }
        }
    }

    @Test
    void decommittedPagesLeaveMemoryAndAreZero() {
        try (Region region = Region.reserved(MIB)) {
            assertTrue(region.commit(region.base(), MIB));
            Memory.fill(region.base(), MIB, (byte) 7);
            assertEquals(MIB, region.resident());
            assertEquals(MIB / 2 - PAGE, region.decommit(region.base() + 1, MIB / 2 - 1));
            assertEquals(MIB / 2 + PAGE, region.resident());
            assertTrue(region.commit(region.base(), MIB));
            assertEquals(-1, Memory.mismatch(region.base(), PAGE, (byte) 7));
            assertEquals(-1, Memory.mismatch(region.base() + PAGE, MIB / 2 - PAGE, (byte) 0));
            assertEquals(-1, Memory.mismatch(region.base() + MIB / 2, MIB / 2, (byte) 7));
            assertEquals(0, region.decommit(region.base() + 1, PAGE), "no whole page");
        }
    }

    @Test
    void commitZeroedWipesWhatWasUsed() {
        try (Region region = Region.reserved(MIB)) {
            assertTrue(region.commit(region.base(), 4 * PAGE));
            Memory.fill(region.base(), 4 * PAGE, (byte) 7);
            assertTrue(region.commitZeroed(region.base() + 10, 8 * PAGE));
            assertEquals(4 * PAGE, region.resident(), "fresh pages are not written to");
            assertEquals(-1, Memory.mismatch(region.base(), 10, (byte) 7));
            assertEquals(-1, Memory.mismatch(region.base() + 10, 8 * PAGE, (byte) 0));
            assertEquals(9 * PAGE, region.committed());
        }
    }

    @Test
    void theLimitRefusesWholeCalls() {
        try (Region region = Region.reserved(MIB)) {
            assertEquals(Long.MAX_VALUE, region.limit());
            region.limit(4 * PAGE + 1);
            assertTrue(region.commit(region.base(), 3 * PAGE));
            assertFalse(region.commit(region.base(), 5 * PAGE));
            assertEquals(3 * PAGE, region.committed(), "nothing done");
            assertFalse(region.isCommitted(region.base() + 3 * PAGE));
            assertTrue(region.commit(region.base() + 10 * PAGE, PAGE));
            region.limit(0);
            assertTrue(region.commit(region.base(), 3 * PAGE), "what is there stays");
            assertFalse(region.commit(region.base() + 3 * PAGE, 1));
            region.limit(MIB);
            assertTrue(region.commit(region.base(), MIB));
            assertThrows(IllegalArgumentException.class, () -> region.limit(-1));
            assertEquals(MIB, region.limit());
        }
    }

    @Test
    void afterCloseThereAreZerosAndExceptions() {
        Region region = Region.reserved(MIB);
        assertTrue(region.commit(region.base(), MIB));
        Memory.fill(region.base(), MIB, (byte) 7);
        region.checkAlive();
        region.close();
        region.close();
        assertEquals(0, region.committed());
        assertEquals(0, region.resident());
        assertThrows(IllegalStateException.class, region::checkAlive);
        assertThrows(IllegalStateException.class, () -> region.commit(region.base(), 1));
        assertThrows(IllegalStateException.class, () -> region.commitZeroed(region.base(), 1));
        assertThrows(IllegalStateException.class, () -> region.decommit(region.base(), PAGE));
        if (region.isLazy()) {
            assertTrue(region.isReadable(region.base()));
            assertEquals(-1, Memory.mismatch(region.base(), MIB, (byte) 0));
        }
    }

    @Test
    void readableIsWhatALoadCanTouch() {
        try (Region region = Region.reserved(MIB)) {
            assertEquals(region.isLazy(), region.isReadable(region.base()));
            assertTrue(region.commit(region.base(), 1));
            assertTrue(region.isReadable(region.base()));
            assertFalse(region.isReadable(region.end()));
        }
    }

    /// Neighbouring pages share a word of the bitmap; no thread's bit and no count may be lost.
    @Test
    void threadsCommitNeighbouringPages() throws InterruptedException {
        int threads = 4;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Region region = Region.reserved(1024 * MIB)) {
            Runnable check =
                    () -> {
                        assertEquals(region.bytes(), region.committed(), "pages lost");
                        assertEquals(region.bytes(), region.decommit(region.base(), 1024 * MIB));
                    };
            CyclicBarrier together = new CyclicBarrier(threads, check);
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int mine = i;
                Thread thread = new Thread(() -> commitEvery(region, mine, together));
                thread.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
                thread.start();
                all.add(thread);
            }
            for (Thread thread : all) thread.join();
            if (failure.get() != null) throw new AssertionError("in a thread", failure.get());
        }
    }

    private static void commitEvery(Region region, int first, CyclicBarrier together) {
        try {
            for (int round = 0; round < 50; round++) {
                long stride = together.getParties() * PAGE;
                for (long at = first * PAGE; at < region.bytes(); at += stride) {
                    assertTrue(region.commit(region.base() + at, PAGE));
                }
                together.await();
            }
        } catch (InterruptedException | BrokenBarrierException broken) {
            throw new AssertionError(broken);
        }
    }
}
