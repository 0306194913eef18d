package org.allod.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.check.CheckedAllocator.Options;
import org.allod.kit.TestAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Each kind of misuse, provoked: what is found, and what the message says.
@Tag("both")
class CheckedAllocatorTest {
    private static final long SIZE = 100;

    private static CheckedAllocator buddy() {
        return CheckedAllocator.of(new BuddyAllocator(Region.reserved(1 << 20)));
    }

    private static CheckedMalloc malloc() {
        return CheckedAllocator.of(new TestAllocator(Region.reserved(1 << 20)));
    }

    // ---- frees that cannot be right ----

    @Test
    void findsDoubleFree() {
        try (Allocator heap = buddy()) {
            long block = heap.allocate(SIZE, 16);
            heap.deallocate(block, SIZE, 16);
            assertFound(
                    () -> heap.deallocate(block, SIZE, 16),
                    block,
                    "the freed block of 100 B, alignment 16, at 0x",
                    "was freed twice");
            assertFound(() -> heap.reallocate(block, SIZE, 16, 7), block, "was freed twice");
        }
    }

    @Test
    void findsForeignFree() {
        try (Allocator heap = buddy();
                Allocator other = buddy()) {
            long block = other.allocate(SIZE, 16);
            assertFound(() -> heap.deallocate(block, SIZE, 16), block, "foreign");
            other.deallocate(block, SIZE, 16);
        }
    }

    @Test
    void findsInteriorFree() {
        try (Allocator heap = buddy()) {
            long block = heap.allocate(SIZE, 16);
            assertFound(
                    () -> heap.deallocate(block + 24, SIZE, 16),
                    block + 24,
                    "byte 24 of the block of 100 B",
                    "expected its first one");
            heap.deallocate(block, SIZE, 16);
            assertFound(
                    () -> heap.deallocate(block + 1, SIZE, 16),
                    block + 1,
                    "byte 1 of the freed block of 100 B");
        }
    }

    @Test
    void findsFreeOfWhatNeverWasABlock() {
        try (Allocator heap = buddy()) {
            long block = heap.allocate(SIZE, 16);
            long never = block ^ 1 << 19;
            assertFound(() -> heap.deallocate(never, SIZE, 16), never, "no block starts there");
        }
    }

    @Test
    void findsWrongLayout() {
        try (Allocator heap = buddy()) {
            long block = heap.allocate(SIZE, 32);
            assertFound(
                    () -> heap.deallocate(block, SIZE - 1, 32),
                    block,
                    "size=99, alignment=32, expected the layout of the block of 100 B, alignment"
                            + " 32");
            assertFound(() -> heap.deallocate(block, SIZE, 16), block, "size=100, alignment=16");
            assertFound(() -> heap.reallocate(block, 101, 32, 5), block, "size=101, alignment=32");
            long moved = heap.reallocate(block, SIZE, 32, 300);
            assertFound(() -> heap.deallocate(moved, SIZE, 32), moved, "size=100, alignment=32");
            heap.deallocate(moved, 300, 32);
        }
    }

    // ---- writes where none should be ----

    @Test
    void findsOneByteBelow() {
        CheckedAllocator heap = buddy();
        long block = heap.allocate(SIZE, 16);
        Memory.putByte(block - 1, (byte) 0);
        assertFound(
                () -> heap.deallocate(block, SIZE, 16),
                block,
                "byte -1 of the block of 100 B, alignment 16, at 0x",
                "is 0x00, expected 0xc5: written before its start");
        assertFound(heap::verify, block, "byte -1 of");
        assertFound(() -> heap.reallocate(block, SIZE, 16, 10), block, "byte -1 of");
        assertFound(heap::close, block, "byte -1 of");
    }

    @Test
    void findsOneByteAbove() {
        for (long size : new long[] {0, 1, 7, 100, 4096}) {
            CheckedAllocator heap = buddy();
            long block = heap.allocate(size, 16);
            long end = Math.max(1, size);
            Memory.putByte(block + end, (byte) 0x41);
            assertFound(
                    () -> heap.deallocate(block, size, 16),
                    block,
                    "byte " + end + " of the block of " + size + " B",
                    "is 0x41, expected 0xc5: written past its end");
            assertFound(heap::verify, block, "past its end");
            assertFound(heap::close, block, "past its end");
        }
    }

    @Test
    void watchesSixteenBytesOnEitherSide() {
        for (int offset = 1; offset <= 16; offset++) {
            CheckedAllocator heap = buddy();
            long below = heap.allocate(SIZE, 1);
            Memory.putByte(below - offset, (byte) 1);
            assertFound(heap::close, below, "byte -" + offset + " of");
            CheckedAllocator other = buddy();
            long above = other.allocate(SIZE, 1);
            Memory.putByte(above + SIZE + offset - 1, (byte) 1);
            assertFound(other::close, above, "byte " + (SIZE + offset - 1) + " of");
        }
    }

    @Test
    void findsWritesAfterTheFree() {
        CheckedAllocator heap = buddy();
        long block = heap.allocate(SIZE, 16);
        heap.deallocate(block, SIZE, 16);
        heap.verify();
        Memory.putByte(block + 5, (byte) 0x42);
        assertFound(
                heap::verify,
                block,
                "byte 5 of the freed block of 100 B",
                "is 0x42, expected 0x55: written after it was freed");
        assertFound(heap::trim, block, "after it was freed");
        assertFound(heap::close, block, "after it was freed");
        assertThrows(IllegalStateException.class, heap::verify);
        heap.close();
    }

