package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

class NativeMallocTest {
    private final NativeMalloc libc = NativeMalloc.open("libc");

    @Test
    void alignmentIsKeptByAllocateAndReallocate() {
        for (long alignment = 1; alignment <= 8192; alignment *= 2) {
            long block = libc.allocate(100, alignment);
            assertEquals(0, block % alignment);
            Memory.fill(block, 100, (byte) 7);
            long moved = libc.reallocate(block, 100, alignment, 100_000);
            assertEquals(0, moved % alignment);
            assertEquals(-1, Memory.mismatch(moved, 100, (byte) 7));
            assertTrue(libc.usableSize(moved) >= 100_000);
            libc.deallocate(moved, 100_000, alignment);
        }
    }

    @Test
    void nothingIsABlockOfItsOwnAndNullDoesNothing() {
        long block = libc.allocate(0, 16);
        long other = libc.allocateZeroed(0, 16);
        assertNotEquals(Allocator.NULL, block);
        assertNotEquals(block, other);
        long same = libc.reallocate(block, 0);
        assertNotEquals(Allocator.NULL, same);
        libc.free(same);
        libc.free(other);
        libc.free(Allocator.NULL);
    }

    @Test
    void freshMemoryIsZeroWhereAskedFor() {
        for (long alignment : new long[] {16, 4096}) {
            long dirty = libc.allocate(500, alignment);
            Memory.fill(dirty, 500, (byte) -1);
            libc.free(dirty);
            long block = libc.allocateZeroed(500, alignment);
            assertEquals(-1, Memory.mismatch(block, 500, (byte) 0));
            libc.free(block);
        }
    }

    @Test
    void noRoomIsNull() {
        assertEquals(Allocator.NULL, libc.allocate(1L << 60, 16));
        assertEquals(Allocator.NULL, libc.allocate(-1, 16));
        assertEquals(Allocator.NULL, libc.allocate(1L << 60, 64));
    }

    @Test
    void oneLibraryAJvm() {
        assertTrue(
                assertThrows(IllegalStateException.class, () -> NativeMalloc.open("libm.so.6"))
                        .getMessage()
                        .contains("one a JVM"));
    }

    @Test
    void unknownNamesListTheKnownOnes() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> new Contender("dlmaloc"))
                        .getMessage();
        assertTrue(message.startsWith("allocator=dlmaloc, expected one of buddy"), message);
        assertTrue(message.endsWith("native:libc or native:LIBRARY"), message);
        assertThrows(IllegalArgumentException.class, () -> new Contender("native:"));
    }
}
