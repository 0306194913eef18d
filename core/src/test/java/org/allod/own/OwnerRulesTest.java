package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The five rules of [Owner], each on every kind of owner that it is about.
@Tag("both")
class OwnerRulesTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    record Pair(Box<Long> left, Box<Long> right) {}

    /// Makes an owner of each kind.
    private interface Maker {
        Owner make(Allocator heap);
    }

    private static Arguments kind(String name, Maker maker) {
        return Arguments.of(name, maker);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("Box<long>", h -> Box.of(h, 1L)),
                kind("IntBox", h -> IntBox.of(h, 1)),
                kind("LongBox", h -> LongBox.of(h, 1)),
                kind("DoubleBox", h -> DoubleBox.of(h, 1)),
                kind("Box<Rc<long>>", h -> Box.of(h, Rc.of(h, 1L))),
                kind("Rc<long>", h -> Rc.of(h, 1L)),
                kind("Arc<long>", h -> Arc.of(h, 1L)),
                kind("Weak<long>", OwnerRulesTest::weak),
                kind("ArcWeak<long>", OwnerRulesTest::arcWeak),
                kind("Cell<long>", h -> Cell.of(h, 1L)),
                kind("RefCell<Box<long>>", h -> RefCell.of(h, Box.of(h, 1L))),
                kind("Mutex<Box<long>>", h -> Mutex.of(h, Box.of(h, 1L))));
    }

    private static Owner weak(Allocator heap) {
        try (Rc<Long> strong = Rc.of(heap, 1L)) {
            return strong.downgrade();
        }
    }

    private static Owner arcWeak(Allocator heap) {
        try (Arc<Long> strong = Arc.of(heap, 1L)) {
            return strong.downgrade();
        }
    }

    /// What may be called on an owner that has ended, and must throw.
    private static void assertEnded(Owner owner, String name, String how) {
        Consumer<Owner>[] calls = calls(owner);
        for (Consumer<Owner> call : calls) {
            var refusal = assertThrows(IllegalStateException.class, () -> call.accept(owner));
            String expected = name + " is " + how + ", expected an open one";
            assertTrue(refusal.getMessage().startsWith(expected), refusal::getMessage);
        }
        assertTrue(owner.isClosed());
        assertEquals(name + " (ended)", owner.toString());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Consumer<Owner>[] calls(Owner owner) {
        Stream<Consumer<?>> calls =
                switch (owner) {
                    case Box<?> o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.move(),
                                    b -> o.take(),
                                    b -> o.leak(),
                                    b -> ((Box) o).set(1L),
                                    b -> ((Box) o).replace(1L));
                    case IntBox o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.set(1),
                                    b -> o.replace(1),
                                    b -> o.move(),
                                    b -> o.take(),
                                    b -> o.leak());
                    case LongBox o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.set(1),
                                    b -> o.replace(1),
                                    b -> o.move(),
                                    b -> o.take(),
                                    b -> o.leak());
                    case DoubleBox o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.set(1),
                                    b -> o.replace(1),
                                    b -> o.move(),
                                    b -> o.take(),
                                    b -> o.leak());
                    case Rc<?> o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.clone(),
                                    b -> o.downgrade(),
                                    b -> o.strongCount(),
                                    b -> o.weakCount(),
                                    b -> o.move(),
                                    b -> o.tryUnwrap(),
                                    b -> ((Rc) o).isSame(o));
                    case Arc<?> o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> o.clone(),
                                    b -> o.downgrade(),
                                    b -> o.strongCount(),
                                    b -> o.weakCount(),
                                    b -> o.move(),
                                    b -> o.tryUnwrap(),
                                    b -> ((Arc) o).isSame(o));
                    case Weak<?> o ->
                            Stream.of(
                                    b -> o.upgrade(),
                                    b -> o.clone(),
                                    b -> o.move(),
                                    b -> o.strongCount());
                    case ArcWeak<?> o ->
                            Stream.of(
                                    b -> o.upgrade(),
                                    b -> o.clone(),
                                    b -> o.move(),
                                    b -> o.strongCount());
                    case Cell<?> o ->
                            Stream.of(
                                    b -> o.get(),
                                    b -> ((Cell) o).set(1L),
                                    b -> ((Cell) o).replace(1L),
                                    b -> ((Cell) o).swap((Cell) o),
                                    b -> o.take(),
                                    b -> o.move());
                    case RefCell<?> o ->
                            Stream.of(
                                    b -> o.borrow(),
                                    b -> o.borrowMut(),
                                    b -> o.tryBorrow(),
                                    b -> o.tryBorrowMut(),
                                    b -> o.take(),
                                    b -> o.move(),
                                    b -> ((RefCell) o).replace(1L));
                    case Mutex<?> o ->
                            Stream.of(
                                    b -> o.lock(), b -> o.tryLock(), b -> o.take(), b -> o.move());
                    default -> Stream.empty();
                };
        return calls.toArray(Consumer[]::new);
    }

    // ---- 1 and 2: the end ----

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void closingFreesAllAndTwiceIsOnce(String name, Maker maker) {
        Owner owner = maker.make(heap.get());
        assertTrue(heap.blocks() > 0);
        assertFalse(owner.isClosed());
        assertEquals(name, owner.toString());
        owner.close();
        assertEquals(0, heap.blocks());
        owner.close();
        assertEquals(0, owner.length);
        assertEquals(0, owner.address);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void everyCallAfterTheCloseThrows(String name, Maker maker) {
        Owner owner = maker.make(heap.get());
        owner.close();
        assertEnded(owner, name, "closed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aMoveEndsTheOldHandleOnly(String name, Maker maker) throws Exception {
        Owner old = maker.make(heap.get());
        long blocks = heap.blocks();
        Owner moved = (Owner) old.getClass().getMethod("move").invoke(old);
        assertEquals(blocks, heap.blocks());
        assertEnded(old, name, "moved");
        old.close();
        assertEquals(blocks, heap.blocks(), "closed by a handle that was moved");
        moved.close();
    }

    // ---- 3: moving in ----

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    @SuppressWarnings("unchecked")
    void whatIsMovedInIsDroppedWithTheContainer(String name, Maker maker) {
        Owner owner = maker.make(heap.get());
        Type<Owner> type = (Type<Owner>) owner.type();
        try (Box<Owner> box = Box.of(heap.get(), type, owner)) {
            assertEnded(owner, name, "moved");
            assertEquals(name, box.get().toString());
        }
        assertEquals(0, heap.blocks());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    @SuppressWarnings("unchecked")
    void whatIsTakenOutIsOwned(String name, Maker maker) {
        Owner owner = maker.make(heap.get());
        Box<Owner> box = Box.of(heap.get(), (Type<Owner>) owner.type(), owner);
        Owner taken = box.take();
        assertEnded(box, "Box<" + name + ">", "taken");
        assertEquals(name, taken.toString());
        taken.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    @SuppressWarnings("unchecked")
    void anotherAllocatorsIsRefused(String name, Maker maker) {
        try (Allocator other = OwnHeap.open();
                Owner foreign = maker.make(other)) {
            Type<Owner> type = (Type<Owner>) foreign.type();
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Box.of(heap.get(), type, foreign));
            assertTrue(refusal.getMessage().contains("of another allocator"), name);
            assertFalse(foreign.isClosed());
        }
    }

    @Test
    void anOwnerOfAnotherTypeIsRefused() {
        try (Box<Long> plain = Box.of(heap.get(), Type.LONG, 1L)) {
            Type<Box<Long>> other = Box.type(Type.nullable(Type.LONG));
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class, () -> Box.of(heap.get(), other, plain));
            assertEquals("value=Box<long>, expected a Box<long?>", refusal.getMessage());
        }
    }

    record Node(int value, Optional<Box<Node>> next) {}

    @Test
    void anOwnerCannotOwnItself() {
        Type<Node> type = Type.of(Node.class);
        try (Box<Node> node = Box.of(heap.get(), type, new Node(1, Optional.empty()))) {
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> node.set(new Node(2, Optional.of(node))));
            assertTrue(refusal.getMessage().contains("is the container"), refusal.getMessage());
            assertEquals(1, node.get().value());
        }
    }

    // ---- 4: borrows ----

    @Test
    void aBorrowCannotBeClosedMovedOrTaken() {
        try (Box<Box<Long>> outer = Box.of(heap.get(), Box.of(heap.get(), 1L))) {
            Box<Long> borrow = outer.get();
            String text = "Box<long> is a borrow, expected an owner to be ";
            assertEquals(text + "closed", refused(borrow::close));
            assertEquals(text + "moved", refused(borrow::move));
            assertEquals(text + "taken", refused(borrow::take));
            assertEquals(text + "leaked", refused(borrow::leak));
            assertEquals(text + "moved", refused(() -> Box.of(heap.get(), borrow)));
            assertEquals(1L, outer.get().get());
        }
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalStateException.class, call::run).getMessage();
    }

    @Test
    void aBorrowIsOverWhenItsLenderChangesMovesOrCloses() {
        Box<Box<Long>> outer = Box.of(heap.get(), Box.of(heap.get(), 1L));
        Box<Long> first = outer.get();
        assertEquals(1L, first.get());
        outer.set(Box.of(heap.get(), 2L));
        String over =
                "Box<long> is a borrow that is over, expected a good one: Box<Box<long>> was ";
        assertEquals(over + "changed", refused(first::get));
        Box<Long> second = outer.get();
        assertEquals(2L, second.get());
        Box<Box<Long>> moved = outer.move();
        assertEquals(over + "moved", refused(second::get));
        Box<Long> third = moved.get();
        moved.close();
        assertEquals(over + "closed", refused(third::get));
    }

    @Test
    void aChangeThroughABorrowEndsTheOthersOnly() {
        try (Box<Box<Box<Long>>> outer =
                Box.of(heap.get(), Box.of(heap.get(), Box.of(heap.get(), 1L)))) {
            Box<Box<Long>> middle = outer.get();
            Box<Box<Long>> other = outer.get();
            Box<Long> below = middle.get();
            Box<Long> belowOther = other.get();
            middle.set(Box.of(heap.get(), 2L));
            assertThrows(IllegalStateException.class, below::get);
            assertThrows(IllegalStateException.class, other::get);
            assertThrows(IllegalStateException.class, belowOther::get);
            assertEquals(2L, middle.get().get());
            assertEquals(2L, outer.get().get().get());
        }
    }

    @Test
    void settingAPlainValueEndsNoBorrow() {
        try (Box<Box<Long>> outer = Box.of(heap.get(), Box.of(heap.get(), 1L))) {
            Box<Long> one = outer.get();
            Box<Long> other = outer.get();
            one.set(5L);
            assertEquals(5L, other.get());
        }
    }

    @Test
    void borrowsOfARecordAreOverTogether() {
        Type<Pair> type = Type.of(Pair.class);
        Pair pair = new Pair(Box.of(heap.get(), 1L), Box.of(heap.get(), 2L));
        try (Box<Pair> box = Box.of(heap.get(), type, pair)) {
            Pair lent = box.get();
            assertEquals(1L, lent.left().get());
            Pair old = box.replace(new Pair(Box.of(heap.get(), 3L), Box.of(heap.get(), 4L)));
            assertThrows(IllegalStateException.class, lent.right()::get);
            assertEquals(2L, old.right().take());
            old.left().close();
            assertEquals(4L, box.get().right().get());
        }
    }

    // ---- 5: what is shared ----

    @Test
    void whatACountedOwnerLendsCannotBeChanged() {
        try (Rc<Box<Long>> rc = Rc.of(heap.get(), Box.of(heap.get(), 1L));
                Arc<Box<Box<Long>>> arc =
                        Arc.of(heap.get(), Box.of(heap.get(), Box.of(heap.get(), 2L)))) {
            String text = " is lent to be looked at, expected one that is owned, or in a RefCell";
            assertTrue(refused(() -> rc.get().set(2L)).startsWith("Box<long>" + text));
            assertTrue(refused(() -> arc.get().get().set(2L)).startsWith("Box<long>" + text));
            assertThrows(IllegalStateException.class, () -> arc.get().replace(null));
            assertEquals(1L, rc.get().get());
            assertEquals(2L, arc.get().get().get());
        }
    }

    // ---- long chains ----

    @Test
    void aLongListIsWalkedByBorrowsInLinearTime() throws Exception {
        Type<Node> type = Type.of(Node.class);
        Box<Node> list = Box.of(heap.get(), type, new Node(0, Optional.empty()));
        int nodes = 20_000;
        for (int i = 1; i < nodes; i++) {
            list = Box.of(heap.get(), type, new Node(i, Optional.of(list)));
        }
        Box<Node> first = list;
        OwnHeap.onSmallStack(() -> {
            int seen = 0;
            Box<Node> last = null;
            for (Box<Node> at = first; at != null; seen++) {
                last = at;
                at = at.get().next().orElse(null);
            }
            assertEquals(nodes, seen);
            last.set(new Node(-1, Optional.empty()));
            assertEquals(-1, last.get().value());
            assertEquals(nodes - 1, first.get().value());
        });
        list.close();
    }

    @Test
    void aDeepChangeLeavesTheBorrowsItWentThrough() {
        try (Box<Box<Box<Long>>> root =
                Box.of(heap.get(), Box.of(heap.get(), Box.of(heap.get(), 1L)))) {
            Box<Box<Long>> upper = root.get();
            Box<Box<Long>> otherUpper = root.get();
            Box<Long> lower = upper.get();
            Box<Long> otherLower = otherUpper.get();
            upper.set(Box.of(heap.get(), 2L));
            Box<Long> fresh = upper.get();
            assertEquals(2L, fresh.get());
            assertThrows(IllegalStateException.class, lower::get);
            assertThrows(IllegalStateException.class, otherLower::get);
            assertThrows(IllegalStateException.class, otherUpper::get);
            upper.replace(Box.of(heap.get(), 3L)).close();
            assertThrows(IllegalStateException.class, fresh::get);
            assertEquals(3L, upper.get().get());
        }
    }

    @Test
    void aLongListIsDroppedWithoutADeepStack() throws Exception {
        Type<Node> type = Type.of(Node.class);
        Box<Node> list = null;
        for (int i = 0; i < 10_000; i++) {
            list = Box.of(heap.get(), type, new Node(i, Optional.ofNullable(list)));
        }
        assertEquals(10_000, heap.blocks());
        OwnHeap.onSmallStack(list::close);
    }
}
