package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.allod.buddy.BuddyAllocator;
import org.allod.own.Arc;
import org.allod.own.Box;
import org.allod.own.Leak;
import org.allod.own.Rc;
import org.allod.own.RefCell;
import org.allod.own.RefMut;
import org.allod.own.Tracing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is known of owners while they are traced. Not in their package: its frames are left out.
@Tag("both")
@Timeout(60)
class OwnTracingTest {
    private final Tracing.Level before = Tracing.level();
    private final Queue<Leak> leaks = new ConcurrentLinkedQueue<>();
    private Allocator heap;

    @BeforeEach
    void open() {
        heap = LockedAllocator.of(new BuddyAllocator(Region.reserved(1 << 24)));
        Tracing.level(Tracing.Level.EVERY);
        Tracing.onLeak(leaks::add);
    }

    @AfterEach
    void close() {
        Tracing.level(before);
        Tracing.onLeak(null);
        Tracing.keepLeaks(false);
        heap.close();
    }

    private static String here(int linesAbove) {
        StackTraceElement caller = new Throwable().getStackTrace()[1];
        return "OwnTracingTest.java:" + (caller.getLineNumber() - linesAbove);
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalStateException.class, call::run).getMessage();
    }

    // ---- errors ----

    @Test
    void namesTheLineThatClosed() {
        Box<Long> box = Box.of(heap, 1L);
        String made = here(1);
        box.close();
        String closed = here(1);
        String text = refused(box::get);
        assertTrue(text.startsWith("Box<long> is closed, expected an open one; ended at "), text);
        assertTrue(text.contains(closed) && text.contains("; made at ") && text.contains(made));
    }

    @Test
    void namesTheLineThatMoved() {
        Box<Long> box = Box.of(heap, 1L);
        try (Box<Box<Long>> outer = Box.of(heap, box)) {
            String moved = here(1);
            assertTrue(refused(box::get).contains(moved));
            Box<Long> lent = outer.get();
            outer.set(Box.of(heap, 2L));
            assertTrue(refused(lent::get).contains("was changed"));
        }
    }

    @Test
    void aMovedHandleWasMadeWhereTheFirstWas() {
        Box<Long> first = Box.of(heap, 1L);
        String made = here(1);
        Box<Long> second = first.move();
        assertTrue(Tracing.live(heap).getFirst().site().getFirst().toString().contains(made));
        second.close();
        assertEquals(List.of(), Tracing.live(heap));
    }

    @Test
    void namesTheLineOfTheGuardInTheWay() {
        try (RefCell<Long> cell = RefCell.of(heap, 1L)) {
            try (RefMut<Long> guard = cell.borrowMut()) {
                String taken = here(1);
                assertTrue(refused(cell::borrowMut).contains("; taken at "));
                assertTrue(refused(cell::borrow).contains(taken));
                guard.set(2L);
            }
            cell.borrowMut().close();
        }
    }

    // ---- leaks ----

    private static void until(BooleanSupplier happened) throws InterruptedException {
        while (!happened.getAsBoolean()) {
            System.gc();
            Thread.sleep(10);
        }
    }

    private void leak(int count) {
        for (int i = 0; i < count; i++) Box.of(heap, Box.of(heap, (long) i));
    }

    @Test
    void aLeakIsToldOnceForItsLineAndItsMemoryComesBack() throws Exception {
        for (int count : new int[] {20, 5}) {
            leak(count);
            assertEquals(2 * count, heap.stats().blocksUsed());
            until(() -> Strays.of(heap).count() == 2 * count);
            assertEquals(2 * count, Strays.of(heap).drain());
            assertEquals(0, heap.stats().blocksUsed());
            until(() -> !leaks.isEmpty());
        }
        Thread.sleep(300);
        Leak leak = leaks.remove();
        assertEquals(0, leaks.size(), "told twice");
        assertEquals("Box<Box<long>>", leak.owner());
        assertTrue(leak.site().getFirst().toString().contains("leak(OwnTracingTest"));
        assertEquals(20, leak.owners());
        assertEquals(40, leak.blocks());
        assertEquals(20 * 16, leak.bytes());
        assertTrue(leak.toString().startsWith("20 x Box<Box<long>>, 320 B, made at\n"));
    }

    @Test
    void aLeakIsKeptWhereThatIsWanted() throws Exception {
        Tracing.keepLeaks(true);
        new Object() {
            void leakKept() {
                Box.of(heap, 1L);
            }
        }.leakKept();
        until(() -> !leaks.isEmpty());
        assertEquals(8, leaks.remove().bytes());
        assertTrue(Strays.of(heap).isEmpty());
        assertEquals(1, heap.stats().blocksUsed());
    }

    @Test
    void aLeakedArcGivesItsShareUp() throws Exception {
        Arc<Box<Long>> kept = Arc.of(heap, Box.of(heap, 1L));
        kept.clone();
        assertEquals(2, kept.strongCount());
        until(() -> kept.strongCount() == 1);
        kept.close();
        assertEquals(0, heap.stats().blocksUsed());
        until(() -> !leaks.isEmpty());
    }

    @Test
    void aLeakedRcIsToldAndStays() throws Exception {
        Rc<Long> kept = Rc.of(heap, 1L);
        kept.clone();
        until(() -> !leaks.isEmpty());
        assertEquals("Rc<long>", leaks.remove().owner());
        assertEquals(2, kept.strongCount(), "its counts are this thread's");
        kept.close();
    }

    @Test
    void whatWasClosedOrMovedIsNoLeak() throws Exception {
        for (int i = 0; i < 100; i++) {
            Box<Long> inner = Box.of(heap, 1L);
            Box<Box<Long>> outer = Box.of(heap, inner);
            try (Box<Box<Long>> moved = outer.move()) {
                assertFalse(moved.isClosed());
            }
        }
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(60);
        }
        assertEquals(0, leaks.size());
        assertEquals(List.of(), Tracing.live(heap));
    }

    @Test
    void aHeapThatIsGoneIsNotTouched() throws Exception {
        leakFrom(heap);
        heap.close();
        until(() -> !leaks.isEmpty());
        assertEquals(0, leaks.remove().blocks());
    }

    private static void leakFrom(Allocator heap) {
        Box.of(heap, Box.of(heap, 1L));
    }

    // ---- levels ----

    @Test
    void oneIn128IsSampledAndNoneIsOff() {
        Tracing.level(Tracing.Level.SAMPLED);
        List<Box<Long>> boxes = new ArrayList<>();
        for (int i = 0; i < 1280; i++) boxes.add(Box.of(heap, 1L));
        assertEquals(10, Tracing.live(heap).getFirst().owners());
        boxes.forEach(Box::close);
        assertEquals(List.of(), Tracing.live(heap));
        Tracing.level(Tracing.Level.OFF);
        try (Box<Long> box = Box.of(heap, 1L)) {
            assertEquals(List.of(), Tracing.live(heap));
            assertEquals(1L, box.get());
        }
    }

    @Test
    void sharedBlocksAreCountedOnce() {
        try (Rc<Box<Long>> a = Rc.of(heap, Box.of(heap, 1L));
                Rc<Box<Long>> b = a.clone()) {
            assertTrue(a.isSame(b));
            long blocks = Tracing.live(heap).stream().mapToLong(Leak::blocks).sum();
            assertEquals(2, blocks);
            assertEquals(2, a.strongCount());
        }
    }
}
