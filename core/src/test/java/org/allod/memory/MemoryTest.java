package org.allod.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.allod.kit.Garbage;
import org.junit.jupiter.api.Test;

/// What is stored is loaded, at that address and nowhere else.
class MemoryTest {

    @Test
    void plainAccessAtOddAddresses() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            for (long at = memory.address() + 8; at < memory.address() + 17; at++) {
                memory.fill((byte) 0x11);
                Memory.putByte(at, (byte) -2);
                assertEquals((byte) -2, Memory.getByte(at));
                Memory.putShort(at, (short) -12_345);
                assertEquals((short) -12_345, Memory.getShort(at));
                Memory.putInt(at, 0x8765_4321);
                assertEquals(0x8765_4321, Memory.getInt(at));
                Memory.putLong(at, 0x8877_6655_4433_2211L);
                assertEquals(0x8877_6655_4433_2211L, Memory.getLong(at));
                long offset = at - memory.address();
                assertEquals(
                        0x8877_6655_4433_2211L,
                        memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
                assertEquals((byte) 0x11, Memory.getByte(at - 1));
                assertEquals((byte) 0x11, Memory.getByte(at + 8));
            }
        }
    }

    @Test
    void orderedAccess() {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(16, 8).address();
            Memory.putIntRelease(at, 7);
            assertEquals(7, Memory.getIntAcquire(at));
            assertFalse(Memory.compareAndSetInt(at, 8, 9));
            assertTrue(Memory.compareAndSetInt(at, 7, 9));
            assertEquals(9, Memory.getInt(at));
            assertEquals(0, Memory.getInt(at + 4));
            Memory.putLongRelease(at + 8, 1L << 40);
            assertEquals(1L << 40, Memory.getLongAcquire(at + 8));
            Memory.putLongOpaque(at + 8, 5);
            assertEquals(5, Memory.getLongOpaque(at + 8));
            assertEquals(5, Memory.getAndAddLong(at + 8, -7));
            assertFalse(Memory.compareAndSetLong(at + 8, 5, 1));
            assertTrue(Memory.compareAndSetLong(at + 8, -2, 1));
            assertEquals(1, Memory.getLong(at + 8));
        }
    }

    @Test
    void fillAndMismatchOfEveryShortRun() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            for (long bytes = 0; bytes <= 40; bytes++) {
                for (long offset = 1; offset < 9; offset++) {
                    memory.fill((byte) 0);
                    long at = memory.address() + offset;
                    Memory.fill(at, bytes, (byte) 0xAB);
                    assertEquals(-1, Memory.mismatch(at, bytes, (byte) 0xAB));
                    assertEquals(0, Memory.getByte(at - 1));
                    assertEquals(0, Memory.getByte(at + bytes));
                    assertEquals(bytes, Memory.mismatch(at, bytes + 1, (byte) 0xAB));
                    for (long wrong = 0; wrong < bytes; wrong++) {
                        Memory.putByte(at + wrong, (byte) 0x2B);
                        assertEquals(wrong, Memory.mismatch(at, bytes, (byte) 0xAB));
                        Memory.putByte(at + wrong, (byte) 0xAB);
                    }
                }
            }
        }
    }

    /// The first words are stored, the rest is copied from them in steps.
    @Test
    void fillOfEveryLongRun() {
        long[] around = {256, 512, 1 << 14, (1 << 14) + 256, 1 << 15, 100_000, 1 << 20};
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate((1 << 20) + 100).address() + 1;
            for (long middle : around) {
                for (long bytes = middle - 17; bytes <= middle + 17; bytes++) {
                    byte value = (byte) (bytes | 1);
                    Memory.putByte(at - 1, (byte) 0);
                    Memory.putByte(at + bytes, (byte) 0);
                    Memory.fill(at, bytes, value);
                    assertEquals(-1, Memory.mismatch(at, bytes, value), "of " + bytes);
                    assertEquals(0, Memory.getByte(at - 1));
                    assertEquals(0, Memory.getByte(at + bytes));
                }
            }
        }
    }

    /// Compiled or not.
    @Test
    void fillMakesNoGarbageAtAnyLength() {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(1 << 20).address();
            for (long bytes : new long[] {10, 513, 4096, 100_000, 1 << 20}) {
                Memory.fill(at, bytes, (byte) 1);
                Garbage.soFar();
                long before = Garbage.soFar();
                for (int i = 0; i < 500; i++) Memory.fill(at, bytes, (byte) i);
                long garbage = Garbage.soFar() - before;
                assertTrue(garbage < 5_000, () -> garbage + " B of 500 fills of " + bytes);
            }
        }
    }

    @Test
    void copyOverlapsAndCompares() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(200);
            long at = memory.address();
            for (int i = 0; i < 100; i++) Memory.putByte(at + i, (byte) i);
            Memory.copy(at, at + 3, 100);
            for (int i = 0; i < 100; i++) assertEquals(i, Memory.getByte(at + 3 + i));
            Memory.copy(at + 3, at, 100);
            for (int i = 0; i < 100; i++) assertEquals(i, Memory.getByte(at + i));
            Memory.copy(at, at + 100, 100);
            assertEquals(-1, Memory.mismatch(at, at + 100, 100));
            Memory.putByte(at + 177, (byte) -1);
            assertEquals(77, Memory.mismatch(at, at + 100, 100));
            assertEquals(-1, Memory.mismatch(at, at + 100, 77));
        }
    }

    @Test
    void segmentsAreWindows() {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(32).address();
            MemorySegment always = Memory.segment(at, 32);
            always.set(ValueLayout.JAVA_BYTE, 31, (byte) 5);
            assertEquals(5, Memory.getByte(at + 31));
            assertEquals(32, always.byteSize());
            assertThrows(
                    IndexOutOfBoundsException.class, () -> always.get(ValueLayout.JAVA_BYTE, 32));
            MemorySegment bound;
            try (Arena session = Arena.ofConfined()) {
                bound = Memory.segment(at, 16, session);
                assertEquals(at, bound.address());
                assertEquals(16, bound.byteSize());
                bound.set(ValueLayout.JAVA_BYTE, 0, (byte) 6);
            }
            MemorySegment dead = bound;
            assertThrows(IllegalStateException.class, () -> dead.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(6, Memory.getByte(at));
        }
    }

    @Test
    void negativeAddressesThrow() {
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.getByte(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.getLong(Long.MIN_VALUE));
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.putInt(-4096, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.fill(-8, 8, (byte) 0));
    }
}
