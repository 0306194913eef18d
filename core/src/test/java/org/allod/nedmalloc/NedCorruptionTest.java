package org.allod.nedmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What is smashed is seen, with its address; the lock is free afterwards, and other heaps work on.
@Tag("both")
class NedCorruptionTest {
    private static final long MIB = 1 << 20;

    private final Region region = Region.reserved(16 * MIB);
    private final NedMalloc heap = new NedMalloc(region);
    private final NedMalloc other = new NedMalloc(Region.reserved(16 * MIB));

    @AfterEach
    void close() {
        long block = other.allocate(100, 16);
        assertNotEquals(Allocator.NULL, block);
        other.free(block);
        other.verify();
        other.close();
        heap.close();
    }

    private void seen(long address, String check, Executable call) {
        var error = assertThrows(CorruptHeapError.class, call);
        assertEquals(address, error.address(), error::getMessage);
        assertTrue(error.getMessage().startsWith("nedmalloc: "), error::getMessage);
        assertTrue(error.getMessage().contains(check), error::getMessage);
        assertNotEquals(Allocator.NULL, heap.allocate(100_000, 16), "no lock is held");
    }

    /// The original compares with the newest alone.
    @Test
    void freedTwiceBelowTheNewest() {
        long[] blocks = new long[10];
        for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(100, 16);
        for (long block : blocks) heap.free(block);
        for (long block : blocks) seen(block, "freed twice", () -> heap.free(block));
        heap.verify();
    }

    @Test
    void freedTwiceByAnotherThread() throws InterruptedException {
        long block = heap.allocate(100, 16);
        heap.free(block);
        for (Thread.Builder kind : new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
            Throwable[] thrown = new Throwable[1];
            Runnable free =
                    () -> {
                        try {
                            heap.free(block);
                        } catch (CorruptHeapError error) {
                            thrown[0] = error;
                        }
                    };
            kind.start(free).join();
            assertTrue(thrown[0] instanceof CorruptHeapError, "a double free by " + kind);
        }
        heap.verify();
    }

    @Test
    void freedTwiceAfterItLeftTheCache() {
        long block = heap.allocate(100, 16);
        heap.allocate(100, 16);
        heap.free(block);
        heap.idle();
        seen(block, "expected a live block", () -> heap.free(block));
        long large = heap.allocate(20_000, 16);
        heap.allocate(20_000, 16);
        heap.free(large);
        seen(large, "expected a live block", () -> heap.free(large));
    }

    @Test
    void anotherHeapsBlock() {
        long foreign = other.allocate(100, 16);
        seen(foreign, "outside", () -> heap.free(foreign));
        seen(foreign, "outside", () -> heap.usableSize(foreign));
        other.free(foreign);
    }

    /// With the other heap's tags copied to where this heap looks.
    @Test
    void anotherHeapsMark() {
        long block = heap.allocate(100, 16);
        long foreign = other.allocate(100, 16);
        Memory.copy(foreign - 16, block - 16, 128 + 24);
        seen(block, "another heap's block", () -> heap.free(block));
    }

    @Test
    void misalignedAndInteriorAddresses() {
        long block = heap.allocate(1000, 16);
        Memory.fill(block, 1000, (byte) 0);
        for (long at : new long[] {1, 8, 15}) {
            seen(block + at, "multiple of 16", () -> heap.free(block + at));
        }
        for (long at = 16; at < 1000; at += 16) {
            long inside = block + at;
            seen(inside, "expected a live block", () -> heap.free(inside));
        }
        for (long at = 8; at < 1000; at += 16) Memory.putLong(block + at, 64 | 3);
        long inside = block + 160;
        seen(inside, "inside of a block", () -> heap.free(inside));
        heap.free(block);
    }

    @Test
    void aWriteBehindABlock() {
        for (long size : new long[] {100, 8192, 9000, 300_000}) {
            long block = heap.allocate(size, 16);
            long behind = block + heap.usableSize(block);
            Memory.putByte(behind, (byte) (Memory.getByte(behind) + 1));
            seen(block, "mark behind", () -> heap.free(block));
        }
    }

    @Test
    void aWriteBeforeABlock() {
        long block = heap.allocate(100, 16);
        Memory.putLong(block - 8, -1);
        seen(block, "tag overwritten", () -> heap.free(block));
        Memory.putLong(block - 8, 1L << 40 | 3);
        seen(block, "mark behind", () -> heap.free(block));
    }

    /// A link of a cached block was written to after its free: seen when it is followed.
    @Test
    void aSmashedLink() {
        long[] links = {1, -1, Long.MIN_VALUE, region.end(), region.base(), region.base() + 4096};
        for (long link : links) {
            try (NedMalloc smashed = new NedMalloc(Region.reserved(MIB))) {
                long first = smashed.allocate(100, 16);
                long second = smashed.allocate(100, 16);
                smashed.free(first);
                smashed.free(second);
                Memory.putLong(second + 8, link);
                assertThrows(CorruptHeapError.class, smashed::verify);
                assertEquals(second, smashed.allocate(100, 16));
                assertThrows(CorruptHeapError.class, () -> smashed.allocate(100, 16));
            }
        }
    }

    @Test
    void aSmashedLinkInAnEmptiedCache() {
        long[] blocks = new long[5];
        for (int i = 0; i < blocks.length; i++) blocks[i] = heap.allocate(100, 16);
        for (long block : blocks) heap.free(block);
        Memory.putLong(blocks[1] + 16, blocks[0]);
        seen(blocks[0], "ned.I3", heap::idle);
    }

    @Test
    void theTagOfACachedBlock() {
        long block = heap.allocate(100, 16);
        heap.free(block);
        Memory.putByte(block + 128, (byte) 9);
        assertThrows(CorruptHeapError.class, heap::verify);
        seen(block, "ned.I3", () -> heap.allocate(100, 16));
    }

    @Test
    void resizedAfterItsFree() {
        long block = heap.allocate(100, 16);
        heap.free(block);
        seen(block, "freed twice", () -> heap.reallocate(block, 200));
        seen(block, "freed twice", () -> heap.realloc2(block, 200, 16, 0));
        seen(block, "freed twice", () -> heap.usableSize(block));
    }

    @Test
    void aSizeThatTheBlockHasNot() {
        long block = heap.allocate(100, 16);
        seen(block, "129 bytes, found one of 128", () -> heap.deallocate(block, 129, 16));
        seen(block, "at least", () -> heap.deallocate(block, -1, 16));
        heap.deallocate(block, 128, 16);
    }
}
