package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.dlmalloc.DlMalloc;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The maps: what they are for, and what they say to misuse.
@Tag("both")
class MapTest {
    @RegisterExtension final OwnHeap heap = new OwnHeap();

    record Point(int x, long y) {}

    /// Meddles with a map while it is compared or hashed.
    record Meddler(int id) implements Comparable<Meddler> {
        static Runnable meddle = () -> {};

        @Override
        public int compareTo(Meddler other) {
            meddle.run();
            return Integer.compare(id, other.id);
        }

        @Override
        public boolean equals(Object other) {
            meddle.run();
            return other instanceof Meddler that && that.id == id;
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    private Text text(String value) {
        return Text.of(heap.get(), value);
    }

    private BTreeMap<Text, Text> tree() {
        return BTreeMap.of(heap.get(), Text.TYPE, Text.TYPE);
    }

    private HashMap<Text, Text> table() {
        return HashMap.of(heap.get(), Text.TYPE, Text.TYPE);
    }

    private <M extends Keyed<Text, Text>> M filled(M map, String... keys) {
        for (String key : keys) map.put(text(key), text("v" + key));
        return map;
    }

    private Stream<Keyed<Text, Text>> both(String... keys) {
        return Stream.of(filled(tree(), keys), filled(table(), keys));
    }

    // ---- what they are for ----

    @Test
    void countsWords() {
        try (BTreeMap<Text, Long> counts = BTreeMap.of(heap.get(), Text.TYPE, Type.LONG)) {
            for (String word : "b a c a b a".split(" ")) counts.merge(text(word), 1L, Long::sum);
            assertEquals("{a=3, b=2, c=1}", counts.toString());
            assertEquals("a", counts.firstEntry().getKey().toString());
            assertEquals("c", counts.lastEntry().getKey().toString());
            assertEquals(4, heap.blocks());
        }
    }

    @Test
    void entriesAreMadeOrModified() {
        both().forEach(map -> {
            try (map;
                    Text key = text("k")) {
                assertFalse(map.entry(key).isPresent());
                assertFalse(key.isClosed());
                assertThrows(NoSuchElementException.class, map.entry(key)::get);
                map.entry(text("k")).orInsert(text("1"));
                map.entry(text("k")).orInsert(text("2"));
                map.entry(text("k"))
                        .modify(old -> text(old + "!"))
                        .orInsertWith(() -> text("never"));
                assertEquals("{k=1!}", map.toString());
            }
        });
    }

    @Test
    void takesAndDrops() {
        both("a", "b", "c")
                .forEach(map -> {
                    try (map;
                            Text a = text("a");
                            Text none = text("none")) {
                        try (Text taken = map.take(a)) {
                            assertEquals("va", taken.toString());
                        }
                        assertNull(map.take(a));
                        assertNull(map.get(none));
                        assertFalse(map.remove(none));
                        assertEquals(2, map.size());
                        map.clear();
                        assertTrue(map.isEmpty());
                    }
                });
        assertEquals(0, heap.blocks());
    }

    @Test
    void aTreeIsSplitAndLoaded() {
        NavigableMap<Long, Point> model = new TreeMap<>();
        for (long i = 0; i < 1000; i++) model.put(i, new Point((int) i, -i));
        Type<Point> point = Type.of(Point.class);
        try (BTreeMap<Long, Point> map =
                BTreeMap.ofSorted(heap.get(), Type.LONG, point, model.entrySet().iterator())) {
            map.raw.verify();
            assertEquals(model, map.asMap());
            try (BTreeMap<Long, Point> rest = map.splitOff(700L)) {
                rest.raw.verify();
                map.raw.verify();
                assertEquals(model.headMap(700L), map.asMap());
                assertEquals(model.tailMap(700L), rest.asMap());
            }
            List<Long> seen = new ArrayList<>();
            for (Map.Entry<Long, Point> entry : map.range(10L, 13L)) seen.add(entry.getKey());
            assertEquals(List.of(10L, 11L, 12L), seen);
            assertEquals(0L, map.popFirst().getKey());
            assertEquals(699L, map.popLast().getKey());
        }
        Iterator<Map.Entry<Long, Point>> descending = model.descendingMap().entrySet().iterator();
        assertThrows(
                IllegalArgumentException.class,
                () -> BTreeMap.ofSorted(heap.get(), Type.LONG, point, descending));
    }

    /// The JDK's TreeMap takes 88 B an entry: 40 for the node, 24 for each Long.
    @Test
    void aTreeTakesAThirdOfTheJdks() {
        int entries = 200_000;
        try (Allocator dense = new DlMalloc(Region.reserved(64 << 20));
                LongBTreeMap random = LongBTreeMap.of(dense)) {
            new Random(1).longs(entries).forEach(key -> random.put(key, key));
            double each = (double) dense.stats().granted() / entries;
            assertTrue(each <= 88.0 / 3, each + " B an entry");
            random.clear();
            for (long key = 0; key < entries; key++) random.put(key, key);
            each = (double) dense.stats().granted() / entries;
            assertTrue(each <= 20, each + " B an entry in ascending order");
            random.clear();
            for (long key = entries; key > 0; key--) random.put(key, key);
            each = (double) dense.stats().granted() / entries;
            assertTrue(each <= 20, each + " B an entry in descending order");
        }
    }

    @Test
    void zeroIsAKeyLikeAnyOther() {
        try (LongHashMap map = LongHashMap.of(heap.get())) {
            assertEquals(-1, map.get(0, -1));
            assertEquals(-1, map.remove(0, -1));
            assertTrue(map.put(0, 7));
            assertFalse(map.put(0, 8));
            for (long key = 1; key < 100; key++) map.put(key, key);
            assertEquals(8, map.get(0, -1));
            assertEquals(100, map.size());
            map.shrinkToFit();
            assertEquals(8, map.remove(0, -1));
            assertEquals(99, map.size());
            map.raw.verify();
        }
    }

    /// A table filled in the order of a larger one stays fast: each has homes of its own.
    @Test
    void orderOfOneTableIsNoTroubleForAnother() {
        try (LongHashMap large = LongHashMap.of(heap.get());
                LongHashMap small = LongHashMap.of(heap.get())) {
            for (long key = 1; key <= 100_000; key++) large.put(key * 0x9E37_79B9L, key);
            long[] put = {0};
            large.forEachLong((key, value) -> {
                if (put[0]++ < 20_000) small.put(key, value);
            });
            small.raw.verify();
            assertEquals(20_000, small.size());
        }
    }

    @Test
    void hashesThatCollideAreTold() {
        Type<Meddler> meddler = Type.of(Meddler.class);
        try (HashMap<Meddler, Long> map = HashMap.of(heap.get(), meddler, Type.LONG)) {
            for (int i = 0; i < 100; i++) map.put(new Meddler(i), (long) i);
            for (int i = 0; i < 100; i += 2) assertTrue(map.remove(new Meddler(i)));
            for (int i = 0; i < 100; i++) {
                assertEquals(i % 2 == 0 ? null : (Long) (long) i, map.get(new Meddler(i)));
            }
            map.raw.verify();
        }
    }

    @Test
    void mapsMoveAndNest() {
        Type<HashMap<Long, Text>> inner = HashMap.type(Type.LONG, Text.TYPE);
        try (BTreeMap<Text, HashMap<Long, Text>> map = BTreeMap.of(heap.get(), Text.TYPE, inner)) {
            HashMap<Long, Text> one = HashMap.of(heap.get(), Type.LONG, Text.TYPE);
            one.put(5L, text("five"));
            map.put(text("one"), one);
            assertTrue(one.isClosed());
            try (Text key = text("one")) {
                map.get(key).put(0L, text("zero"));
                for (long i = 10; i < 50; i++) map.get(key).put(i, text("more"));
                assertEquals("five", map.get(key).get(5L).toString());
                assertEquals("zero", map.get(key).get(0L).toString());
                assertEquals(42, map.get(key).size());
            }
            try (BTreeMap<Text, HashMap<Long, Text>> moved = map.move()) {
                assertEquals(1, moved.size());
                assertThrows(IllegalStateException.class, map::size);
            }
        }
    }

    // ---- misuse ----

    @Test
    void badArgumentsAreRefused() {
        both("a")
                .forEach(map -> {
                    try (map;
                            Text both = text("both")) {
                        assertThrows(NullPointerException.class, () -> map.put(null, both));
                        assertThrows(NullPointerException.class, () -> map.put(both, null));
                        assertThrows(NullPointerException.class, () -> map.get(null));
                        assertThrows(IllegalArgumentException.class, () -> map.put(both, both));
                        assertEquals("{a=va}", map.toString());
                        assertFalse(both.isClosed());
                    }
                });
        String unordered =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> BTreeMap.of(heap.get(), Type.of(Point.class), Type.LONG))
                        .getMessage();
        assertEquals("keyType=Point, expected one whose values are Comparable", unordered);
        try (LongBTreeMap map = LongBTreeMap.of(heap.get())) {
            assertThrows(NoSuchElementException.class, map::firstKey);
            map.putLast(5, 5);
            assertThrows(IllegalArgumentException.class, () -> map.putLast(5, 6));
        }
        try (LongHashMap map = LongHashMap.of(heap.get())) {
            assertThrows(HeapExhaustedException.class, () -> map.reserve(1L << 40));
            assertThrows(HeapExhaustedException.class, () -> map.reserve(Long.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> map.reserve(-1));
        }
    }

    @Test
    void changesDuringIterationAreFound() {
        both("a", "b", "c")
                .forEach(map -> {
                    Iterator<Text> keys = map.asMap().keySet().iterator();
                    keys.next();
                    Text first = map.asMap().keySet().iterator().next();
                    map.put(text("d"), text("vd"));
                    assertThrows(ConcurrentModificationException.class, keys::next);
                    assertThrows(IllegalStateException.class, first::size);
                    assertThrows(
                            ConcurrentModificationException.class,
                            () -> map.forEach((_, _) -> map.clear()));
                    Slot<Text, Text> slot;
                    try (Text e = text("e")) {
                        slot = map.entry(e);
                    }
                    map.put(text("f"), text("vf"));
                    assertThrows(ConcurrentModificationException.class, slot::isPresent);
                    Iterator<Text> walk = map.asMap().keySet().iterator();
                    map.close();
                    assertThrows(IllegalStateException.class, walk::next);
                    assertThrows(IllegalStateException.class, map::asMap);
                });
    }

    @Test
    void functionsThatChangeTheMapAreFound() {
        both("a", "b")
                .forEach(map -> {
                    assertThrows(
                            ConcurrentModificationException.class,
                            () ->
                                    map.retain((_, _) -> {
                                        map.clear();
                                        return true;
                                    }));
                    map.put(text("a"), text("va"));
                    try (Text a = text("a");
                            Text v = text("v")) {
                        assertThrows(
                                ConcurrentModificationException.class,
                                () ->
                                        map.merge(
                                                a,
                                                v,
                                                (_, added) -> {
                                                    map.clear();
                                                    return added;
                                                }));
                    }
                    map.close();
                });
    }

    @Test
    void retainThatThrowsLosesNothing() {
        both("a", "b", "c", "d")
                .forEach(map -> {
                    int[] seen = {0};
                    assertThrows(
                            ArithmeticException.class,
                            () ->
                                    map.retain((_, _) -> {
                                        if (++seen[0] == 3) {
                                            throw new ArithmeticException();
                                        }
                                        return seen[0] == 2;
                                    }));
                    assertEquals(3, map.size());
                    map.close();
                });
        assertEquals(0, heap.blocks());
    }

    private void meddled(Function<Type<Meddler>, Keyed<Meddler, Long>> make) {
        Keyed<Meddler, Long> map = make.apply(Type.of(Meddler.class));
        try (map) {
            for (int i = 0; i < 100; i++) map.put(new Meddler(i), (long) i);
            int[] calls = {0};
            Meddler.meddle =
                    () -> {
                        if (++calls[0] == 2) map.clear();
                    };
            assertThrows(ConcurrentModificationException.class, () -> map.get(new Meddler(99)));
        } finally {
            Meddler.meddle = () -> {};
        }
    }

    @Test
    void keysThatChangeTheMapAreFound() {
        meddled(type -> BTreeMap.of(heap.get(), type, Type.LONG));
        meddled(type -> HashMap.of(heap.get(), type, Type.LONG));
    }
}
