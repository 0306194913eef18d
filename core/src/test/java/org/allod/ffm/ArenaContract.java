package org.allod.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.kit.TestAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/// What `Arena` and `SegmentAllocator` promise, point by point, of every kind of arena.
@Tag("both")
@Timeout(60)
interface ArenaContract {

    /// A new arena of the kind.
    HeapArena arena(Allocator allocator);

    /// Closes it, if that can be done.
    default void end(HeapArena arena) {
        arena.close();
    }

    /// A heap of 1 MiB that sees every wrong free.
    static Allocator heap() {
        return LockedAllocator.of(new TestAllocator(Region.reserved(1 << 20)));
    }

    static boolean isZero(MemorySegment segment) {
        return Memory.mismatch(segment.address(), segment.byteSize(), (byte) 0) < 0;
    }

    // ---- allocate ----

    @Test
    default void segmentsHaveSizeAlignmentAndScope() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            for (long alignment = 1; alignment <= 8192; alignment *= 2) {
                for (long size : new long[] {0, 1, 7, 8, 9, 100, 167, 168, 4096, 4097}) {
                    MemorySegment segment = arena.allocate(size, alignment);
                    assertEquals(size, segment.byteSize());
                    assertEquals(0, segment.address() & (alignment - 1));
                    assertTrue(segment.isNative());
                    assertFalse(segment.isReadOnly());
                    assertFalse(segment.isMapped());
                    assertEquals(arena.scope(), segment.scope());
                    assertTrue(segment.scope().isAlive());
                    arena.free(segment);
                }
            }
            assertEquals(0, arena.allocate(10).address() & 15);
            end(arena);
        }
    }

    @Test
    default void segmentsAreZeroAlsoOnUsedMemory() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            for (int round = 0; round < 3; round++) {
                for (int size = 0; size < 700; size++) {
                    MemorySegment segment = arena.allocate(size, 1);
                    assertTrue(isZero(segment), () -> segment.byteSize() + " B are not zero");
                    segment.fill((byte) 0xA5);
                    arena.free(segment);
                }
                MemorySegment large = arena.allocate(20_000, 64);
                assertTrue(isZero(large));
                large.fill((byte) 0xA5);
                arena.free(large);
            }
            end(arena);
        }
    }

    @Test
    default void zeroingStaysInTheBlock() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            for (int size = 1; size < 300; size++) {
                long outer = heap.allocate(2048, 16);
                Memory.fill(outer, 2048, (byte) 7);
                heap.deallocate(outer, 2048, 16);
                MemorySegment segment = arena.allocate(size, 16);
                assertEquals(outer, segment.address(), "first fit takes the same place");
                assertEquals(-1, Memory.mismatch(outer + size, 2048 - size, (byte) 7));
                arena.free(segment);
            }
            end(arena);
        }
    }

    @Test
    default void segmentsDoNotOverlap() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            SplittableRandom random = new SplittableRandom(1);
            List<MemorySegment> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                MemorySegment segment =
                        arena.allocate(random.nextInt(100), 1L << random.nextInt(8));
                for (MemorySegment other : all) {
                    assertTrue(segment.asOverlappingSlice(other).isEmpty());
                    assertNotEquals(other.address(), segment.address());
                }
                all.add(segment);
            }
            end(arena);
        }
    }

    @Test
    default void refusesWhatIsNoSizeAndNoAlignment() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            for (long alignment : new long[] {0, -1, 3, 24, Long.MIN_VALUE, Long.MAX_VALUE}) {
                for (long size : new long[] {8, 1000, 100_000, Long.MAX_VALUE}) {
                    refused(() -> arena.allocate(size, alignment), "alignment=" + alignment);
                    refused(() -> arena.allocateAddress(size, alignment), "alignment=");
                }
            }
            refused(() -> arena.allocate(-1), "bytes=-1, expected at least 0");
            refused(() -> arena.allocate(-1, 8), "bytes=-1, expected at least 0");
            refused(() -> arena.allocate(Long.MIN_VALUE, 1), "bytes=");
            refused(() -> arena.allocateAddress(-1, 8), "bytes=-1, expected at least 0");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> arena.allocate(ValueLayout.JAVA_LONG, Long.MAX_VALUE));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> arena.allocate(ValueLayout.JAVA_LONG, -1));
            assertEquals(0, heap.stats().blocksUsed());
            end(arena);
        }
    }

    private static void refused(Executable call, String what) {
        String text = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(text.startsWith(what), text);
    }

    @Test
    default void noRoomIsSaid() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            MemorySegment before = arena.allocate(100);
            for (long size : new long[] {2 << 20, 1L << 57, Long.MAX_VALUE}) {
                var thrown =
                        assertThrows(HeapExhaustedException.class, () -> arena.allocate(size, 16));
                assertEquals(size, thrown.size());
                assertEquals(16, thrown.alignment());
            }
            assertTrue(isZero(before));
            assertEquals(1, heap.stats().blocksUsed());
            end(arena);
        }
    }

    // ---- SegmentAllocator: each way to allocate ----

    @Test
    default void stringsAndSingleValues() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            assertEquals("gründlich", arena.allocateFrom("gründlich").getString(0));
            MemorySegment wide = arena.allocateFrom("weit", StandardCharsets.UTF_16LE);
            assertEquals("weit", wide.getString(0, StandardCharsets.UTF_16LE));
            assertEquals(10, wide.byteSize());
            var b = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1);
            var c = arena.allocateFrom(ValueLayout.JAVA_CHAR, 'c');
            var s = arena.allocateFrom(ValueLayout.JAVA_SHORT, (short) 2);
            var i = arena.allocateFrom(ValueLayout.JAVA_INT, 3);
            var f = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 4f);
            var l = arena.allocateFrom(ValueLayout.JAVA_LONG, 5L);
            var d = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 6d);
            var a = arena.allocateFrom(ValueLayout.ADDRESS, b);
            assertEquals(1, b.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals('c', c.get(ValueLayout.JAVA_CHAR, 0));
            assertEquals(2, s.get(ValueLayout.JAVA_SHORT, 0));
            assertEquals(3, i.get(ValueLayout.JAVA_INT, 0));
            assertEquals(4f, f.get(ValueLayout.JAVA_FLOAT, 0));
            assertEquals(5, l.get(ValueLayout.JAVA_LONG, 0));
            assertEquals(6d, d.get(ValueLayout.JAVA_DOUBLE, 0));
            assertEquals(b.address(), a.get(ValueLayout.ADDRESS, 0).address());
            assertEquals(9, arena.stats().blocks() - 1);
            end(arena);
        }
    }

    @Test
    default void arraysAndLayouts() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            assertEquals(
                    3,
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1, (byte) 2, (byte) 3)
                            .byteSize());
            var ints = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
            assertEquals(3, ints.getAtIndex(ValueLayout.JAVA_INT, 2));
            var longs = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 2, 3);
            assertEquals(2, longs.getAtIndex(ValueLayout.JAVA_LONG, 1));
            assertEquals(6, arena.allocateFrom(ValueLayout.JAVA_CHAR, 'a', 'b', 'c').byteSize());
            assertEquals(2, arena.allocateFrom(ValueLayout.JAVA_SHORT, (short) 1).byteSize());
            assertEquals(8, arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f, 2f).byteSize());
            assertEquals(16, arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1d, 2d).byteSize());
            var copy = arena.allocateFrom(ValueLayout.JAVA_INT, ints, ValueLayout.JAVA_INT, 4, 2);
            assertEquals(2, copy.getAtIndex(ValueLayout.JAVA_INT, 0));
            assertEquals(3, copy.getAtIndex(ValueLayout.JAVA_INT, 1));
            MemoryLayout line =
                    MemoryLayout.structLayout(ValueLayout.JAVA_LONG).withByteAlignment(64);
            assertEquals(8, arena.allocate(line).byteSize());
            assertEquals(0, arena.allocate(line).address() & 63);
            MemoryLayout point =
                    MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
            assertEquals(160, arena.allocate(point, 10).byteSize());
            assertTrue(isZero(arena.allocate(point, 10)));
            assertEquals(0, arena.allocate(point, 0).byteSize());
            end(arena);
        }
    }

    // ---- beyond the JDK's ----

    @Test
    default void freesSegmentsEarlyAndExactly() {
        try (Allocator heap = heap();
                Allocator elsewhere = heap()) {
            HeapArena arena = arena(heap);
            HeapArena other = arena(elsewhere);
            MemorySegment kept = arena.allocate(32);
            MemorySegment segment = arena.allocate(100);
            assertThrows(IllegalArgumentException.class, () -> arena.free(segment.asSlice(0, 50)));
            assertThrows(CorruptHeapError.class, () -> arena.free(segment.asSlice(16, 84)));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> arena.free(MemorySegment.ofArray(new byte[100])));
            assertThrows(CorruptHeapError.class, () -> other.free(segment));
            assertThrows(CorruptHeapError.class, () -> arena.freeAddress(segment.address() + 1));
            arena.free(segment);
            assertThrows(CorruptHeapError.class, () -> arena.free(segment));
            assertEquals(1, heap.stats().blocksUsed());
            assertEquals(arena.scope(), segment.scope());
            assertEquals(new ArenaStats(1, 32, 2, 0), arena.stats());
            assertEquals(1, arena.stats().frees());
            kept.fill((byte) 1);
            end(arena);
            end(other);
        }
    }

    @Test
    default void resizesAndZeroesTheRest() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            long dirty = heap.allocate(100_000, 16);
            Memory.fill(dirty, 100_000, (byte) 7);
            heap.deallocate(dirty, 100_000, 16);
            MemorySegment segment = arena.allocate(100, 64);
            segment.fill((byte) 5);
            long used = heap.allocate(64, 16);
            MemorySegment grown = arena.reallocate(segment, 3000);
            assertEquals(3000, grown.byteSize());
            assertEquals(0, grown.address() & 63);
            assertEquals(arena.scope(), grown.scope());
            assertEquals(-1, Memory.mismatch(grown.address(), 100, (byte) 5));
            assertEquals(-1, Memory.mismatch(grown.address() + 100, 2900, (byte) 0));
            assertThrows(IllegalArgumentException.class, () -> arena.reallocate(grown, -1));
            assertThrows(HeapExhaustedException.class, () -> arena.reallocate(grown, 1L << 40));
            assertThrows(HeapExhaustedException.class, () -> arena.reallocate(grown, 1L << 58));
            assertEquals(-1, Memory.mismatch(grown.address(), 100, (byte) 5));
            MemorySegment shrunk = arena.reallocate(grown, 10);
            assertEquals(-1, Memory.mismatch(shrunk.address(), 10, (byte) 5));
            assertEquals(new ArenaStats(1, 10, 1, 0), arena.stats());
            MemorySegment none = arena.reallocate(shrunk, 0);
            assertEquals(0, none.byteSize());
            arena.free(none);
            heap.deallocate(used, 64, 16);
            assertEquals(0, heap.stats().blocksUsed());
            end(arena);
        }
    }

    @Test
    default void addressesAreBlocksToo() {
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            long first = arena.allocateAddress(100, 32);
            long second = arena.allocateAddress(0, 1);
            assertEquals(0, first & 31);
            assertEquals(-1, Memory.mismatch(first, 100, (byte) 0));
            assertNotEquals(first, second);
            assertEquals(2, heap.stats().blocksUsed());
            arena.freeAddress(first);
            arena.freeAddress(Allocator.NULL);
            assertThrows(CorruptHeapError.class, () -> arena.freeAddress(first));
            assertEquals(1, heap.stats().blocksUsed());
            arena.freeAddress(second);
            end(arena);
        }
    }

    /// Many blocks, freed in any order, resized between: the list against a plain one.
    @Test
    default void remembersManyBlocks() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Allocator heap = heap()) {
            HeapArena arena = arena(heap);
            List<MemorySegment> live = new ArrayList<>();
            for (int step = 0; step < 20_000; step++) {
                int choice = random.nextInt(live.size() < 500 ? 10 : 4);
                if (live.isEmpty() || choice > 4) {
                    live.add(arena.allocate(random.nextInt(64), 1L << random.nextInt(6)));
                    continue;
                }
                int at = random.nextInt(live.size());
                MemorySegment segment = live.get(at);
                if (choice > 2) {
                    live.set(at, arena.reallocate(segment, random.nextInt(200)));
                } else {
                    arena.free(segment);
                    live.set(at, live.getLast());
                    live.removeLast();
                }
            }
            assertEquals(live.size(), arena.stats().blocks(), "seed=" + seed);
            assertEquals(live.size(), heap.stats().blocksUsed(), "seed=" + seed);
            long bytes = live.stream().mapToLong(MemorySegment::byteSize).sum();
            assertEquals(bytes, arena.stats().bytes(), "seed=" + seed);
            live.forEach(arena::free);
            assertEquals(0, heap.stats().blocksUsed(), "seed=" + seed);
            end(arena);
        }
    }

    @Test
    default void aClosedHeapEndsItsArenas() {
        Allocator heap = heap();
        HeapArena arena = arena(heap);
        MemorySegment segment = arena.allocate(100);
        arena.allocate(10);
        segment.fill((byte) 1);
        heap.close();
        assertThrows(IllegalStateException.class, () -> arena.allocate(10));
        assertEquals(0, segment.get(ValueLayout.JAVA_BYTE, 0), "zeros, not the end of the JVM");
        end(arena);
    }
}
