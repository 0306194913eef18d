package org.allod.own;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;

/// A [Tree], or a range of it, forwards or backwards, as a map of the JDK's.
///
/// @param <K> of the keys
/// @param <V> of the values
final class TreeView<K, V> extends AbstractMap<K, V> implements NavigableMap<K, V> {
    private final Tree<K, V> tree;
    private final TreeRange<K> range;
    private final boolean backwards;

    TreeView(Tree<K, V> tree) {
        this(tree, TreeRange.all(tree), false);
    }

    private TreeView(Tree<K, V> tree, TreeRange<K> range, boolean backwards) {
        this.tree = tree;
        this.range = range;
        this.backwards = backwards;
    }

    // ---- one entry ----

    /// The place of what may be a key; below 0 if it is none.
    @SuppressWarnings("unchecked")
    private long find(Object key) {
        tree.check();
        K known = (K) tree.keyType.carrier().cast(Objects.requireNonNull(key, "key"));
        return range.contains(known) ? tree.find(known) : -1;
    }

    @Override
    public int size() {
        if (range.isAll()) return (int) Math.min(tree.size(), Integer.MAX_VALUE);
        tree.check();
        int size = 0;
        for (long at = range.first(); at != Keyed.NONE; at = range.next(at)) size++;
        return size;
    }

    @Override
    public boolean isEmpty() {
        tree.check();
        return range.first() == Keyed.NONE;
    }

    @Override
    public boolean containsKey(Object key) {
        return find(key) >= 0;
    }

    @Override
    public V get(Object key) {
        long place = find(key);
        return place < 0 ? null : tree.readValue(place);
    }

    @Override
    public V put(K key, V value) {
        range.check(key);
        return tree.insert(key, value);
    }

    @Override
    public V remove(Object key) {
        tree.checkChange();
        long place = find(key);
        if (place < 0) return null;
        Map.Entry<K, V> entry = tree.extract(place);
        Keyed.discard(tree.keyType, entry.getKey());
        return entry.getValue();
    }

    @Override
    public void clear() {
        if (range.isAll()) tree.clear();
        else for (Iterator<K> keys = keys(); keys.hasNext(); keys.remove()) keys.next();
    }

    /// Drops the entry of what may be a key.
    boolean removeKey(Object key) {
        tree.checkChange();
        long place = find(key);
        if (place < 0) return false;
        tree.drop(place, Keyed.NONE);
        return true;
    }

    /// The key of an entry that was taken out, of which nobody wants the value.
    K keyOf(Map.Entry<K, V> taken) {
        if (taken == null) return null;
        Keyed.discard(tree.valueType, taken.getValue());
        return taken.getKey();
    }

    // ---- by order ----

    private long firstPlace() {
        tree.check();
        return backwards ? range.last() : range.first();
    }

    private long lastPlace() {
        tree.check();
        return backwards ? range.first() : range.last();
    }

    private long after(K key, boolean inclusive) {
        tree.check();
        Objects.requireNonNull(key, "key");
        return backwards ? range.below(key, inclusive) : range.above(key, inclusive);
    }

    private long before(K key, boolean inclusive) {
        tree.check();
        Objects.requireNonNull(key, "key");
        return backwards ? range.above(key, inclusive) : range.below(key, inclusive);
    }

    private Map.Entry<K, V> entry(long place) {
        if (place == Keyed.NONE) return null;
        return new SimpleImmutableEntry<>(tree.readKey(place), tree.readValue(place));
    }

    private K key(long place) {
        return place == Keyed.NONE ? null : tree.readKey(place);
    }

    private K some(long place) {
        if (place == Keyed.NONE) throw new NoSuchElementException("no entry");
        return tree.readKey(place);
    }

    private Map.Entry<K, V> poll(long place) {
        tree.checkChange();
        return place == Keyed.NONE ? null : tree.extract(place);
    }

    @Override
    public Map.Entry<K, V> firstEntry() {
        return entry(firstPlace());
    }

    @Override
    public Map.Entry<K, V> lastEntry() {
        return entry(lastPlace());
    }

    @Override
    public K firstKey() {
        return some(firstPlace());
    }

    @Override
    public K lastKey() {
        return some(lastPlace());
    }

    @Override
    public Map.Entry<K, V> pollFirstEntry() {
        return poll(firstPlace());
    }

    @Override
    public Map.Entry<K, V> pollLastEntry() {
        return poll(lastPlace());
    }

    @Override
    public Map.Entry<K, V> lowerEntry(K key) {
        return entry(before(key, false));
    }

