package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Rc, Weak, Arc, ArcWeak: what is counted, and when the value and the block go.
@Tag("both")
class CountedTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    @Test
    void theValueGoesWithTheLastStrongOwner() {
        Rc<Box<Long>> a = Rc.of(heap.get(), Box.of(heap.get(), 7L));
        Rc<Box<Long>> b = a.clone();
        assertTrue(a.isSame(b));
        assertEquals(2, a.strongCount());
        a.close();
        assertEquals(7L, b.get().get());
        assertEquals(1, b.strongCount());
        b.close();
        assertEquals(0, heap.blocks());
    }

    @Test
    void theBlockStaysForWeakOwners() {
        Rc<Box<Long>> strong = Rc.of(heap.get(), Box.of(heap.get(), 7L));
        Weak<Box<Long>> weak = strong.downgrade();
        assertEquals(1, strong.weakCount());
        try (Rc<Box<Long>> again = weak.upgrade()) {
            assertEquals(7L, again.get().get());
            assertEquals(2, weak.strongCount());
        }
        strong.close();
        assertEquals(1, heap.blocks(), "the value's box is gone, the block is not");
        assertNull(weak.upgrade());
        Weak<Box<Long>> other = weak.clone();
        weak.close();
        assertEquals(1, heap.blocks());
        other.close();
    }

    @Test
    void anArcCountsTheSame() {
        Arc<Box<Long>> strong = Arc.of(heap.get(), Box.of(heap.get(), 7L));
        ArcWeak<Box<Long>> weak = strong.downgrade();
        Arc<Box<Long>> other = strong.clone();
        assertEquals(2, strong.strongCount());
        assertEquals(1, strong.weakCount());
        strong.close();
        try (Arc<Box<Long>> again = weak.upgrade()) {
            assertTrue(again.isSame(other));
        }
        other.close();
        assertNull(weak.upgrade());
        assertEquals(1, heap.blocks());
        weak.close();
    }

    @Test
    void unwrapsTheLastOnly() {
        Rc<Box<Long>> a = Rc.of(heap.get(), Box.of(heap.get(), 7L));
        Rc<Box<Long>> b = a.clone();
        assertEquals(Optional.empty(), a.tryUnwrap());
        assertFalse(a.isClosed());
        b.close();
        Weak<Box<Long>> weak = a.downgrade();
        try (Box<Long> value = a.tryUnwrap().orElseThrow()) {
            assertEquals(7L, value.get());
            assertNull(weak.upgrade());
        }
        assertTrue(a.isClosed());
        weak.close();
        try (Arc<Long> arc = Arc.of(heap.get(), 8L)) {
            assertEquals(Optional.of(8L), arc.tryUnwrap());
            assertTrue(arc.isClosed());
        }
    }

    // ---- graphs ----

    record Tree(int id, RefCell<Optional<Weak<Tree>>> parent, RefCell<Optional<Rc<Tree>>> child) {}

    private Rc<Tree> tree(int id) {
        Type<Optional<Weak<Tree>>> parent = Type.optional(Weak.type(Type.of(Tree.class)));
        Type<Optional<Rc<Tree>>> child = Type.optional(Rc.type(Type.of(Tree.class)));
        return Rc.of(
                heap.get(),
                Type.of(Tree.class),
                new Tree(
                        id,
                        RefCell.of(heap.get(), parent, Optional.empty()),
                        RefCell.of(heap.get(), child, Optional.empty())));
    }

    @Test
    void aRingWithAWeakLinkIsFreed() {
        Rc<Tree> parent = tree(1);
        Rc<Tree> child = tree(2);
        try (var up = child.get().parent().borrowMut()) {
            up.set(Optional.of(parent.downgrade()));
        }
        try (var down = parent.get().child().borrowMut()) {
            down.set(Optional.of(child.move()));
        }
        try (var down = parent.get().child().borrow()) {
            Rc<Tree> lent = down.get().orElseThrow();
            assertEquals(2, lent.get().id());
            try (var up = lent.get().parent().borrow();
                    Rc<Tree> back = up.get().orElseThrow().upgrade()) {
                assertEquals(1, back.get().id());
            }
        }
        parent.close();
        assertEquals(0, heap.blocks());
    }

    @Test
    void aLongChainOfCountedOwnersIsDroppedWithoutADeepStack() throws Exception {
        OwnHeap.onSmallStack(() -> {
            Rc<Tree> first = tree(0);
            Rc<Tree> last = first.clone();
            for (int i = 1; i < 3_000; i++) {
                Rc<Tree> next = tree(i);
                try (var down = last.get().child().borrowMut()) {
                    down.set(Optional.of(next.clone()));
                }
                last.close();
                last = next;
            }
            last.close();
            assertEquals(9_000, heap.blocks());
            first.close();
        });
    }

    // ---- threads ----

    @Test
    void anRcIsForOneThread() throws Exception {
        Rc<Long> rc = Rc.of(heap.get(), 1L);
        Weak<Long> weak = rc.downgrade();
        Box<Rc<Long>> box = Box.of(heap.get(), rc.clone());
        List<Runnable> calls =
                List.of(
                        rc::get,
                        rc::clone,
                        rc::close,
                        rc::move,
                        rc::downgrade,
                        rc::tryUnwrap,
                        rc::strongCount,
                        rc::weakCount,
                        () -> rc.isSame(rc),
                        weak::upgrade,
                        weak::clone,
                        weak::close,
                        weak::strongCount,
                        () -> box.get().get());
        try (var pool = Executors.newSingleThreadExecutor()) {
            for (Runnable call : calls) {
                var refusal = assertThrows(ExecutionException.class, () -> pool.submit(call).get());
                assertEquals(WrongThreadException.class, refusal.getCause().getClass());
                assertTrue(refusal.getCause().getMessage().contains("an Arc is for any"));
            }
        }
        assertEquals(2, rc.strongCount());
        assertEquals(1, rc.weakCount());
        box.close();
        weak.close();
        rc.close();
    }

    @Test
    void aContainerThatDropsAnRcElsewhereSaysSo() throws Exception {
        Rc<Long> rc = Rc.of(heap.get(), 1L);
        Box<Rc<Long>> box = Box.of(heap.get(), rc.clone());
        try (var pool = Executors.newSingleThreadExecutor()) {
            var refusal =
                    assertThrows(ExecutionException.class, () -> pool.submit(box::close).get());
            assertEquals(WrongThreadException.class, refusal.getCause().getClass());
        }
        assertTrue(box.isClosed(), "cleanly closed");
        assertEquals(1, heap.blocks(), "the box is gone, the value is not");
        assertEquals(2, rc.strongCount());
        Counts.dropStrong(rc.address, Rc.COUNTS);
        rc.close();
    }

    @Test
    void anArcWantsAnAllocatorForAnyThread() {
        try (Allocator single = new BuddyAllocator(Region.reserved(1 << 20))) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> Arc.of(single, 1L));
            assertTrue(refusal.getMessage().startsWith("allocator=BuddyAllocator is for one"));
        }
    }

    @Test
    void anArcTakesOnlyWhatAnyThreadMayLookAt() {
        Cell<Long> cell = Cell.of(heap.get(), 1L);
        RefCell<Long> refCell = RefCell.of(heap.get(), 1L);
        Rc<Long> rc = Rc.of(heap.get(), 1L);
        Box<Rc<Long>> box = Box.of(heap.get(), rc.clone());
        for (Owner each : List.of(cell, refCell, rc, box)) {
            var refusal =
                    assertThrows(IllegalArgumentException.class, () -> Arc.of(heap.get(), each));
            assertTrue(refusal.getMessage().startsWith("type=" + each), refusal.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> Mutex.of(heap.get(), box));
        try (Mutex<Cell<Long>> locked = Mutex.of(heap.get(), cell.move());
                Arc<Mutex<Cell<Long>>> arc = Arc.of(heap.get(), locked)) {
            try (var guard = arc.get().lock()) {
                guard.get().set(2L);
                assertEquals(2L, guard.get().get());
            }
        }
        refCell.close();
        box.close();
        rc.close();
    }
}