    @Test
    void findsThemWhenTheBlockLeaves() {
        CheckedAllocator heap =
                CheckedAllocator.of(
                        new BuddyAllocator(Region.reserved(1 << 20)),
                        Options.DEFAULT.held(3, 1 << 20));
        long block = heap.allocate(SIZE, 16);
        heap.deallocate(block, SIZE, 16);
        Memory.putByte(block + 99, (byte) 0);
        for (int i = 0; i < 2; i++) heap.deallocate(heap.allocate(8, 8), 8, 8);
        assertEquals(3, heap.stats().blocksCached());
        long last = heap.allocate(8, 8);
        assertFound(() -> heap.deallocate(last, 8, 8), block, "byte 99 of the freed block");
        assertFound(heap::close, block, "byte 99 of the freed block");
    }

    @Test
    void findsTheOldAddressAfterAReallocation() {
        CheckedAllocator heap = buddy();
        long block = heap.allocate(SIZE, 16);
        long moved = heap.reallocate(block, SIZE, 16, SIZE + 1);
        assertNotEquals(block, moved);
        Memory.putByte(block, (byte) 7);
        assertFound(heap::close, block, "byte 0 of the freed block of 100 B");
    }

    // ---- what is told ----

    @Test
    void namesTheStacksWhenAsked() {
        Allocator inner = new BuddyAllocator(Region.reserved(1 << 20));
        try (Allocator heap = CheckedAllocator.of(inner, Options.DEFAULT.stacks(true))) {
            long block = allocatedHere(heap);
            freedHere(heap, block);
            String text =
                    assertThrows(CorruptHeapError.class, () -> freedHere(heap, block)).getMessage();
            int allocated = text.indexOf("\n  allocated\n    at ");
            int freed = text.indexOf("\n  freed\n    at ");
            assertTrue(0 < allocated && allocated < freed, text);
            assertTrue(text.substring(allocated, freed).contains("allocatedHere"), text);
            assertFalse(text.substring(allocated, freed).contains("freedHere"), text);
            assertTrue(text.substring(freed).contains("freedHere"), text);
            assertFalse(text.contains("CheckedAllocator.allocate("), text);
        }
    }

    private static long allocatedHere(Allocator heap) {
        return heap.allocate(SIZE, 16);
    }

    private static void freedHere(Allocator heap, long block) {
        heap.deallocate(block, SIZE, 16);
    }

    @Test
    void fillsFreshBlocksAndZeroesOthers() {
        try (Allocator heap = buddy()) {
            long fresh = heap.allocate(SIZE, 16);
            assertEquals(-1, Memory.mismatch(fresh, SIZE, (byte) 0xAA));
            long zeroed = heap.allocateZeroed(SIZE, 16);
            assertEquals(-1, Memory.mismatch(zeroed, SIZE, (byte) 0));
        }
    }

    // ---- the family ----

    @Test
    void staysInTheFamily() {
        Allocator seenAsAllocator = new TestAllocator(Region.reserved(1 << 16));
        try (Allocator heap = CheckedAllocator.of(seenAsAllocator)) {
            assertInstanceOf(Malloc.class, heap);
        }
        assertFalse(buddy() instanceof Malloc);
    }

    @Test
    void checksMallocsOwnCalls() {
        CheckedMalloc heap = malloc();
        long block = heap.allocate(SIZE, 64);
        assertEquals(SIZE, heap.usableSize(block));
        Memory.fill(block, SIZE, (byte) 3);
        long moved = heap.reallocate(block, 1_000);
        assertEquals(-1, Memory.mismatch(moved, SIZE, (byte) 3));
        assertFound(() -> heap.free(block), block, "was freed twice");
        assertFound(() -> heap.usableSize(block), block, "was freed twice");
        assertFound(() -> heap.reallocate(moved + 8, 5), moved + 8, "byte 8 of the block of 1000");
        heap.deallocate(moved, 1_000, 1 << 20);
        assertFound(() -> heap.free(moved), moved, "was freed twice");
        heap.free(Allocator.NULL);
        long fresh = heap.reallocate(Allocator.NULL, 10);
        assertFound(() -> heap.deallocate(fresh, 11, 16), fresh, "size=11");
        Memory.putByte(fresh + 10, (byte) 0);
        assertFound(() -> heap.free(fresh), fresh, "written past its end");
        assertFound(heap::close, fresh, "written past its end");
    }

    // ---- arguments ----

    @Test
    void refusesBadArguments() {
        CheckedAllocator heap = buddy();
        assertThrows(IllegalArgumentException.class, () -> heap.allocate(1, 0));
        assertThrows(IllegalArgumentException.class, () -> heap.allocate(1, -8));
        assertThrows(IllegalArgumentException.class, () -> heap.deallocate(0, 1, 3));
        assertThrows(IllegalArgumentException.class, () -> heap.reallocate(0, 1, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> Options.DEFAULT.held(-1, 0));
        assertEquals(Allocator.NULL, heap.allocate(-1, 1));
        assertEquals(Allocator.NULL, heap.allocate(Long.MAX_VALUE, 1L << 62));
        assertEquals(2, heap.stats().failures());
        heap.deallocate(Allocator.NULL, 5, 16);
        heap.close();
        assertThrows(IllegalStateException.class, () -> heap.allocate(1, 1));
        assertThrows(IllegalStateException.class, heap::stats);
        assertThrows(IllegalStateException.class, () -> heap.owns(1));
        assertThrows(IllegalStateException.class, () -> heap.walk((a, b, c) -> {}));
    }

    static void assertFound(Executable misuse, long address, String... words) {
        CorruptHeapError error = assertThrows(CorruptHeapError.class, misuse);
        assertEquals(address, error.address(), error.getMessage());
        for (String word : words) {
            assertTrue(error.getMessage().contains(word), () -> word + " in " + error.getMessage());
        }
    }
}
