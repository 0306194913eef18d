package org.allod.own;

import java.util.AbstractMap.SimpleEntry;
import java.util.Objects;

/// An entry that a walk over a [Keyed] showed: what it was then, and a way to set its value.
///
/// @param <K> of the key
/// @param <V> of the value
final class KeyedEntry<K, V> extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1;

    private final transient Keyed<K, V> map;
    private final transient long place;
    private transient int expected;

    KeyedEntry(Keyed<K, V> map, long place) {
        super(map.readKey(place), map.readValue(place));
        this.map = map;
        this.place = place;
        this.expected = map.changes;
    }

    /// Sets the value in the map; looks the key up again where the map has changed.
    @Override
    public V setValue(V value) {
        map.checkChange();
        map.valueType.check(map, value);
        long at = map.changes == expected ? place : map.find(Objects.requireNonNull(getKey()));
        if (at < 0) throw map.changedMeanwhile();
        V old = map.replace(at, value);
        if (at == place) expected = map.changes;
        if (!map.valueType.isOwner()) super.setValue(value);
        return old;
    }

    // Serialised as what it shows.
    private Object writeReplace() {
        return new SimpleEntry<>(getKey(), getValue());
    }
}
