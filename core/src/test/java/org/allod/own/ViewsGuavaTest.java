package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.testing.ListTestSuiteBuilder;
import com.google.common.collect.testing.MapTestSuiteBuilder;
import com.google.common.collect.testing.NavigableMapTestSuiteBuilder;
import com.google.common.collect.testing.SampleElements;
import com.google.common.collect.testing.TestListGenerator;
import com.google.common.collect.testing.TestMapGenerator;
import com.google.common.collect.testing.TestSortedMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.Feature;
import com.google.common.collect.testing.features.ListFeature;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import junit.framework.TestSuite;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The views are lists and maps as the JDK describes them: Guava's testlib says so.
///
/// The suites do not close what they make, so the heap is dropped as a whole.
class ViewsGuavaTest {
    private static final Allocator HEAP = new BuddyAllocator(Region.reserved(256L << 20));

    record Point(int x, long y) implements Comparable<Point> {
        @Override
        public int compareTo(Point other) {
            return Comparator.comparingInt(Point::x)
                    .thenComparingLong(Point::y)
                    .compare(this, other);
        }
    }

    private static final Type<Point> POINT = Type.of(Point.class);

    @AfterAll
    static void close() {
        HEAP.close();
    }

    // ---- what the suites are made of ----

    private static final Feature<?>[] LIST = {
        ListFeature.GENERAL_PURPOSE,
        CollectionFeature.FAILS_FAST_ON_CONCURRENT_MODIFICATION,
        CollectionSize.ANY
    };

    private static final Feature<?>[] MAP = {
        MapFeature.GENERAL_PURPOSE,
        MapFeature.FAILS_FAST_ON_CONCURRENT_MODIFICATION,
        CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
        CollectionSize.ANY
    };

    /// Five values in ascending order, and two below and two above them.
    private record Samples<T>(Class<T> type, List<T> five, List<T> below, List<T> above) {
        SampleElements<T> elements() {
            return new SampleElements<>(
                    five.get(0), five.get(1), five.get(2), five.get(3), five.get(4));
        }
    }

    private static final Samples<Long> LONGS =
            new Samples<>(
                    Long.class,
                    List.of(-3L, 0L, 1L, 5L, 1L << 40),
                    List.of(-9L, -8L),
                    List.of(1L << 50, 1L << 51));

    private static final Samples<Integer> INTS =
            new Samples<>(
                    Integer.class,
                    List.of(-3, 0, 1, 5, 1 << 30),
                    List.of(-9, -8),
                    List.of((1 << 30) + 1, (1 << 30) + 2));

    private static final Samples<Double> DOUBLES =
            new Samples<>(
                    Double.class,
                    List.of(-0.5, 0.0, 1.5, 1e9, Double.NaN),
                    List.of(-9.0, -8.0),
                    List.of());

    private static final Samples<Point> POINTS =
            new Samples<>(
                    Point.class,
                    List.of(
                            new Point(1, 1),
                            new Point(1, 2),
                            new Point(2, 0),
                            new Point(3, 9),
                            new Point(4, 4)),
                    List.of(new Point(0, 7), new Point(0, 8)),
                    List.of(new Point(5, 5), new Point(5, 6)));

    // ---- lists ----

    private record Lists<T>(Samples<T> of, Function<List<T>, List<T>> make)
            implements TestListGenerator<T> {
        @Override
        public List<T> create(Object... elements) {
            return make.apply(Arrays.stream(elements).map(of.type::cast).toList());
        }

        @Override
        public SampleElements<T> samples() {
            return of.elements();
        }

        @Override
        @SuppressWarnings("unchecked")
        public T[] createArray(int length) {
            return (T[]) java.lang.reflect.Array.newInstance(of.type, length);
        }

        @Override
        public Iterable<T> order(List<T> insertionOrder) {
            return insertionOrder;
        }
    }

    private static <T> DynamicNode lists(
            String name, Samples<T> of, Function<List<T>, List<T>> make) {
        TestSuite suite =
                ListTestSuiteBuilder.using(new Lists<>(of, make))
                        .named(name)
                        .withFeatures(LIST)
                        .createTestSuite();
        return GuavaSuite.of(suite);
    }

    private static <T> List<T> filled(Run<T> run, List<T> values) {
        List<T> list = run.asList();
        list.addAll(values);
        return list;
    }

    /// A sublist with elements before and after it.
    private static List<Long> part(List<Long> values) {
        List<Long> all = LongVec.of(HEAP, 7, 7).asList();
        List<Long> part = all.subList(1, 2).subList(0, 0);
        part.addAll(values);
        return part;
    }

    @TestFactory
    Stream<DynamicNode> aVecIsAList() {
        return Stream.of(
                lists("Vec<Point>", POINTS, values -> filled(Vec.of(HEAP, POINT), values)),
                lists("LongVec", LONGS, values -> filled(LongVec.of(HEAP), values)),
                lists("part of a LongVec", LONGS, ViewsGuavaTest::part),
                lists("IntVec", INTS, values -> filled(IntVec.of(HEAP), values)),
                lists("DoubleVec", DOUBLES, values -> filled(DoubleVec.of(HEAP), values)));
    }

    // ---- maps ----

