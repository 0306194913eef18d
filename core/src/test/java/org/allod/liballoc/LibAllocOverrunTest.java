package org.allod.liballoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Stores beside blocks, by which the original faults or sees nothing: all are seen.
class LibAllocOverrunTest {
    private static final long MIB = 1 << 20;
    private static final byte[] VALUES = {0, 1, 0x41, 0x7F, (byte) 0xFF};

    /// Three blocks; something writes beside the middle one; one of the three is freed.
    private static void seen(long size, int freed, long from, long to, byte value) {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long[] blocks = new long[3];
            for (int i = 0; i < 3; i++) blocks[i] = heap.allocate(size, 16);
            long first = blocks[1] + from;
            boolean there = to - from == 1 && Memory.getByte(first) == value;
            Memory.fill(first, to - from, there ? (byte) ~value : value);
            String what = "[%d, %d) of %d, block %d freed".formatted(from, to, size, freed);
            var error = assertThrows(CorruptHeapError.class, () -> heap.free(blocks[freed]), what);
            assertTrue(error.getMessage().contains("liballoc.I3"), error::getMessage);
            assertEquals(1, heap.errors());
            assertEquals(1, heap.possibleOverruns());
            assertThrows(CorruptHeapError.class, heap::verify, what);
        }
    }

    @Test
    void overrunsOfOneToSixtyFourBytes() {
        for (long size : new long[] {1, 8, 15, 16, 17, 24, 100}) {
            for (int bytes = 1; bytes <= 64; bytes++) {
                for (byte value : VALUES) {
                    seen(size, 1, size, size + bytes, value);
                    seen(size, 2, size, size + bytes, value);
                }
            }
        }
    }

    @Test
    void underrunsOfOneToSixteenBytes() {
        for (long size : new long[] {1, 16, 17, 100}) {
            for (int bytes = 1; bytes <= 16; bytes++) {
                for (byte value : VALUES) {
                    seen(size, 0, -bytes, 0, value);
                    seen(size, 1, -bytes, 0, value);
                }
            }
        }
    }

    /// A single byte, wherever it lands beside the block.
    @Test
    void singleBytesBesideABlock() {
        for (long size : new long[] {1, 15, 16, 17, 24}) {
            long room = (size + 15) / 16 * 16 + 8;
            for (long at = size; at < room; at++) seen(size, 1, at, at + 1, (byte) 0x41);
            for (long at = room; at < room + LibMinor.BYTES; at++) {
                seen(size, 2, at, at + 1, (byte) 0x41);
            }
            for (long at = -LibMinor.BYTES; at < 0; at++) seen(size, 1, at, at + 1, (byte) 0x41);
        }
    }

    /// Links that lead anywhere are not followed.
    @Test
    void smashedLinks() {
        for (long link : new long[] {0, 1, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 46}) {
            for (int word = 0; word < 3; word++) {
                try (var heap = new LibAlloc(Region.reserved(MIB))) {
                    heap.allocate(100, 16);
                    long block = heap.allocate(100, 16);
                    heap.allocate(100, 16);
                    Memory.putLong(LibMinor.minorAt(block) + word * 8, link);
                    assertThrows(CorruptHeapError.class, () -> heap.free(block));
                }
            }
        }
    }

    /// A dangling pointer writes where a gap keeps its words. A gap that tells a wrong size may be
    /// passed over.
    @Test
    void smashedGaps() {
        for (long link : new long[] {1, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 46}) {
            for (int word = 0; word < 4; word++) {
                try (var heap = new LibAlloc(Region.reserved(MIB))) {
                    heap.allocate(2000, 16);
                    long block = heap.allocate(2000, 16);
                    heap.allocate(2000, 16);
                    heap.free(block);
                    Memory.putLong(LibMinor.minorAt(block) + word * 8, link);
                    assertThrows(CorruptHeapError.class, heap::verify);
                    if (word == 2) continue;
                    assertThrows(CorruptHeapError.class, () -> heap.allocate(2000, 16));
                }
            }
        }
    }

    /// Addresses that are near a block, but not one.
    @Test
    void innerAndMisalignedAddresses() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long block = heap.allocate(1000, 16);
            Memory.fill(block, 1000, (byte) 0xDE);
            heap.allocate(1000, 16);
            for (long off : new long[] {-48, -40, -16, -1, 1, 8, 16, 40, 48, 64, 992, 1008}) {
                var error = assertThrows(CorruptHeapError.class, () -> heap.free(block + off));
                assertEquals(block + off, error.address());
                assertTrue(error.getMessage().startsWith("liballoc: "), error::getMessage);
            }
            heap.free(block);
            heap.verify();
        }
    }

    /// The last block of a major is freed with the major's own number.
    @Test
    void smashedMajors() {
        for (long value : new long[] {0, 1, -1, 4096, 65_536, 1L << 46, 0x4141414141414141L}) {
            try (var heap = new LibAlloc(Region.reserved(MIB))) {
                long first = heap.allocate(100, 16);
                long last = heap.allocate(100, 16);
                long major = LibMajor.majorAt(first & -65_536);
                Memory.putLong(LibMinor.addressOf(major), value);
                assertThrows(CorruptHeapError.class, () -> heap.free(last));
                assertThrows(CorruptHeapError.class, () -> heap.reallocate(last, 200));
                assertThrows(CorruptHeapError.class, () -> heap.allocate(100, 16));
                assertThrows(CorruptHeapError.class, heap::verify);
            }
        }
    }

    /// The header of a major looks like a block's, and is none.
    @Test
    void aMajorIsNoBlock() {
        try (var heap = new LibAlloc(Region.reserved(MIB))) {
            long first = heap.allocate(100, 16);
            long major = LibMajor.majorAt(first & -65_536);
            assertThrows(CorruptHeapError.class, () -> heap.free(LibMinor.addressOf(major)));
            heap.verify();
        }
    }
}