    @Override
    public K lowerKey(K key) {
        return key(before(key, false));
    }

    @Override
    public Map.Entry<K, V> floorEntry(K key) {
        return entry(before(key, true));
    }

    @Override
    public K floorKey(K key) {
        return key(before(key, true));
    }

    @Override
    public Map.Entry<K, V> ceilingEntry(K key) {
        return entry(after(key, true));
    }

    @Override
    public K ceilingKey(K key) {
        return key(after(key, true));
    }

    @Override
    public Map.Entry<K, V> higherEntry(K key) {
        return entry(after(key, false));
    }

    @Override
    public K higherKey(K key) {
        return key(after(key, false));
    }

    @Override
    public Comparator<? super K> comparator() {
        return backwards ? Collections.reverseOrder() : null;
    }

    // ---- parts ----

    @Override
    public NavigableMap<K, V> descendingMap() {
        return new TreeView<>(tree, range, !backwards);
    }

    private NavigableMap<K, V> part(K from, boolean fromIn, K to, boolean toIn) {
        return new TreeView<>(
                tree,
                backwards ? range.sub(to, toIn, from, fromIn) : range.sub(from, fromIn, to, toIn),
                backwards);
    }

    @Override
    public NavigableMap<K, V> subMap(K from, boolean fromIn, K to, boolean toIn) {
        return part(
                Objects.requireNonNull(from, "from"),
                fromIn,
                Objects.requireNonNull(to, "to"),
                toIn);
    }

    @Override
    public NavigableMap<K, V> headMap(K to, boolean inclusive) {
        return part(null, false, Objects.requireNonNull(to, "to"), inclusive);
    }

    @Override
    public NavigableMap<K, V> tailMap(K from, boolean inclusive) {
        return part(Objects.requireNonNull(from, "from"), inclusive, null, false);
    }

    @Override
    public NavigableMap<K, V> subMap(K from, K to) {
        return subMap(from, true, to, false);
    }

    @Override
    public NavigableMap<K, V> headMap(K to) {
        return headMap(to, false);
    }

    @Override
    public NavigableMap<K, V> tailMap(K from) {
        return tailMap(from, true);
    }

    // ---- walks ----

    @Override
    public NavigableSet<K> navigableKeySet() {
        return new TreeKeys<>(this);
    }

    @Override
    public NavigableSet<K> keySet() {
        return navigableKeySet();
    }

    @Override
    public NavigableSet<K> descendingKeySet() {
        return descendingMap().navigableKeySet();
    }

    /// The keys, in order.
    Iterator<K> keys() {
        return walk(tree::readKey);
    }

    private <E> Iterator<E> walk(LongFunction<E> show) {
        return new KeyedWalk<>(tree, backwards ? new Back() : new Forth(), show);
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return TreeView.this.size();
            }

            @Override
            public boolean isEmpty() {
                return TreeView.this.isEmpty();
            }

            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return walk(place -> new KeyedEntry<>(tree, place));
            }

            @Override
            public boolean contains(Object other) {
                if (!(other instanceof Map.Entry<?, ?> entry) || entry.getKey() == null)
                    return false;
                long place = find(entry.getKey());
                return place >= 0 && Objects.equals(tree.readValue(place), entry.getValue());
            }

            @Override
            public boolean remove(Object other) {
                if (!contains(other)) return false;
                tree.drop(find(((Map.Entry<?, ?>) other).getKey()), Keyed.NONE);
                return true;
            }

            @Override
            public void clear() {
                TreeView.this.clear();
            }
        };
    }

    /// Upwards in the range.
    private final class Forth implements KeyedWalk.Steps {
        @Override
        public long first() {
            return range.first();
        }

        @Override
        public long next(long place) {
            return range.next(place);
        }

        @Override
        public long remove(long place) {
            boolean more = range.next(place) != Keyed.NONE;
            long next = tree.drop(place, Keyed.NONE);
            return more ? next : Keyed.NONE;
        }
    }

    /// Downwards in the range.
    private final class Back implements KeyedWalk.Steps {
        @Override
        public long first() {
            return range.last();
        }

        @Override
        public long next(long place) {
            return range.previous(place);
        }

        @Override
        public long remove(long place) {
            boolean more = range.previous(place) != Keyed.NONE;
            long above = tree.drop(place, Keyed.NONE);
            if (!more) return Keyed.NONE;
            return above == Keyed.NONE ? tree.raw.last() : tree.raw.previous(above);
        }
    }
}
