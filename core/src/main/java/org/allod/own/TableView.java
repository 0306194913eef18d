package org.allod.own;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A [Table] as a map of the JDK's. What is not here asks the entries one by one.
///
/// @param <K> of the keys
/// @param <V> of the values
final class TableView<K, V> extends AbstractMap<K, V> {
    private final Table<K, V> table;

    TableView(Table<K, V> table) {
        this.table = table;
    }

    /// The place of what may be a key; below 0 if it is none.
    @SuppressWarnings("unchecked")
    private long find(Object key) {
        table.check();
        Objects.requireNonNull(key, "key");
        return table.keyType.carrier().isInstance(key) ? table.find((K) key) : -1;
    }

    @Override
    public int size() {
        return (int) Math.min(table.size(), Integer.MAX_VALUE);
    }

    @Override
    public boolean containsKey(Object key) {
        return find(key) >= 0;
    }

    @Override
    public V get(Object key) {
        long place = find(key);
        return place < 0 ? null : table.readValue(place);
    }

    @Override
    public V put(K key, V value) {
        return table.insert(key, value);
    }

    @Override
    public V remove(Object key) {
        table.checkChange();
        long place = find(key);
        if (place < 0) return null;
        Map.Entry<K, V> entry = table.extract(place);
        Keyed.discard(table.keyType, entry.getKey());
        return entry.getValue();
    }

    @Override
    public void clear() {
        table.clear();
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return TableView.this.size();
            }

            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                table.check();
                return KeyedWalk.over(table);
            }

            @Override
            public boolean contains(Object other) {
                if (!(other instanceof Map.Entry<?, ?> entry) || entry.getKey() == null)
                    return false;
                long place = find(entry.getKey());
                return place >= 0 && Objects.equals(table.readValue(place), entry.getValue());
            }

            @Override
            public boolean remove(Object other) {
                if (!contains(other)) return false;
                table.drop(find(((Map.Entry<?, ?>) other).getKey()), Keyed.NONE);
                return true;
            }

            @Override
            public void clear() {
                table.clear();
            }
        };
    }
}
