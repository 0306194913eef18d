package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Allocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Cell, RefCell and their guards.
@Tag("both")
class CellTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    private static String refused(Runnable call) {
        return assertThrows(IllegalStateException.class, call::run).getMessage();
    }

    // ---- Cell ----

    @Test
    void aCellIsSetThroughWhatIsShared() {
        try (Rc<Cell<Long>> a = Rc.of(heap.get(), Cell.of(heap.get(), 1L));
                Rc<Cell<Long>> b = a.clone()) {
            a.get().set(2L);
            assertEquals(2L, b.get().get());
            assertEquals(2L, b.get().replace(3L));
            assertEquals(3L, a.get().get());
        }
    }

    @Test
    void aCellOfAnOwnerLendsNothing() {
        try (Cell<Box<Long>> cell = Cell.of(heap.get(), Box.of(heap.get(), 1L))) {
            assertThrows(UnsupportedOperationException.class, cell::get);
            try (Box<Long> old = cell.replace(Box.of(heap.get(), 2L))) {
                assertEquals(1L, old.get());
            }
            cell.set(Box.of(heap.get(), 3L));
            assertEquals(2, heap.blocks());
            try (Box<Long> last = cell.take()) {
                assertEquals(3L, last.get());
            }
        }
    }

    @Test
    void cellsSwap() {
        try (Cell<Box<Long>> a = Cell.of(heap.get(), Box.of(heap.get(), 1L));
                Cell<Box<Long>> b = Cell.of(heap.get(), Box.of(heap.get(), 2L));
                Allocator other = OwnHeap.open();
                Cell<Box<Long>> foreign = Cell.of(other, Box.of(other, 3L))) {
            a.swap(b);
            a.swap(a);
            assertThrows(IllegalArgumentException.class, () -> a.swap(foreign));
            try (Box<Long> two = a.replace(Box.of(heap.get(), 9L))) {
                assertEquals(2L, two.get());
            }
        }
    }

    // ---- RefCell ----

    @Test
    void manyLookOrOneChanges() {
        try (RefCell<Long> cell = RefCell.of(heap.get(), 1L)) {
            Ref<Long> two = cell.borrow();
            try (Ref<Long> one = cell.borrow()) {
                assertEquals(1L, one.get() * two.get());
                assertNull(cell.tryBorrowMut());
                assertEquals(
                        "RefCell<long> is being looked at, expected nobody while it is changed",
                        refused(cell::borrowMut));
                two.close();
                assertNull(cell.tryBorrowMut());
            }
            try (RefMut<Long> one = cell.borrowMut()) {
                one.set(2L);
                assertNull(cell.tryBorrow());
                assertNull(cell.tryBorrowMut());
                String text = "RefCell<long> is being changed, expected nobody while it is ";
                assertEquals(text + "looked at", refused(cell::borrow));
                assertEquals(text + "changed", refused(cell::borrowMut));
                assertEquals(2L, one.replace(3L));
            }
            try (RefMut<Long> again = cell.tryBorrowMut()) {
                assertEquals(3L, again.get());
            }
            assertEquals(3L, cell.replace(4L));
        }
    }

    @Test
    void aGuardsBorrowsEndWithIt() {
        try (RefCell<Box<Long>> cell = RefCell.of(heap.get(), Box.of(heap.get(), 1L))) {
            RefMut<Box<Long>> guard = cell.borrowMut();
            Box<Long> lent = guard.get();
            lent.set(2L);
            guard.close();
            guard.close();
            assertEquals(
                    "Box<long> is a borrow that is over, expected a good one:"
                            + " RefMut<Box<long>> was closed",
                    refused(lent::get));
            assertEquals("RefMut<Box<long>> is closed, expected an open one", refused(guard::get));
            try (Ref<Box<Long>> looking = cell.borrow()) {
                Box<Long> look = looking.get();
                assertEquals(2L, look.get());
                assertTrue(refused(() -> look.set(3L)).contains("is lent to be looked at"));
            }
        }
    }

    @Test
    void whatAGuardWasTakenThroughStaysAsItIs() {
        try (Box<RefCell<Box<Long>>> box =
                Box.of(heap.get(), RefCell.of(heap.get(), Box.of(heap.get(), 1L)))) {
            RefCell<Box<Long>> cell = box.get();
            RefMut<Box<Long>> guard = cell.borrowMut();
            String text = "Box<RefCell<Box<long>>> has 1 open guard(s) in it, expected";
            assertTrue(refused(box::close).startsWith(text));
            assertTrue(refused(box::move).startsWith(text));
            assertTrue(refused(box::take).startsWith(text));
            RefCell<Box<Long>> other = RefCell.of(heap.get(), Box.of(heap.get(), 9L));
            assertTrue(refused(() -> box.set(other)).startsWith(text));
            assertFalse(other.isClosed());
            assertEquals(1L, guard.get().get());
            guard.set(Box.of(heap.get(), 2L));
            guard.close();
            box.set(other);
            assertThrows(IllegalStateException.class, cell::borrow);
        }
    }

    @Test
    void aSiblingCannotChangeUnderAGuard() {
        record Pair(RefCell<Long> cell, Box<Box<Long>> box) {}
        Pair pair =
                new Pair(RefCell.of(heap.get(), 1L), Box.of(heap.get(), Box.of(heap.get(), 2L)));
        try (Box<Pair> box = Box.of(heap.get(), pair)) {
            Pair lent = box.get();
            RefMut<Long> guard = lent.cell().borrowMut();
            try (Box<Long> fresh = Box.of(heap.get(), 3L)) {
                assertTrue(refused(() -> lent.box().set(fresh)).contains("1 open guard(s)"));
                assertFalse(fresh.isClosed());
            }
            guard.set(5L);
            guard.close();
            lent.box().set(Box.of(heap.get(), 3L));
            assertEquals(3L, box.get().box().get().get());
            try (Ref<Long> five = box.get().cell().borrow()) {
                assertEquals(5L, five.get());
            }
        }
    }

    @Test
    void guardsInGuardsCloseFromTheInside() {
        try (RefCell<RefCell<Long>> outer = RefCell.of(heap.get(), RefCell.of(heap.get(), 1L))) {
            RefMut<RefCell<Long>> out = outer.borrowMut();
            RefMut<Long> in = out.get().borrowMut();
            assertTrue(refused(out::close).contains("1 open guard(s)"));
            assertTrue(refused(() -> out.replace(null)).contains("1 open guard(s)"));
            in.set(2L);
            in.close();
            out.close();
            assertNotNull(outer.toString());
        }
    }

    @Test
    void aHandleWithAGuardKeepsTheSharedCell() {
        Rc<RefCell<Box<Long>>> a =
                Rc.of(heap.get(), RefCell.of(heap.get(), Box.of(heap.get(), 1L)));
        Rc<RefCell<Box<Long>>> b = a.clone();
        RefMut<Box<Long>> guard = a.get().borrowMut();
        assertNull(b.get().tryBorrow());
        assertTrue(refused(a::close).contains("1 open guard(s)"));
        b.close();
        guard.get().set(2L);
        guard.close();
        a.close();
    }
}
