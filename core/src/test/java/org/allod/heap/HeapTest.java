package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.Strays;
import org.allod.ffm.HeapArena;
import org.allod.jemalloc.JeMalloc;
import org.allod.kit.TestAllocator;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("both")
@Timeout(60)
class HeapTest {

    private static Heap small() {
        return Heap.builder().reserve(4 << 20).onLeak(leak -> {}).open();
    }

    @Test
    void opensWithItsDefaults() {
        try (Heap heap = Heap.open()) {
            MemorySegment numbers = heap.allocate(800);
            numbers.setAtIndex(ValueLayout.JAVA_LONG, 99, 42);
            assertEquals(42, numbers.getAtIndex(ValueLayout.JAVA_LONG, 99));
            assertEquals(800, numbers.byteSize());
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> numbers.setAtIndex(ValueLayout.JAVA_LONG, 100, 1));
            assertEquals(1, heap.stats().blocksUsed());
            heap.free(numbers);
            assertEquals(0, heap.stats().blocksUsed());
            assertTrue(heap.stats().reserved() >= 64 << 20);
            assertInstanceOf(JeMalloc.class, heap.allocator());
        }
    }

    @Test
    void segmentsAreZeroAlsoOnUsedMemory() {
        try (Heap heap = small()) {
            for (int round = 0; round < 3; round++) {
                MemorySegment segment = heap.allocate(10_000);
                assertEquals(-1, Memory.mismatch(segment.address(), 10_000, (byte) 0));
                segment.fill((byte) 7);
                heap.free(segment);
            }
            MemorySegment dirty = heap.allocateUninitialized(10_000, 16);
            assertEquals(10_000, dirty.byteSize());
            heap.free(dirty);
        }
    }

    @Test
    void isASegmentAllocator() {
        try (Heap heap = small()) {
            MemorySegment text = heap.allocateFrom("allod");
            assertEquals("allod", text.getString(0));
            heap.free(text);
            MemorySegment numbers = heap.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
            assertEquals(3, numbers.getAtIndex(ValueLayout.JAVA_INT, 2));
            heap.free(numbers);
            heap.free(heap.allocate(ValueLayout.JAVA_LONG));
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void keepsAlignmentsAndTakesThemBack() {
        try (Heap heap = Heap.builder().reserve(8 << 20).open()) {
            for (long alignment = 1; alignment <= 1 << 20; alignment *= 2) {
                MemorySegment segment = heap.allocate(24, alignment);
                assertEquals(0, segment.address() & (alignment - 1));
                segment = heap.reallocate(segment, 5_000);
                assertEquals(0, segment.address() & (alignment - 1));
                heap.free(segment);
            }
            heap.verify();
        }
    }

    @Test
    void reallocatesContentsAndZeroesTheRest() {
        try (Heap heap = small()) {
            MemorySegment segment = heap.allocate(100);
            segment.fill((byte) 5);
            MemorySegment grown = heap.reallocate(segment, 300);
            assertEquals(300, grown.byteSize());
            assertEquals(-1, Memory.mismatch(grown.address(), 100, (byte) 5));
            assertEquals(-1, Memory.mismatch(grown.address() + 100, 200, (byte) 0));
            MemorySegment shrunk = heap.reallocate(grown, 10);
            assertEquals(-1, Memory.mismatch(shrunk.address(), 10, (byte) 5));
            MemorySegment none = heap.reallocate(shrunk, 0);
            assertEquals(0, none.byteSize());
            heap.free(none);
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void aFailedReallocationLeavesTheSegment() {
        try (Heap heap = small()) {
            MemorySegment segment = heap.allocate(100);
            segment.fill((byte) 5);
            var error =
                    assertThrows(
                            HeapExhaustedException.class, () -> heap.reallocate(segment, 1L << 40));
            assertEquals(1L << 40, error.size());
            assertEquals(-1, Memory.mismatch(segment.address(), 100, (byte) 5));
            heap.free(segment);
        }
    }

    @Test
    void emptySegmentsAreBlocksOfTheirOwn() {
        try (Heap heap = small()) {
            MemorySegment left = heap.allocate(0);
            MemorySegment right = heap.allocate(0);
            assertFalse(left.address() == right.address());
            heap.free(left);
            heap.free(right);
        }
    }

    // ---- misuse ----

    @Test
    void refusesPartsOfSegments() {
        try (Heap heap = small()) {
            MemorySegment segment = heap.allocate(100);
            var error =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> heap.free(segment.asSlice(0, 50)));
            String text = error.getMessage();
            assertTrue(text.contains("+50, expected all of the block of 100 B"), text);
            error =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> heap.reallocate(segment.asSlice(8), 1));
            assertTrue(error.getMessage().contains("starts at byte 8"), error.getMessage());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> heap.free(MemorySegment.ofArray(new long[1])));
            assertThrows(NullPointerException.class, () -> heap.free(null));
            heap.free(segment);
        }
    }

    @Test
    void findsDoubleAndForeignFrees() {
        try (Heap heap = small();
                Heap other = small();
                Arena arena = Arena.ofConfined()) {
            MemorySegment segment = heap.allocate(100);
            heap.free(segment);
            var error = assertThrows(CorruptHeapError.class, () -> heap.free(segment));
            assertTrue(error.getMessage().contains("freed twice?"), error.getMessage());
            assertThrows(CorruptHeapError.class, () -> heap.reallocate(segment, 5));
            MemorySegment foreign = other.allocate(100);
            error = assertThrows(CorruptHeapError.class, () -> heap.free(foreign));
            assertTrue(error.getMessage().contains("foreign"), error.getMessage());
            assertThrows(CorruptHeapError.class, () -> heap.free(arena.allocate(8)));
            other.free(foreign);
        }
    }

    @Test
    void refusesBadSizesAndAlignments() {
        try (Heap heap = small()) {
            assertThrows(IllegalArgumentException.class, () -> heap.allocate(-1));
            assertThrows(IllegalArgumentException.class, () -> heap.allocate(1, 3));
            assertThrows(IllegalArgumentException.class, () -> heap.allocateUninitialized(-1, 1));
            MemorySegment segment = heap.allocate(8);
            assertThrows(IllegalArgumentException.class, () -> heap.reallocate(segment, -1));
            assertThrows(IllegalArgumentException.class, () -> heap.limit(-1));
            heap.free(segment);
        }
        HeapBuilder builder = Heap.builder();
        var error = assertThrows(IllegalArgumentException.class, () -> builder.allocator("none"));
        assertTrue(error.getMessage().contains("buddy"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.reserve(0));
        assertThrows(IllegalArgumentException.class, () -> builder.limit(-1));
        assertThrows(NullPointerException.class, () -> builder.onLeak(null));
    }

    @Test
    void nothingWorksAfterTheClose() {
        Heap heap = small();
        MemorySegment segment = heap.allocate(8);
        Allocator allocator = heap.allocator();
        heap.close();
        heap.close();
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> heap.allocate(8));
        assertThrows(IllegalStateException.class, () -> heap.allocateUninitialized(8, 8));
        assertThrows(IllegalStateException.class, () -> heap.reallocate(segment, 9));
        assertThrows(IllegalStateException.class, () -> heap.free(segment));
        assertThrows(IllegalStateException.class, heap::stats);
        assertThrows(IllegalStateException.class, heap::live);
        assertThrows(IllegalStateException.class, heap::trim);
        assertThrows(IllegalStateException.class, heap::verify);
        assertThrows(IllegalStateException.class, heap::allocator);
        assertThrows(IllegalStateException.class, () -> heap.limit(1));
        assertThrows(IllegalStateException.class, () -> heap.walk((a, b, c) -> {}));
        assertThrows(IllegalStateException.class, () -> allocator.allocate(8, 8));
    }

    // ---- limits ----

    @Test
    void theLimitBoundsWhatIsCommitted() {
        try (Heap heap = Heap.builder().limit(1 << 20).onLeak(leak -> {}).open()) {
            var error =
                    assertThrows(
                            HeapExhaustedException.class,
                            () -> {
                                for (int i = 0; i < 1_000; i++) heap.allocate(4096);
                            });
            assertTrue(error.getMessage().contains("at most 1048576 of"), error.getMessage());
            assertTrue(heap.stats().held() <= 1 << 20, heap.stats().toString());
            assertTrue(heap.stats().blocksUsed() > 200, heap.stats().toString());
            heap.limit(4 << 20);
            heap.allocate(4096);
        }
    }

    @Test
    void givesMemoryBack() {
        try (Heap heap = Heap.builder().reserve(16 << 20).open()) {
            MemorySegment segment = heap.allocate(8 << 20);
            segment.fill((byte) 1);
            long held = heap.stats().held();
            assertTrue(held >= 8 << 20);
            heap.free(segment);
            heap.trim();
            assertTrue(heap.stats().held() < held, heap.stats().toString());
        }
    }

    // ---- choices ----

    @Test
    void servesAnyAllocator(@TempDir Path folder) throws Exception {
        for (Allocators.Entry entry : Allocators.all()) {
            try (Heap heap = Heap.builder().allocator(entry.name()).reserve(1 << 20).open()) {
                heap.free(heap.allocate(100));
            }
        }
        Region region = Region.reserved(1 << 20);
        try (Heap heap = Heap.builder().allocator(TestAllocator::new).region(region).open()) {
            MemorySegment segment = heap.allocate(100);
            assertTrue(region.contains(segment.address()));
            heap.free(segment);
        }
        Path file = folder.resolve("heap.trc.gz");
        try (Heap heap = Heap.builder().reserve(1 << 20).record(file).open()) {
            heap.free(heap.allocate(100));
        }
        assertTrue(Files.size(file) > 0);
        HeapBuilder nowhere = Heap.builder().record(folder);
        assertThrows(UncheckedIOException.class, nowhere::open);
    }

    @Test
    void aCheckedHeapFindsWrites() {
        Heap heap = Heap.builder().reserve(1 << 20).checked(true).onLeak(leak -> {}).open();
        MemorySegment segment = heap.allocate(100);
        Memory.putByte(segment.address() + 100, (byte) 1);
        assertThrows(CorruptHeapError.class, heap::verify);
        Memory.putByte(segment.address() + 100, (byte) 0xC5);
        heap.free(segment);
        segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        var error = assertThrows(CorruptHeapError.class, heap::close);
        assertTrue(error.getMessage().contains("after it was freed"), error.getMessage());
        assertThrows(IllegalStateException.class, heap::stats);
    }

    // ---- lifetime ----

    /// A segment that outlives its heap's last reference must not lose its mapping.
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 1 << 24})
    void aSegmentKeepsItsMemory(int bytes) throws InterruptedException {
        WeakReference<?>[] region = new WeakReference<?>[1];
        MemorySegment segment = orphan(region, bytes);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(region[0].get() != null, "the region went before its segment");
        assertEquals(42, segment.get(ValueLayout.JAVA_BYTE, 99));
        segment = null;
        while (region[0].get() != null) {
            System.gc();
            Thread.sleep(10);
        }
    }

    private static MemorySegment orphan(WeakReference<?>[] kept, int bytes) {
        Region region = Region.reserved(bytes);
        kept[0] = new WeakReference<>(region);
        MemorySegment segment = Heap.builder().region(region).open().allocate(100);
        segment.set(ValueLayout.JAVA_BYTE, 99, (byte) 42);
        return segment;
    }

    // ---- strays ----

    @Test
    void strayBlocksComeBackWithTheNextCall() {
        List<LeakReport> leaks = new ArrayList<>();
        try (Heap heap = Heap.builder().reserve(1 << 20).onLeak(leaks::add).open()) {
            Strays strays = Strays.of(heap.allocator());
            strays.add(heap.allocator().allocate(100, 16), 100, 16);
            assertEquals(1, heap.stats().blocksUsed());
            heap.trim();
            assertEquals(0, heap.stats().blocksUsed());
            strays.add(heap.allocator().allocate(100, 16), 100, 16);
            heap.free(heap.allocate(8));
            assertEquals(0, heap.stats().blocksUsed());
            strays.add(heap.allocator().allocate(100, 16), 100, 16);
        }
        assertEquals(List.of(), leaks);
    }

    // ---- arenas ----

    @Test
    void opensArenasOfEachKind() {
        try (Heap heap = small()) {
            HeapArena auto = heap.autoArena();
            try (HeapArena confined = heap.arena();
                    HeapArena shared = heap.sharedArena()) {
                assertEquals("one", confined.allocateFrom("one").getString(0));
                assertEquals("two", shared.allocateFrom("two").getString(0));
                assertEquals("three", auto.allocateFrom("three").getString(0));
                assertFalse(confined.allocate(8).isAccessibleBy(new Thread()));
                assertTrue(shared.allocate(8).isAccessibleBy(new Thread()));
                assertEquals(5, heap.stats().blocksUsed());
            }
            assertEquals(1, heap.stats().blocksUsed());
            assertEquals(1, auto.stats().blocks());
        }
    }

    @Test
    void aClosedHeapOpensNoArenas() {
        Heap heap = small();
        HeapArena arena = heap.arena();
        heap.close();
        assertThrows(IllegalStateException.class, heap::arena);
        assertThrows(IllegalStateException.class, heap::sharedArena);
        assertThrows(IllegalStateException.class, heap::autoArena);
        assertThrows(IllegalStateException.class, () -> arena.allocate(8));
        arena.close();
    }

    @Test
    void anOpenArenaIsALeak() {
        List<LeakReport> leaks = new ArrayList<>();
        HeapArena arena;
        try (Heap heap = Heap.builder().reserve(1 << 20).onLeak(leaks::add).open()) {
            arena = heap.arena();
            arena.allocate(100);
        }
        assertEquals(1, leaks.size());
        assertEquals(1, leaks.getFirst().blocks());
        arena.close();
    }
}
