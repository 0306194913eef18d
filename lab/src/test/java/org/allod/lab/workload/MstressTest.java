package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.lab.replay.NativeMalloc;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// The program as measured on the original: two threads, scale 50, 25 iterations.
class MstressTest {
    private static final int THREADS = 2;

    /// The original's 562,628 but for 28 that its C library makes for threads and output.
    private static final long ALLOCATIONS = 562_600;

    /// Its few objects: 0.07 B an operation.
    private static final long KIB_AN_ITERATION = 1024;

    private static Allocator buddy() {
        return LockedAllocator.of(new BuddyAllocator(Region.reserved(1L << 30)));
    }

    @Test
    void requestsAreTheOriginals() {
        CountingHeap heap = new CountingHeap(buddy(), 0);
        new Crew(heap, THREADS, false, 64).round(new Mstress(1), 0);
        assertEquals(ALLOCATIONS, heap.allocations());
        assertEquals(531, heap.bytesOnAverage(), 0.5);
        for (long size : new long[] {8, 16, 32, 64, 128}) {
            assertEquals(18, heap.percentOf(size), 0.7, "share of " + size);
        }
        assertEquals(4.7, heap.percentOf(256), 0.2);
        assertEquals(4.7, heap.percentOf(512), 0.2);
        assertEquals(50, heap.sizes().get(800_000L), "arrays of pointers, in steps of 100,000");
        assertEquals(800_000, heap.sizes().keySet().stream().max(Long::compare).orElseThrow());
        assertEquals(0, heap.live());
        System.out.printf(
                "mstress: %.1f %% remote frees (original 3.5), peak %,d bytes (8 MiB)%n",
                heap.percentRemote(), heap.liveBytesMax());
        // What the threads happen to do at the same time decides about these.
        assertEquals(3.5, heap.percentRemote(), 3);
        assertTrue(heap.liveBytesMax() > 3 << 20 && heap.liveBytesMax() < 12 << 20);
    }

    /// Sizes that an independent program of the description's gave.
    @Test
    void requestsOfAThreadComeInTheOriginalsOrder() {
        CountingHeap heap = new CountingHeap(buddy(), 24);
        new Crew(heap, 1, false, 64).round(new Mstress(1), 0);
        assertEquals(
                List.of(
                        20000L, 32L, 256L, 32L, 32L, 32L, 800000L, 8L, 8000L, 8L, 32L, 32L, 32L,
                        512L, 512L, 16L, 128L, 32L, 32L, 32L, 128L, 64L, 128L, 128L),
                heap.first());
        assertEquals(25 * 7502, heap.allocations());
    }

    /// With the C library's blocks: ours are filled with patterns where assertions are on.
    @Test
    void aRoundMakesNoGarbagePerOperation() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Crew crew = new Crew(NativeMalloc.open("libc"), 1, false, 64);
        Mstress mstress = new Mstress(1);
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 50 && bytes > 25 * KIB_AN_ITERATION; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            mstress.round(crew);
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes <= 25 * KIB_AN_ITERATION, bytes + " bytes in the last round");
    }

    @Test
    void aLengthThatIsLostIsFoundBeforeItIsFollowed() {
        BumpHeap heap = new BumpHeap(BumpHeap.Flaw.NONE);
        long block = heap.allocate(80, 16);
        MstressBlock.write(block, 10);
        assertEquals(10, MstressBlock.check(block));
        for (int word = 0; word < 10; word++) {
            long at = block + word * 8;
            long right = Memory.getLong(at);
            for (long wrong : new long[] {0, right ^ 1, right ^ Long.MIN_VALUE, ~right}) {
                Memory.putLong(at, wrong);
                CorruptionException found =
                        assertThrows(CorruptionException.class, () -> MstressBlock.check(block));
                assertTrue(found.getMessage().startsWith("corruption: word "), found.getMessage());
            }
            Memory.putLong(at, right);
        }
        MstressBlock.check(block);
    }
}
