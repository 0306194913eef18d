package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.check.CheckedAllocator;
import org.allod.check.FailingAllocator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each allocation of each operation fails in turn: nothing leaks, nothing is half changed.
class CollectionsFailureTest {

    private static Allocator heap() {
        return CheckedAllocator.of(new BuddyAllocator(Region.reserved(1 << 24)));
    }

    /// Makes an owner, does something to it that may fail, and sees that it is as before.
    ///
    /// @param make the owner
    /// @param show all that can be seen of it
    /// @param act what may fail; it gives back what it took in vain
    private static <O extends Owner> DynamicTest fails(
            String name,
            Function<Allocator, O> make,
            Function<O, Object> show,
            BiConsumer<Allocator, O> act) {
        return DynamicTest.dynamicTest(
                name,
                () ->
                        FailingAllocator.failEach(
                                CollectionsFailureTest::heap,
                                heap -> {
                                    try (O owner = make.apply(heap)) {
                                        Object before = show.apply(owner);
                                        try {
                                            act.accept(heap, owner);
                                        } catch (HeapExhaustedException failed) {
                                            assertEquals(before, show.apply(owner));
                                            throw failed;
                                        }
                                    }
                                }));
    }

    /// Moves a text in, and closes it where that fails: it is still the caller's then.
    private static void with(Allocator heap, String text, Consumer<Text> act) {
        try (Text value = Text.of(heap, text)) {
            act.accept(value);
        }
    }

    // ---- sequences ----

    private static LongVec longs(Allocator heap) {
        LongVec vec = LongVec.of(heap);
        return filled(vec, () -> vec.pushAll(1, 2, 3, 4));
    }

