package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Regions over memory that is not the system's own: a user's segment, a file.
class RegionBackingTest {
    private static final long PAGE = Region.pageSize();

    // ---- fixed ----

    @Test
    void segmentsThatCannotServeAreRefusedWithTheReason() {
        refused("segment=a heap array", MemorySegment.ofArray(new byte[100]));
        try (Arena arena = Arena.ofConfined()) {
            refused("segment=read-only", arena.allocate(100).asReadOnly());
            refused("segment=empty", arena.allocate(100).asSlice(50, 0));
            refused("segment=empty", MemorySegment.NULL);
        }
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(100);
        }
        refused("segment=closed", dead);
        assertThrows(NullPointerException.class, () -> Region.fixed(null).close());
    }

    private static void refused(String start, MemorySegment segment) {
        var thrown =
                assertThrows(IllegalArgumentException.class, () -> Region.fixed(segment).close());
        assertTrue(thrown.getMessage().startsWith(start), thrown::getMessage);
        assertTrue(thrown.getMessage().contains(", expected "), thrown::getMessage);
    }

    @Test
    void anOddBaseCountsPagesAndGivesNoneBack() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(10 * PAGE, PAGE);
            for (long odd : new long[] {0, 1, 3, 8, PAGE - 1}) {
                try (Region region = Region.fixed(memory.asSlice(odd, 3 * PAGE))) {
                    assertEquals(memory.address() + odd, region.base());
                    assertEquals(3 * PAGE, region.bytes());
                    assertTrue(region.commit(region.base(), 1));
                    assertEquals(PAGE, region.committed());
                    assertTrue(region.commit(region.end() - 1, 1));
                    assertEquals(2 * PAGE, region.committed());
                    assertTrue(region.commit(region.base(), region.bytes()));
                    assertEquals(region.bytes(), region.committed(), "never above its size");
                    assertEquals(0, region.decommit(region.base(), region.bytes()));
                    assertEquals(region.bytes(), region.committed());
                }
            }
        }
    }

    @Test
    void aTinySegmentIsOnePage() {
        try (Arena arena = Arena.ofConfined();
                Region region = Region.fixed(arena.allocate(5))) {
            assertTrue(region.commit(region.base(), 5));
            assertEquals(5, region.committed());
            assertTrue(region.contains(region.base() + 4));
            assertFalse(region.contains(region.base() + 5));
        }
    }

    @Test
    void commitZeroedWipesASegment() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(3 * PAGE, PAGE);
            memory.fill((byte) 7);
            try (Region region = Region.fixed(memory.asSlice(1, 2 * PAGE))) {
                assertTrue(region.commitZeroed(region.base() + 1, PAGE));
                assertEquals(7, Memory.getByte(region.base()));
                assertEquals(-1, Memory.mismatch(region.base() + 1, PAGE, (byte) 0));
                assertEquals(7, Memory.getByte(region.base() + 1 + PAGE));
            }
            assertEquals(7, Memory.getByte(memory.address()), "close leaves it as it is");
        }
    }

    @Test
    void aSegmentThatIsClosedIsNoticed() {
        Region region;
        try (Arena arena = Arena.ofConfined()) {
            region = Region.fixed(arena.allocate(10 * PAGE));
            region.checkAlive();
            assertTrue(region.commit(region.base(), 1));
        }
        var thrown = assertThrows(IllegalStateException.class, region::checkAlive);
        assertTrue(thrown.getMessage().contains("segment"), thrown::getMessage);
        assertThrows(IllegalStateException.class, () -> region.commit(region.base() + 5 * PAGE, 1));
        region.close();
    }

    // ---- mapped ----

    @Test
    void aMappedFileHoldsWhatIsWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("heap");
        try (Region region = Region.mapped(file, 10 * PAGE - 5)) {
            assertEquals(10 * PAGE, region.bytes());
            assertEquals(10 * PAGE, Files.size(file));
            assertTrue(region.commit(region.base(), region.bytes()));
            Memory.putByte(region.base() + 4 * PAGE, (byte) 7);
            Memory.putByte(region.base() + 6 * PAGE, (byte) 8);
            assertEquals(7, Files.readAllBytes(file)[(int) (4 * PAGE)]);
            assertTrue(region.commitZeroed(region.base() + 6 * PAGE, 1));
            assertEquals(0, Memory.getByte(region.base() + 6 * PAGE));
            long given = region.decommit(region.base(), region.bytes());
            assertTrue(given == 0 || given == region.bytes(), () -> given + " given back");
            if (given > 0) assertEquals(0, Memory.getByte(region.base() + 4 * PAGE));
            assertTrue(region.commit(region.base(), region.bytes()));
            Memory.putByte(region.base() + PAGE, (byte) 9);
        }
        assertEquals(0, Files.readAllBytes(file)[(int) PAGE], "close leaves zeros");
    }

    @Test
    void filesThatCannotBeMapped(@TempDir Path folder) {
        assertThrows(IOException.class, () -> Region.mapped(folder, PAGE).close());
        Path missing = folder.resolve("no/such/folder");
        assertThrows(IOException.class, () -> Region.mapped(missing, PAGE).close());
        Path file = folder.resolve("heap");
        for (long bytes : new long[] {0, -1}) {
            assertThrows(IllegalArgumentException.class, () -> Region.mapped(file, bytes).close());
        }
        assertFalse(Files.exists(file));
        for (long bytes : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - PAGE, 1L << 60}) {
            assertThrows(IOException.class, () -> Region.mapped(file, bytes).close());
        }
    }
}
