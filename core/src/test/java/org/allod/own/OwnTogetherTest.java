package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Owners in owners: collections of texts, guards of collections, records of all of them.
@Tag("both")
class OwnTogetherTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    record Person(Text name, int age, Vec<Text> titles, Optional<Rc<RefCell<Text>>> note) {}

    private Text text(String text) {
        return Text.of(heap.get(), text);
    }

    private Vec<Text> texts(String... all) {
        Vec<Text> texts = Vec.of(heap.get(), Text.TYPE);
        for (String each : all) texts.push(text(each));
        return texts;
    }

    @Test
    void elementsAreChangedWhileTheyAreIterated() {
        try (Vec<Text> texts = texts("a", "b", "c")) {
            for (Text each : texts.asList()) each.push(" and a text that grows out of its block");
            assertTrue(texts.get(2).toString().startsWith("c and a text"));
            assertThrows(
                    ConcurrentModificationException.class,
                    () -> {
                        for (Text each : texts.asList()) {
                            if (each.size() > 0) texts.push(text("one more"));
                        }
                    });
        }
    }

    @Test
    void aBorrowOfAnElementIsOverWhenAnotherOneChanges() {
        try (Vec<Text> texts = texts("a", "b")) {
            Text a = texts.get(0);
            Text b = texts.get(1);
            assertTrue(a.compareTo(b) < 0);
            b.push("!");
            assertEquals("b!", b.toString());
            assertThrows(IllegalStateException.class, a::size);
            texts.push(text("c"));
            assertThrows(IllegalStateException.class, b::size);
            assertEquals("a", texts.get(0).toString());
        }
    }

    @Test
    void aChangeReachesTheSlotThroughTwoLevels() {
        try (Vec<Vec<Text>> rows = Vec.of(heap.get(), Vec.type(Text.TYPE))) {
            rows.push(texts("a"));
            rows.push(texts("b", "c"));
            Vec<Text> row = rows.get(0);
            for (int i = 0; i < 100; i++) row.push(text("text " + i));
            row.get(50).push(", changed");
            assertEquals(101, rows.get(0).size());
            assertEquals("text 49, changed", rows.get(0).get(50).toString());
            assertEquals(101, row.size(), "the borrow that changed is good");
            try (Vec<Text> out = rows.remove(0)) {
                assertEquals(101, out.size());
                assertThrows(IllegalStateException.class, row::size);
            }
            assertEquals("c", rows.get(0).get(1).toString());
        }
    }

    @Test
    void recordsHoldThemAll() {
        Type<Person> type = Type.of(Person.class);
        assertEquals(24 + 8 + 24 + 8, type.size());
        try (Vec<Person> people = Vec.of(heap.get(), type)) {
            Rc<RefCell<Text>> note = Rc.of(heap.get(), RefCell.of(heap.get(), text("shared")));
            for (int i = 0; i < 20; i++) {
                people.push(
                        new Person(
                                text("person " + i),
                                i,
                                texts("Dr", "Prof"),
                                i % 2 == 0 ? Optional.empty() : Optional.of(note.clone())));
            }
            assertEquals(11, note.strongCount());
            note.close();
            try (RefMut<Text> guard = people.get(3).note().orElseThrow().get().borrowMut()) {
                guard.get().push("!");
                assertThrows(IllegalStateException.class, people::pop);
            }
            try (Ref<Text> guard = people.get(5).note().orElseThrow().get().borrow()) {
                assertEquals("shared!", guard.get().toString());
            }
            Person last = people.pop();
            assertEquals("person 19", last.name().toString());
            assertEquals(List.of(2L, 19L), List.of(last.titles().size(), (long) last.age()));
            last.name().close();
            last.titles().close();
            last.note().orElseThrow().close();
        }
    }

    @Test
    void aLockedMapIsSharedByThreads() throws Exception {
        try (Mutex<BTreeMap<Text, Long>> made =
                        Mutex.of(heap.get(), BTreeMap.of(heap.get(), Text.TYPE, Type.LONG));
                Arc<Mutex<BTreeMap<Text, Long>>> map = Arc.of(heap.get(), made)) {
            try (var guard = map.get().lock()) {
                guard.get().insert(text("one"), 1L);
                guard.get().insert(text("two"), 2L);
            }
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var guard = map.get().lock()) {
                                    guard.get().insert(text("three"), 3L);
                                }
                            });
            other.join();
            try (var guard = map.get().lock();
                    Text two = text("two")) {
                assertEquals(3, guard.get().size());
                assertEquals(2L, guard.get().get(two));
            }
        }
    }

    @Test
    void anArcTakesNoCollectionOfRcs() {
        try (Vec<Rc<Long>> counted = Vec.of(heap.get(), Rc.type(Type.LONG))) {
            assertThrows(IllegalArgumentException.class, () -> Arc.of(heap.get(), counted));
            counted.push(Rc.of(heap.get(), 1L));
        }
    }
}