    /// Closes what could not be filled.
    private static <O extends Owner> O filled(O owner, Runnable fill) {
        try {
            fill.run();
            return owner;
        } catch (RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    private static DynamicTest longVec(String name, BiConsumer<Allocator, LongVec> act) {
        return fails("LongVec." + name, CollectionsFailureTest::longs, Run::toString, act);
    }

    @TestFactory
    Stream<DynamicTest> ofLongVec() {
        return Stream.of(
                longVec("push", (_, vec) -> vec.push(5)),
                longVec("insert", (_, vec) -> vec.insert(1, 5)),
                longVec("reserve", (_, vec) -> vec.reserve(1000)),
                longVec("shrinkToFit", (_, vec) -> shrunk(vec)),
                longVec("drain", (_, vec) -> vec.drain(1, 3).close()),
                longVec("splitOff", (_, vec) -> vec.splitOff(1).close()),
                longVec("append", CollectionsFailureTest::append));
    }

    private static void append(Allocator heap, LongVec vec) {
        try (LongVec other = longs(heap)) {
            try {
                for (int i = 0; i < 9; i++) {
                    vec.append(other);
                    other.pushAll(5, 6, 7);
                }
            } finally {
                vec.truncate(4);
            }
        }
    }

    private static void shrunk(LongVec vec) {
        vec.reserve(100);
        vec.shrinkToFit();
    }

    private static void times(int count, Consumer<Integer> act) {
        for (int i = 0; i < count; i++) act.accept(i);
    }

    private static Vec<Text> texts(Allocator heap) {
        Vec<Text> vec = Vec.of(heap, Text.TYPE);
        return filled(
                vec,
                () -> {
                    for (String word : List.of("a", "b", "c", "d")) with(heap, word, vec::push);
                });
    }

    private static DynamicTest vec(String name, BiConsumer<Allocator, Vec<Text>> act) {
        return fails("Vec." + name, CollectionsFailureTest::texts, Run::toString, act);
    }

    @TestFactory
    Stream<DynamicTest> ofVec() {
        return Stream.of(
                vec("push", (heap, vec) -> with(heap, "e", vec::push)),
                vec("insert", (heap, vec) -> with(heap, "e", text -> vec.insert(1, text))),
                vec("set", (heap, vec) -> with(heap, "e", text -> vec.set(1, text))),
                vec("replace", (heap, vec) -> with(heap, "e", t -> vec.replace(1, t).close())),
                vec("drain", (_, vec) -> vec.drain(1, 3).close()),
                vec("sort", (_, vec) -> vec.sort()),
                vec("removeRange", (_, vec) -> vec.removeRange(0, 3)),
                vec("through a borrow", (_, vec) -> vec.get(1).push("a".repeat(100))),
                vec("of", (heap, _) -> ofTexts(heap)));
    }

    private static void ofTexts(Allocator heap) {
        try (Text one = Text.of(heap, "one");
                Text two = Text.of(heap, "two");
                Vec<Text> vec = Vec.of(heap, Text.TYPE, one, two)) {
            assertEquals(2, vec.size());
        }
    }

    private static VecDeque<Text> deque(Allocator heap) {
        VecDeque<Text> deque = VecDeque.of(heap, Text.TYPE);
        return filled(
                deque,
                () -> {
                    with(heap, "b", deque::pushBack);
                    with(heap, "a", deque::pushFront);
                });
    }

    private static List<String> strings(Iterable<?> values) {
        List<String> strings = new ArrayList<>();
        for (Object value : values) strings.add(value.toString());
        return strings;
    }

    private static DynamicTest vecDeque(String name, BiConsumer<Allocator, VecDeque<Text>> act) {
        return fails(
                "VecDeque." + name,
                CollectionsFailureTest::deque,
                CollectionsFailureTest::strings,
                act);
    }

    @TestFactory
    Stream<DynamicTest> ofVecDeque() {
        return Stream.of(
                vecDeque("pushBack", (heap, deque) -> with(heap, "c", deque::pushBack)),
                vecDeque("pushFront", (heap, deque) -> with(heap, "c", deque::pushFront)),
                vecDeque("insert", (heap, deque) -> with(heap, "c", t -> deque.insert(1, t))),
                vecDeque("set", (heap, deque) -> with(heap, "c", t -> deque.set(1, t))),
                vecDeque("reserve", (_, deque) -> deque.reserve(1000)),
                vecDeque("shrinkToFit", (_, deque) -> deque.shrinkToFit()));
    }

    // ---- text ----

    private static DynamicTest text(String name, BiConsumer<Allocator, Text> act) {
        return fails("Text." + name, heap -> Text.of(heap, "höher"), Text::toString, act);
    }

    @TestFactory
    Stream<DynamicTest> ofText() {
        String more = "é€🙂".repeat(30);
        return Stream.of(
                text("push", (_, text) -> text.push(more)),
                text("push ASCII", (_, text) -> text.push("x".repeat(1000))),
                text("pushCodePoint", (_, text) -> fillUp(text)),
                text("push Text", (heap, text) -> with(heap, more, text::push)),
                text("push itself", (_, text) -> text.push(text.asChars())),
                text("insert", (_, text) -> text.insert(1, more)),
                text("substring", (_, text) -> text.substring(1, 3).close()),
                text("reserve", (_, text) -> text.reserve(100)),
                text("shrinkToFit", (_, text) -> text.shrinkToFit()));
    }

    private static void fillUp(Text text) {
        long size = text.size();
        try {
            for (int i = 0; i < 100; i++) text.pushCodePoint('€');
        } finally {
            text.truncate(size);
        }
    }

    // ---- maps ----

    private static <M extends Keyed<Text, Text>> M fill(Allocator heap, M map, int entries) {
        return filled(map, () -> times(entries, i -> put(heap, map, "k" + i, "v" + i)));
    }

    private static void put(Allocator heap, Keyed<Text, Text> map, String key, String value) {
        with(heap, key, k -> with(heap, value, v -> map.put(k, v)));
    }

    private static Stream<DynamicTest> maps(
            String name, Function<Allocator, Keyed<Text, Text>> make) {
        Function<Keyed<Text, Text>, Object> show = Keyed::toString;
        return Stream.of(
                fails(name + ".put", make, show, (heap, map) -> put(heap, map, "new", "v")),
                fails(name + ".put old", make, show, (heap, map) -> put(heap, map, "k1", "v")),
                fails(name + ".insert", make, show, CollectionsFailureTest::insert),
                fails(name + ".entry", make, show, CollectionsFailureTest::entry),
                fails(name + ".merge", make, show, CollectionsFailureTest::merge),
                fails(name + ".take", make, show, (heap, m) -> with(heap, "k1", k -> take(m, k))),
                fails(name + ".clear", make, show, (_, map) -> map.clear()));
    }

    private static void take(Keyed<Text, Text> map, Text key) {
        map.take(key).close();
    }

    private static void insert(Allocator heap, Keyed<Text, Text> map) {
        with(heap, "k1", k -> with(heap, "v", v -> map.insert(k, v).close()));
    }

    private static void entry(Allocator heap, Keyed<Text, Text> map) {
        with(heap, "new", key -> map.entry(key).orInsertWith(() -> Text.of(heap, "v")));
    }

    private static void merge(Allocator heap, Keyed<Text, Text> map) {
        with(heap, "k1", k -> with(heap, "v", v -> map.merge(k, v, (old, _) -> old.copy())));
    }

    /// So many that the next one splits a leaf and the root, or makes the table grow.
    @TestFactory
    Stream<DynamicTest> ofMaps() {
        Function<Allocator, BTreeMap<Text, Text>> tree =
                heap -> fill(heap, BTreeMap.of(heap, Text.TYPE, Text.TYPE), 10);
        Stream<DynamicTest> trees = maps("BTreeMap", heap -> tree.apply(heap));
        Stream<DynamicTest> tables =
                maps("HashMap", heap -> fill(heap, HashMap.of(heap, Text.TYPE, Text.TYPE), 12));
        Stream<DynamicTest> more =
                Stream.of(
                        fails(
                                "BTreeMap.splitOff",
                                tree,
                                Keyed::toString,
                                CollectionsFailureTest::split),
                        fails(
                                "LongBTreeMap.put",
                                LongBTreeMap::of,
                                Keyed::toString,
                                this::putLongs),
                        fails("LongHashMap.put", LongHashMap::of, Keyed::toString, this::putLongs));
        return Stream.of(trees, tables, more).flatMap(each -> each);
    }

    private static void split(Allocator heap, BTreeMap<Text, Text> map) {
        with(heap, "k5", key -> map.splitOff(key).close());
    }

    /// Puts until a put fails, sees that all before are there, and takes them back.
    private void putLongs(Allocator heap, Keyed<Long, Long> map) {
        long done = 0;
        try {
            for (; done < 3000; done++) map.put(done * 7919 % 3001, done);
        } finally {
            assertEquals(done, map.size());
            for (long i = 0; i < done; i++) assertEquals(i, map.get(i * 7919 % 3001));
            if (map instanceof Tree<Long, Long> tree) tree.raw.verify();
            if (map instanceof Table<Long, Long> table) table.raw.verify();
            map.clear();
        }
    }
}
