package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.check.FailingAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each allocation in turn finds no room: nothing leaks, and what was to be moved in is still the
/// caller's.
@Tag("both")
class OwnFailuresTest {

    private static Arguments kind(String name, BiFunction<Allocator, Box<Long>, Owner> of) {
        return Arguments.of(name, of);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("Box", Box::of),
                kind("Rc", Rc::of),
                kind("Arc", Arc::of),
                kind("Cell", Cell::of),
                kind("RefCell", RefCell::of),
                kind("Mutex", Mutex::of));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aFailureLeavesTheValueToTheCaller(
            String name, BiFunction<Allocator, Box<Long>, Owner> of) {
        FailingAllocator.failEach(
                OwnHeap::open,
                heap -> {
                    try (Box<Long> value = Box.of(heap, 7L)) {
                        try (Owner owner = of.apply(heap, value)) {
                            assertEquals(name + "<Box<long>>", owner.toString());
                        } catch (HeapExhaustedException noRoom) {
                            assertFalse(value.isClosed());
                            assertEquals(7L, value.get());
                            throw noRoom;
                        }
                    }
                });
    }

    @Test
    void boxesOfPrimitives() {
        FailingAllocator.failEach(
                OwnHeap::open,
                heap -> {
                    try (IntBox a = IntBox.of(heap, 1);
                            LongBox b = LongBox.of(heap, 2);
                            DoubleBox c = DoubleBox.of(heap, 3)) {
                        a.set(4);
                        assertEquals(9.0, a.get() + b.get() + c.get());
                    }
                });
    }

    record Node(int value, Optional<Box<Node>> next) {}

    @Test
    void changesBelowAnOwner() {
        FailingAllocator.failEach(
                OwnHeap::open,
                heap -> {
                    Type<Node> type = Type.of(Node.class);
                    try (Box<Node> first = Box.of(heap, type, new Node(1, Optional.empty()))) {
                        Node before = first.get();
                        try {
                            Box<Node> next = Box.of(heap, type, new Node(3, Optional.empty()));
                            first.set(new Node(2, Optional.of(next)));
                            Box<Node> lent = first.get().next().orElseThrow();
                            lent.set(
                                    new Node(
                                            4,
                                            Optional.of(
                                                    Box.of(
                                                            heap,
                                                            type,
                                                            new Node(5, Optional.empty())))));
                            assertEquals(4, lent.get().value());
                        } catch (HeapExhaustedException noRoom) {
                            if (before.equals(first.get())) throw noRoom;
                            assertEquals(2, first.get().value());
                            assertEquals(3, first.get().next().orElseThrow().get().value());
                            throw noRoom;
                        }
                    }
                });
    }

    @Test
    void guardsTakeNoMemory() {
        try (Allocator heap = OwnHeap.open();
                RefCell<Box<Long>> cell = RefCell.of(heap, Box.of(heap, 1L));
                Mutex<Long> mutex = Mutex.of(heap, 1L)) {
            long before = heap.stats().allocations();
            try (var guard = cell.borrowMut();
                    var lock = mutex.lock()) {
                guard.get().set(lock.get() + 1);
                lock.set(3L);
            }
            assertEquals(before, heap.stats().allocations());
        }
    }
}
