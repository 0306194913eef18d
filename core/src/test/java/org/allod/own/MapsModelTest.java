package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.allod.Allocator;

/// The maps against the JDK's TreeMap and HashMap.
class MapsModelTest implements ModelLengths {
    /// Few enough that keys come again, many enough for a tree of three levels.
    private static final int KEYS = 4000;

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void longBTreeMap(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        TreeMap<Long, Long> model = new TreeMap<>();
        try (Allocator heap = OwnHeap.open()) {
            try (LongBTreeMap map = LongBTreeMap.of(heap)) {
                for (int i = 0; i < steps; i++) {
                    longTreeStep(random, map, model, removes(random, i));
                    if (random.nextInt(1000) == 0) check(map, model);
                }
                check(map, model);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static void check(Tree<Long, Long> map, TreeMap<Long, Long> model) {
        map.raw.verify();
        assertEquals(new ArrayList<>(model.entrySet()), new ArrayList<>(map.asMap().entrySet()));
        assertEquals(
                new ArrayList<>(model.descendingMap().entrySet()),
                new ArrayList<>(map.asMap().descendingMap().entrySet()));
    }

    /// Whether that step removes: seldom for a while, then mostly.
    private static boolean removes(Random random, int step) {
        return random.nextInt(10) < (step / 1000 % 2 == 0 ? 2 : 8);
    }

    /// A key; now and then runs of ascending or descending ones.
    private static long key(Random random, int size) {
        return switch (size / 512 % 3) {
            case 0 -> random.nextInt(KEYS);
            case 1 -> KEYS + size;
            default -> -size;
        };
    }

    private static void longTreeStep(
            Random random, LongBTreeMap map, TreeMap<Long, Long> model, boolean removes) {
        long key = key(random, model.size());
        if (removes && !model.isEmpty()) {
            Long near = model.ceilingKey(key);
            key = near == null ? model.firstKey() : near;
            assertEquals(model.remove(key), map.remove(key, -1));
            assertEquals(-1, map.remove(key, -1));
            return;
        }
        long value = random.nextInt(1000);
        switch (random.nextInt(8)) {
            case 0 -> assertEquals(model.merge(key, value, Long::sum), map.add(key, value));
            case 1 -> assertEquals(model.getOrDefault(key, -1L), map.get(key, -1));
            case 2 -> {
                Long floor = model.floorKey(key);
                Long ceiling = model.ceilingKey(key);
                assertEquals(floor == null ? -7 : floor, map.floorKey(key, -7));
                assertEquals(ceiling == null ? -7 : ceiling, map.ceilingKey(key, -7));
            }
            case 3 -> {
                List<Long> found = new ArrayList<>();
                map.forEachLong(key, key + 50, (each, _) -> found.add(each));
                assertEquals(new ArrayList<>(model.subMap(key, key + 50).keySet()), found);
            }
            default -> assertEquals(model.put(key, value) == null, map.put(key, value));
        }
        assertEquals(model.size(), map.size());
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void longHashMap(@ForAll long seed, @ForAll("steps") int steps) {
        Random random = new Random(seed);
        Map<Long, Long> model = new java.util.HashMap<>();
        try (Allocator heap = OwnHeap.open()) {
            try (LongHashMap map = LongHashMap.of(heap)) {
                for (int i = 0; i < steps; i++) {
                    longTableStep(random, map, model, removes(random, i));
                    if (random.nextInt(1000) == 0) check(map, model);
                }
                check(map, model);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static void check(LongHashMap map, Map<Long, Long> model) {
        map.raw.verify();
        assertEquals(model, map.asMap());
        Map<Long, Long> found = new java.util.HashMap<>();
        map.forEachLong(found::put);
        assertEquals(model, found);
    }

    private static void longTableStep(
            Random random, LongHashMap map, Map<Long, Long> model, boolean removes) {
        long key = random.nextInt(KEYS) - 9L;
        if (removes) {
            Long removed = model.remove(key);
            assertEquals(removed == null ? -1 : removed, map.remove(key, -1));
            return;
        }
        long value = random.nextInt(1000);
        switch (random.nextInt(300)) {
            case 0 -> map.shrinkToFit();
            case 1 -> map.reserve(random.nextInt(KEYS));
            case 2 -> {
                long bound = random.nextInt(1000);
                map.retain((_, each) -> each >= bound);
                model.values().removeIf(each -> each < bound);
            }
            case 3 -> {
                for (Iterator<Long> keys = map.asMap().keySet().iterator(); keys.hasNext(); ) {
                    long next = keys.next();
                    if (next % 3 != 0) continue;
                    keys.remove();
                    assertEquals(true, model.remove(next) != null);
                }
            }
            default -> {
                if (value % 4 == 0) {
                    assertEquals(model.merge(key, value, Long::sum), map.add(key, value));
                } else {
                    assertEquals(model.put(key, value) == null, map.put(key, value));
                }
            }
        }
        assertEquals(model.getOrDefault(key, -1L), map.get(key, -1));
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void bTreeMapOfTexts(@ForAll long seed, @ForAll("steps") int steps) {
        try (Allocator heap = OwnHeap.open()) {
            TreeMap<String, String> model = new TreeMap<>();
            try (BTreeMap<Text, Text> map = BTreeMap.of(heap, Text.TYPE, Text.TYPE)) {
                texts(seed, steps, heap, map, model);
                map.raw.verify();
                List<String> found = new ArrayList<>();
                map.forEach((key, value) -> found.add(key + "=" + value));
                List<String> expected = new ArrayList<>();
                model.forEach((key, value) -> expected.add(key + "=" + value));
                assertEquals(expected, found);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void hashMapOfTexts(@ForAll long seed, @ForAll("steps") int steps) {
        try (Allocator heap = OwnHeap.open()) {
            Map<String, String> model = new java.util.HashMap<>();
            try (HashMap<Text, Text> map = HashMap.of(heap, Text.TYPE, Text.TYPE)) {
                texts(seed, steps, heap, map, model);
                map.raw.verify();
                Map<String, String> found = new java.util.HashMap<>();
                map.forEach((key, value) -> found.put(key.toString(), value.toString()));
                assertEquals(model, found);
            }
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    private static void texts(
            long seed,
            int steps,
            Allocator heap,
            Keyed<Text, Text> map,
            Map<String, String> model) {
        Random random = new Random(seed);
        for (int i = 0; i < steps; i++) {
            String key = "key" + random.nextInt(900);
            String value = "value" + random.nextInt(900);
            if (removes(random, i)) removeText(random, heap, map, model, key);
            else putText(random, heap, map, model, key, value);
            assertEquals(model.size(), map.size());
        }
    }

    private static void removeText(
            Random random,
            Allocator heap,
            Keyed<Text, Text> map,
            Map<String, String> model,
            String key) {
        String old = model.remove(key);
        try (Text wanted = Text.of(heap, key)) {
            if (random.nextBoolean()) {
                assertEquals(old != null, map.remove(wanted));
                return;
            }
            try (Text taken = map.take(wanted)) {
                assertEquals(old, taken == null ? null : taken.toString());
            }
        }
    }

    private static void putText(
            Random random,
            Allocator heap,
            Keyed<Text, Text> map,
            Map<String, String> model,
            String key,
            String value) {
        switch (random.nextInt(5)) {
            case 0 -> {
                boolean fresh = model.put(key, value) == null;
                assertEquals(fresh, map.put(Text.of(heap, key), Text.of(heap, value)));
            }
            case 1 -> {
                String old = model.put(key, value);
                try (Text found = map.insert(Text.of(heap, key), Text.of(heap, value))) {
                    assertEquals(old, found == null ? null : found.toString());
                }
            }
            case 2 -> {
                model.putIfAbsent(key, value);
                Text now = map.entry(Text.of(heap, key)).orInsertWith(() -> Text.of(heap, value));
                assertEquals(model.get(key), now.toString());
            }
            case 3 -> {
                model.merge(key, value, (old, _) -> old);
                Text now =
                        map.merge(Text.of(heap, key), Text.of(heap, value), (old, _) -> old.copy());
                assertEquals(model.get(key), now.toString());
            }
            default -> {
                try (Text wanted = Text.of(heap, key)) {
                    Text found = map.get(wanted);
                    assertEquals(model.get(key), found == null ? null : found.toString());
                    if (found == null) return;
                    found.push("+");
                    model.put(key, model.get(key) + "+");
                }
            }
        }
    }
}
