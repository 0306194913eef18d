package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Pages are taken, merged, given back and counted.
class PageHeapTest {
    private static final int SHIFT = 13;
    private static final long PAGE = 1 << SHIFT;
    private static final long MIB = 1 << 20;

    private static PageHeap quiet(Region region) {
        PageHeap heap = new PageHeap(region, SHIFT);
        heap.releaseRate(0);
        return heap;
    }

    /// free + returned + used = system, and all invariants.
    private static void check(PageHeap heap) {
        assertEquals(
                heap.pagesSystem(), heap.pagesUsed() + heap.pagesFree() + heap.pagesReturned());
        heap.verify("pages");
    }

    @Test
    void takesTheShortestThatFitsAndTheNewestOfThose() {
        PageHeap heap = quiet(Region.reserved(16 * MIB));
        Span[] spans = new Span[10];
        for (int i = 0; i < 10; i++) spans[i] = heap.take(i == 3 ? 5 : 3);
        heap.free(spans[1]);
        heap.free(spans[3]);
        heap.free(spans[5]);
        assertEquals(spans[5].start(), heap.take(3).start(), "newest of length 3");
        assertEquals(spans[1].start(), heap.take(2).start(), "shortest that fits");
        check(heap);
    }

    @Test
    void growsByAMebibyteAtLeastAndByWhatIsAskedAbove() {
        PageHeap heap = quiet(Region.reserved(16 * MIB));
        heap.take(1);
        assertEquals(128, heap.pagesSystem());
        heap.take(300);
        assertEquals(428, heap.pagesSystem());
        check(heap);
    }

    @Test
    void whatIsFreeIsOneSpanAgain() {
        PageHeap heap = quiet(Region.reserved(16 * MIB));
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < 60; i++) spans.add(heap.take(1 + i % 7));
        for (int i = 0; i < 60; i += 2) heap.free(spans.get(i));
        for (int i = 1; i < 60; i += 2) heap.free(spans.get(i));
        check(heap);
        assertEquals(heap.pagesSystem(), heap.startingAt(0).pages());
    }

    @Test
    void alignedSpansLeaveTheRestFree() {
        PageHeap heap = quiet(Region.reserved(16 * MIB));
        heap.take(1);
        for (long alignment = PAGE; alignment <= MIB; alignment <<= 1) {
            Span span = heap.takeAligned(3, alignment);
            assertEquals(0, heap.address(span) & alignment - 1);
            assertEquals(3, span.pages());
            check(heap);
        }
    }

    @Test
    void releasedPagesLeaveMemory() {
        Region region = Region.reserved(64 * MIB);
        PageHeap heap = quiet(region);
        Span span = heap.take(4000);
        Memory.fill(heap.address(span), heap.bytes(span), (byte) 1);
        long before = region.resident();
        heap.free(span);
        assertEquals(4000 * PAGE, heap.release(1));
        assertEquals(4000, heap.pagesReturned());
        assertEquals(0, region.committed());
        if (before >= 0) {
            assertTrue(before >= 4000 * PAGE, () -> before + " resident");
            assertEquals(0, region.resident());
        }
        Span again = heap.take(10);
        assertTrue(again.isZero());
        assertEquals(-1, Memory.mismatch(heap.address(again), heap.bytes(again), (byte) 0));
        check(heap);
    }

    @Test
    void pagesGoBackLittleByLittle() {
        Region region = Region.reserved(64 * MIB);
        PageHeap heap = new PageHeap(region, SHIFT);
        Span first = heap.take(100);
        heap.take(1);
        for (int i = 0; i < 5_000; i++) {
            heap.free(first);
            first = heap.take(100);
        }
        assertTrue(heap.counts().scavenges() > 1, "several");
        assertTrue(heap.counts().scavenges() < 1000, "few");
        check(heap);
    }

    @Test
    void aLimitIsKeptAfterReleasing() {
        Region region = Region.reserved(64 * MIB);
        PageHeap heap = quiet(region);
        heap.limit(4 * MIB);
        Span small = heap.take(300);
        assertNull(heap.take(300), "above the limit");
        heap.free(small);
        assertNotNull(heap.take(400), "after releasing");
        assertTrue(region.committed() <= 4 * MIB);
        check(heap);
    }

    @Test
    void theLastPagesServe() {
        Region region = Region.reserved(4 * MIB);
        PageHeap heap = quiet(region);
        Span span = heap.take(1);
        assertNull(heap.take(512));
        heap.free(span);
        assertNotNull(heap.take(512), "all of the region");
        check(heap);
    }

    @Test
    void aFixedRegionKeepsItsPages() {
        try (Arena arena = Arena.ofConfined()) {
            Region region = Region.fixed(arena.allocate(20 * PAGE, 1));
            PageHeap heap = quiet(region);
            Span span = heap.take(5);
            heap.take(1);
            heap.free(span);
            assertEquals(0, heap.release(Long.MAX_VALUE));
            assertEquals(0, heap.pagesReturned());
            assertFalse(heap.take(5).isZero());
            assertNotNull(heap.take(13), "grown up to the end");
            check(heap);
        }
    }

    @Test
    void aggressiveFreesGoBackAtOnce() {
        Region region = Region.reserved(16 * MIB);
        PageHeap heap = quiet(region);
        heap.aggressive(true);
        Span span = heap.take(20);
        heap.free(span);
        assertEquals(0, region.committed());
        assertEquals(heap.pagesSystem(), heap.pagesReturned());
        check(heap);
    }

    @Test
    void aRegionWithoutAPageIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            Region region = Region.fixed(arena.allocate(PAGE - 1, 1));
            assertThrows(IllegalArgumentException.class, () -> new PageHeap(region, SHIFT));
        }
    }

    @Test
    void aBrokenMapIsSeen() {
        PageHeap heap = quiet(Region.reserved(16 * MIB));
        Span span = heap.take(5);
        heap.map().setOwner(span.start(), 0);
        assertThrows(CorruptHeapError.class, () -> heap.verify("pages"));
    }

    @Test
    void randomWork() {
        SplittableRandom random = Randomness.of(this);
        Region region = Region.reserved(64 * MIB);
        PageHeap heap = new PageHeap(region, SHIFT);
        List<Span> held = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (held.size() > 50 || !held.isEmpty() && random.nextInt(3) == 0) {
                Span span = held.remove(random.nextInt(held.size()));
                long address = heap.address(span);
                assertEquals(address, Memory.getLong(address), "overwritten");
                heap.free(span);
            } else {
                long pages = 1 + random.nextLong(1L << random.nextInt(9));
                Span span =
                        random.nextInt(4) == 0
                                ? heap.takeAligned(pages, PAGE << random.nextInt(5))
                                : heap.take(pages);
                if (span == null) continue;
                Memory.putLong(heap.address(span), heap.address(span));
                if (random.nextInt(4) == 0) heap.mark(span, 7);
                held.add(span);
            }
            if (random.nextInt(500) == 0) heap.release(random.nextLong(MIB));
            if (i % 100 == 0) check(heap);
        }
        assertEquals(region.committed(), (heap.pagesUsed() + heap.pagesFree()) * PAGE);
    }
}