    private record Maps<K, V>(Samples<K> keys, Samples<V> values, MakeMap<K, V> make)
            implements TestMapGenerator<K, V> {
        @Override
        public SampleElements<Map.Entry<K, V>> samples() {
            return SampleElements.mapEntries(keys.elements(), values.elements());
        }

        @Override
        public Map<K, V> create(Object... entries) {
            return ViewsGuavaTest.fill(make.get(), keys, values, entries);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Map.Entry<K, V>[] createArray(int length) {
            return (Map.Entry<K, V>[]) new Map.Entry<?, ?>[length];
        }

        @Override
        @SuppressWarnings("unchecked")
        public K[] createKeyArray(int length) {
            return (K[]) java.lang.reflect.Array.newInstance(keys.type, length);
        }

        @Override
        @SuppressWarnings("unchecked")
        public V[] createValueArray(int length) {
            return (V[]) java.lang.reflect.Array.newInstance(values.type, length);
        }

        @Override
        public Iterable<Map.Entry<K, V>> order(List<Map.Entry<K, V>> insertionOrder) {
            return insertionOrder;
        }
    }

    @FunctionalInterface
    private interface MakeMap<K, V> {
        Map<K, V> get();
    }

    private static <K, V> Map<K, V> fill(
            Map<K, V> map, Samples<K> keys, Samples<V> values, Object... entries) {
        for (Object each : entries) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            map.put(keys.type.cast(entry.getKey()), values.type.cast(entry.getValue()));
        }
        return map;
    }

    private record SortedMaps<K extends Comparable<K>, V>(
            Samples<K> keys, Samples<V> values, MakeMap<K, V> make)
            implements TestSortedMapGenerator<K, V> {
        private Maps<K, V> maps() {
            return new Maps<>(keys, values, make);
        }

        private Map.Entry<K, V> entry(K key) {
            return Map.entry(key, values.five.get(1));
        }

        @Override
        public Map.Entry<K, V> belowSamplesLesser() {
            return entry(keys.below.get(0));
        }

        @Override
        public Map.Entry<K, V> belowSamplesGreater() {
            return entry(keys.below.get(1));
        }

        @Override
        public Map.Entry<K, V> aboveSamplesLesser() {
            return entry(keys.above.get(0));
        }

        @Override
        public Map.Entry<K, V> aboveSamplesGreater() {
            return entry(keys.above.get(1));
        }

        @Override
        public SortedMap<K, V> create(Object... entries) {
            return (SortedMap<K, V>) maps().create(entries);
        }

        @Override
        public SampleElements<Map.Entry<K, V>> samples() {
            return maps().samples();
        }

        @Override
        public Map.Entry<K, V>[] createArray(int length) {
            return maps().createArray(length);
        }

        @Override
        public K[] createKeyArray(int length) {
            return maps().createKeyArray(length);
        }

        @Override
        public V[] createValueArray(int length) {
            return maps().createValueArray(length);
        }

        @Override
        public Iterable<Map.Entry<K, V>> order(List<Map.Entry<K, V>> insertionOrder) {
            List<Map.Entry<K, V>> sorted = new ArrayList<>(insertionOrder);
            sorted.sort(Map.Entry.comparingByKey());
            return sorted;
        }
    }

    private static <K, V> DynamicNode maps(
            String name, Samples<K> keys, Samples<V> values, MakeMap<K, V> make) {
        return GuavaSuite.of(
                MapTestSuiteBuilder.using(new Maps<>(keys, values, make))
                        .named(name)
                        .withFeatures(MAP)
                        .createTestSuite());
    }

    private static <K extends Comparable<K>, V> DynamicNode sortedMaps(
            String name, Samples<K> keys, Samples<V> values, MakeMap<K, V> make) {
        return GuavaSuite.of(
                NavigableMapTestSuiteBuilder.using(new SortedMaps<>(keys, values, make))
                        .named(name)
                        .withFeatures(MAP)
                        .withFeatures(CollectionFeature.KNOWN_ORDER)
                        .createTestSuite());
    }

    @TestFactory
    Stream<DynamicNode> aHashMapIsAMap() {
        return Stream.of(
                maps(
                        "HashMap<long, Point>",
                        LONGS,
                        POINTS,
                        () -> HashMap.of(HEAP, Type.LONG, POINT).asMap()),
                maps(
                        "HashMap<Point, int>",
                        POINTS,
                        INTS,
                        () -> HashMap.of(HEAP, POINT, Type.INT).asMap()),
                maps("LongHashMap", LONGS, LONGS, () -> LongHashMap.of(HEAP).asMap()));
    }

    @TestFactory
    Stream<DynamicNode> aBTreeMapIsANavigableMap() {
        return Stream.of(
                sortedMaps(
                        "BTreeMap<Point, long>",
                        POINTS,
                        LONGS,
                        () -> BTreeMap.of(HEAP, POINT, Type.LONG).asMap()),
                sortedMaps("LongBTreeMap", LONGS, LONGS, () -> LongBTreeMap.of(HEAP).asMap()));
    }

    /// The suites can fail: a map that forgets removals does not pass.
    @Test
    void theSuitesNotice() {
        TestSuite suite =
                NavigableMapTestSuiteBuilder.using(
                                new SortedMaps<>(
                                        LONGS,
                                        LONGS,
                                        () ->
                                                new TreeMap<>() {
                                                    private static final long serialVersionUID = 1;

                                                    @Override
                                                    public Long remove(Object key) {
                                                        return get(key);
                                                    }
                                                }))
                        .named("forgets removals")
                        .withFeatures(MAP)
                        .createTestSuite();
        junit.framework.TestResult result = new junit.framework.TestResult();
        suite.run(result);
        assertTrue(Collections.list(result.failures()).size() > 0);
    }
}
