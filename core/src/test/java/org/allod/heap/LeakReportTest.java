package org.allod.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.allod.Allocator;
import org.allod.Malloc;
import org.allod.ffm.HeapArena;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("both")
class LeakReportTest {
    private final List<LeakReport> told = new ArrayList<>();

    private HeapBuilder builder() {
        return Heap.builder().reserve(1 << 20).onLeak(told::add);
    }

    @Test
    void saysNothingWhereNothingLeaks() {
        try (Heap heap = builder().tracking(Heap.Tracking.SITES).open()) {
            heap.free(heap.reallocate(heap.allocate(100), 200));
            assertEquals(List.of(), heap.live());
        }
        assertEquals(List.of(), told);
    }

    @Test
    void countsWithoutTracking() {
        try (Heap heap = builder().open()) {
            heap.allocate(100);
            heap.allocate(50);
            heap.free(heap.allocate(7));
        }
        assertEquals(List.of(new LeakReport(List.of(), 2, 150)), told);
        assertFalse(told.getFirst().isSiteKnown());
        assertEquals("2 blocks, 150 B, allocated at an unknown site", told.getFirst().toString());
    }

    @Test
    void namesEachSiteOnceLargestFirst() {
        try (Heap heap = builder().tracking(Heap.Tracking.SITES).open()) {
            for (int i = 0; i < 3; i++) takeSmall(heap);
            takeLarge(heap);
            assertEquals(2, heap.live().size());
        }
        assertEquals(2, told.size());
        LeakReport large = told.get(0);
        LeakReport small = told.get(1);
        assertEquals("takeLarge", large.site().getFirst().getMethodName());
        assertEquals(1, large.blocks());
        assertEquals(5_000, large.bytes());
        assertEquals("takeSmall", small.site().getFirst().getMethodName());
        assertEquals("namesEachSiteOnceLargestFirst", small.site().get(1).getMethodName());
        assertEquals(3, small.blocks());
        assertEquals(30, small.bytes());
        assertTrue(small.toString().startsWith("3 blocks, 30 B, allocated at\n    "));
    }

    private static MemorySegment takeSmall(Heap heap) {
        return heap.allocate(10);
    }

    private static MemorySegment takeLarge(Heap heap) {
        return heap.allocate(5_000, 4096);
    }

    /// The JDK's default methods are skipped: the site is the caller of `allocateFrom`.
    @Test
    void looksThroughTheJdksConveniences() {
        try (Heap heap = builder().tracking(Heap.Tracking.SITES).open()) {
            heap.allocateFrom("text");
        }
        assertEquals(
                "looksThroughTheJdksConveniences",
                told.getFirst().site().getFirst().getMethodName());
    }

    @Test
    void trackedBlocksHaveSitesAsWell() {
        for (String name : List.of("buddy", "dlmalloc")) {
            told.clear();
            HeapArena arena;
            try (Heap heap = builder().allocator(name).tracking(Heap.Tracking.SITES).open()) {
                Allocator allocator = heap.allocator();
                assertEquals(name.equals("dlmalloc"), allocator instanceof Malloc);
                long moved = takeRaw(allocator);
                moved = allocator.reallocate(moved, 64, 16, 5_000);
                assertEquals(Allocator.NULL, allocator.reallocate(moved, 5_000, 16, 1L << 40));
                allocator.deallocate(allocator.allocateZeroed(10, 16), 10, 16);
                if (allocator instanceof Malloc malloc) {
                    malloc.free(malloc.reallocate(allocator.allocate(10, 16), 20));
                    assertEquals(Allocator.NULL, malloc.reallocate(moved, 1L << 40));
                    assertTrue(malloc.usableSize(moved) >= 5_000);
                }
                takeRaw(allocator);
                arena = takeArena(heap);
                assertEquals(3, heap.live().size());
                allocator.verify();
            }
            assertEquals(List.of(5_000L, 100L, 64L), told.stream().map(LeakReport::bytes).toList());
            assertEquals("takeArena", told.get(1).site().getFirst().getMethodName());
            assertEquals("takeRaw", told.get(2).site().getFirst().getMethodName());
            arena.close();
        }
    }

    private static long takeRaw(Allocator allocator) {
        return allocator.allocate(64, 16);
    }

    private static HeapArena takeArena(Heap heap) {
        HeapArena arena = heap.arena();
        arena.allocate(100);
        return arena;
    }

    @Test
    void rawBlocksLeakToo() {
        try (Heap heap = builder().open()) {
            heap.allocate(64);
            heap.allocator().allocate(64, 16);
        }
        assertEquals(1, told.size());
        assertEquals(2, told.getFirst().blocks());
        assertTrue(told.getFirst().bytes() >= 128, told.toString());
    }
}
