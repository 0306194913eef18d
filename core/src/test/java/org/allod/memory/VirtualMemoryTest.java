package org.allod.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.memory.VirtualMemory.Reservation;
import org.junit.jupiter.api.Test;

/// The system gives aligned ranges, takes pages back, and says how many there are.
class VirtualMemoryTest {
    private static final VirtualMemory SYSTEM = VirtualMemory.system();
    private static final long PAGE = SYSTEM.pageSize();

    @Test
    void pagesArePowersOfTwo() {
        assertEquals(1, Long.bitCount(PAGE));
        assertTrue(PAGE >= 4096, () -> "page size " + PAGE);
    }

    @Test
    void everyAlignment() {
        for (long alignment = PAGE; alignment <= 1L << 34; alignment <<= 1) {
            Reservation range = SYSTEM.reserve(3 * PAGE - 1, alignment);
            assertNotNull(range);
            assertEquals(0, range.base() & (alignment - 1));
            assertEquals(3 * PAGE, range.bytes());
            assertTrue(SYSTEM.commit(range.base(), range.bytes()));
            Memory.fill(range.base(), range.bytes(), (byte) 1);
            SYSTEM.release(range);
        }
    }

    @Test
    void decommittedPagesAreGoneAndZero() {
        Reservation range = SYSTEM.reserve(64 * PAGE, PAGE);
        assertTrue(SYSTEM.commit(range.base(), range.bytes()));
        assertEquals(0, SYSTEM.resident(range.base(), range.bytes()));
        Memory.fill(range.base(), range.bytes(), (byte) 1);
        assertEquals(64 * PAGE, SYSTEM.resident(range.base(), range.bytes()));
        SYSTEM.decommit(range, range.base() + 8 * PAGE, 16 * PAGE);
        assertEquals(48 * PAGE, SYSTEM.resident(range.base(), range.bytes()));
        assertTrue(SYSTEM.commit(range.base() + 8 * PAGE, 16 * PAGE));
        assertEquals(-1, Memory.mismatch(range.base() + 8 * PAGE, 16 * PAGE, (byte) 0));
        assertEquals(-1, Memory.mismatch(range.base(), 8 * PAGE, (byte) 1));
        assertEquals(-1, Memory.mismatch(range.base() + 24 * PAGE, 40 * PAGE, (byte) 1));
        SYSTEM.release(range);
    }

    @Test
    void residentCountsPartPages() {
        Reservation range = SYSTEM.reserve(4 * PAGE, PAGE);
        assertTrue(SYSTEM.commit(range.base(), range.bytes()));
        Memory.putByte(range.base() + PAGE, (byte) 1);
        assertEquals(PAGE, SYSTEM.resident(range.base() + PAGE - 1, 2));
        assertEquals(PAGE, SYSTEM.resident(range.base() + 2 * PAGE - 1, 2));
        assertEquals(0, SYSTEM.resident(range.base() + 2 * PAGE, PAGE));
        SYSTEM.release(range);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertNull(SYSTEM.reserve(Long.MAX_VALUE, PAGE));
        assertNull(SYSTEM.reserve(Long.MAX_VALUE / 2, PAGE));
        assertNull(SYSTEM.reserve(1L << 60, PAGE));
        assertNull(SYSTEM.reserve(PAGE, 1L << 62));
        assertNull(SYSTEM.reserve(PAGE, 1L << 60));
    }

    @Test
    void twoRangesAreTwo() {
        Reservation first = SYSTEM.reserve(PAGE, PAGE);
        Reservation second = SYSTEM.reserve(PAGE, PAGE);
        assertNotEquals(first.base(), second.base());
        SYSTEM.release(first);
        assertTrue(SYSTEM.commit(second.base(), PAGE));
        Memory.putByte(second.base(), (byte) 1);
        SYSTEM.release(second);
    }
}
