package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Each corruption that a program can cause is seen where the algorithm looks.
@Tag("both")
class DlCorruptionTest {
    private static final long MIB = 1 << 20;

    private Region region = Region.reserved(MIB);
    private DlMalloc heap = new DlMalloc(region);

    @AfterEach
    void anotherHeapWorksOn() {
        try (DlMalloc other = new DlMalloc(Region.reserved(MIB))) {
            other.free(other.allocate(100));
            other.verify();
        }
        heap.close();
    }

    private void fresh() {
        heap.close();
        region = Region.reserved(MIB);
        heap = new DlMalloc(region);
    }

    /// Values that a smashed word may have.
    private long[] smashes() {
        return new long[] {
            0,
            1,
            -1,
            7,
            16,
            0x4141_4141_4141_4141L,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            region.base() - 16,
            region.end(),
            region.end() - 16,
            region.base() + 8
        };
    }

    private static CorruptHeapError seen(String check, Executable call) {
        CorruptHeapError error = assertThrows(CorruptHeapError.class, call);
        String message = error.getMessage();
        assertTrue(message.startsWith("dlmalloc: address=0x"), message);
        assertTrue(message.contains(check), message);
        return error;
    }

    // ---- wrong frees ----

    @Test
    void aDoubleFreeIsSeen() {
        long block = heap.allocate(100);
        heap.allocate(100);
        heap.free(block);
        CorruptHeapError error = seen("expected a live block", () -> heap.free(block));
        assertEquals(block, error.address());
    }

    /// The original does not see this one: the tag inside the merged block still says "in use".
    @Test
    void aDoubleFreeInsideAMergedBlockIsSeen() {
        long[] blocks = new long[4];
        for (int i = 0; i < 4; i++) blocks[i] = heap.allocate(100);
        heap.free(blocks[2]);
        heap.free(blocks[0]);
        heap.free(blocks[1]);
        for (int i = 0; i < 3; i++) {
            long block = blocks[i];
            seen("expected a live block", () -> heap.free(block));
        }
        heap.verify();
    }

    @Test
    void addressesThatAreNoBlocksAreSeen() {
        long block = heap.allocate(1000);
        Memory.fill(block, 1000, (byte) 0);
        heap.allocate(10);
        for (long off : new long[] {1, 4, 8, 15}) {
            seen("a multiple of 16", () -> heap.free(block + off));
            seen("a multiple of 16", () -> heap.usableSize(block + off));
        }
        for (long off : new long[] {16, 32, 512}) {
            seen("expected a live block", () -> heap.free(block + off));
        }
        seen("outside", () -> heap.free(region.base() + 16));
        seen("outside", () -> heap.free(region.end() + 4096));
        seen("outside", () -> heap.free(16));
        heap.verify();
        heap.free(block);
    }

    @Test
    void aSizeThatTheBlockHasNotIsSeen() {
        long block = heap.allocate(100);
        assertEquals(104, heap.usableSize(block));
        seen("at least 105 bytes, found one of 104", () -> heap.deallocate(block, 105, 16));
        seen("found one of 104", () -> heap.reallocate(block, 200, 16, 300));
        heap.deallocate(block, 104, 16);
    }

    // ---- overwritten tags ----

    @Test
    void aSmashedTagIsSeen() {
        for (int i = 0; i < smashes().length; i++) {
            fresh();
            long block = heap.allocate(100);
            heap.allocate(100);
            Memory.putLong(block - 8, smashes()[i]);
            seen("expected a live block", () -> heap.free(block));
            seen("dlmalloc.I", heap::verify);
        }
    }

    @Test
    void anOverrunIntoTheNextTagIsSeen() {
        for (byte value : new byte[] {0, 0x41, -1}) {
            fresh();
            long block = heap.allocate(100);
            long next = heap.allocate(100);
            heap.allocate(100);
            Memory.fill(block, 112, value);
            seen(
                    "",
                    () -> {
                        heap.free(block);
                        heap.free(next);
                    });
        }
    }

    /// The last word of a free block is its size: what a late write there hits is seen by the free
    /// of the block behind.
    @Test
    void aSmashedFootIsSeen() {
        for (int i = 0; i < smashes().length; i++) {
            fresh();
            long block = heap.allocate(100);
            long next = heap.allocate(100);
            heap.free(block);
            Memory.putLong(next - 16, smashes()[i]);
            seen("dlmalloc.I", () -> heap.free(next));
        }
    }

    @Test
    void footersSeeAWriteBehindTheBlockAndAnothersBlock() {
        try (DlMalloc marked =
                new DlMalloc(Region.reserved(MIB), DlOptions.DEFAULT.withFooters())) {
            long block = marked.allocate(100);
            assertEquals(112, marked.usableSize(block));
            marked.allocate(100);
            Memory.putByte(block + marked.usableSize(block), (byte) 0x41);
            seen("mark behind the block", () -> marked.free(block));
        }
    }

    @Test
    void aSmashedTagOfADirectRunIsSeen() {
        DlOptions direct = DlOptions.DEFAULT.withDirectRunsFrom(100_000);
        for (long tag : new long[] {-16, -8}) {
            for (int i = 0; i < smashes().length; i++) {
                try (DlMalloc runs = new DlMalloc(Region.reserved(MIB), direct)) {
                    long block = runs.allocate(100_000);
                    if (Memory.getLong(block + tag) == smashes()[i]) continue;
                    Memory.putLong(block + tag, smashes()[i]);
                    seen("dlmalloc.I9", runs::verify);
                    seen("dlmalloc.I9", () -> runs.reallocate(block, 50_000));
                    seen("dlmalloc.I9", () -> runs.free(block));
                }
            }
        }
    }

    // ---- overwritten links ----

    @Test
    void aSmashedSmallLinkIsSeen() {
        for (long link : new long[] {0, 8}) {
            for (int i = 0; i < smashes().length; i++) {
                fresh();
                long[] blocks = new long[6];
                for (int b = 0; b < 6; b++) blocks[b] = heap.allocate(100);
                heap.free(blocks[0]);
                heap.free(blocks[2]);
                Memory.putLong(blocks[2] + link, smashes()[i]);
                seen("dlmalloc.I5", heap::verify);
                seen(
                        "dlmalloc.I5",
                        () -> {
                            heap.free(blocks[3]);
                            heap.allocate(100);
                            heap.allocate(100);
                        });
            }
        }
    }

    @Test
    void aSmashedTrieLinkIsSeen() {
        for (long link = 0; link <= 32; link += 8) {
            for (int i = 0; i < smashes().length; i++) {
                fresh();
                long[] blocks = new long[16];
                for (int b = 0; b < 16; b++) blocks[b] = heap.allocate(1100 + 16 * (b / 4));
                for (int b = 0; b < 16; b += 2) heap.free(blocks[b]);
                long before = Memory.getLong(blocks[8] + link);
                if (before == smashes()[i]) continue;
                Memory.putLong(blocks[8] + link, smashes()[i]);
                seen("dlmalloc.I", heap::verify);
                // A subtree is lost, or a node looks like a member of its ring: only verify knows.
                if (link >= 16 && smashes()[i] == 0) continue;
                seen(
                        "dlmalloc.I",
                        () -> {
                            heap.free(blocks[9]);
                            for (int b = 0; b < 16; b++) heap.allocate(1090 + 16 * (b / 4));
                        });
            }
        }
    }

    @Test
    void aSmashedSizeOfALargeFreeBlockIsSeen() {
        for (int i = 0; i < smashes().length; i++) {
            fresh();
            long block = heap.allocate(5000);
            heap.allocate(100);
            heap.free(block);
            Memory.putLong(block - 8, smashes()[i]);
            seen("dlmalloc.I", heap::verify);
            if (Long.compareUnsigned(smashes()[i], 5008) < 0) continue; // too small to be looked at
            if (smashes()[i] < 0) continue; // likewise, once read as signed
            seen("dlmalloc.I2", () -> heap.allocate(4000));
        }
    }

    // ---- anything anywhere ----

    /// Whatever is overwritten: a CorruptHeapError or nothing, never another error, never the end
    /// of the JVM, never an endless loop, never a byte outside the region.
    @Test
    void noSmashedWordHarmsMoreThanItsHeap() {
        int caught = smash(Randomness.of(this), Randomness.stress() ? 20_000 : 1500);
        assertTrue(caught > 100, "seen in " + caught + " rounds");
        // A block of the wrong size came out of a bin: an assertion failed once.
        smash(new SplittableRandom(1157359347), 1500);
    }

    /// In how many rounds it was seen.
    private int smash(SplittableRandom random, int rounds) {
        int caught = 0;
        for (int round = 0; round < rounds; round++) {
            fresh();
            long[] blocks = new long[60];
            work(random, blocks, 150);
            try {
                for (int i = 0; i < 12; i++) {
                    long at = region.base() + (random.nextLong(40_000) & -8);
                    long[] smashes = smashes();
                    long value =
                            random.nextBoolean()
                                    ? smashes[random.nextInt(smashes.length)]
                                    : region.base() + (random.nextLong(40_000) & -8);
                    Memory.putLong(at, value);
                }
                work(random, blocks, 300);
                heap.trim();
                heap.verify();
            } catch (CorruptHeapError expected) {
                caught++;
            }
        }
        return caught;
    }

    private void work(SplittableRandom random, long[] blocks, int calls) {
        for (int i = 0; i < calls; i++) {
            int at = random.nextInt(blocks.length);
            long size = random.nextLong(1L << random.nextInt(1, 12));
            if (blocks[at] == Allocator.NULL) {
                blocks[at] = heap.allocate(size);
                assertNotEquals(Allocator.NULL, blocks[at]);
            } else if (random.nextInt(4) == 0) {
                blocks[at] = heap.reallocate(blocks[at], size);
            } else {
                long block = blocks[at];
                blocks[at] = Allocator.NULL;
                heap.free(block);
            }
        }
    }
}
