package org.allod.own;

import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/// A walk over entries of a [Keyed], fail-fast.
///
/// @param <E> what it shows of each
final class KeyedWalk<E> implements Iterator<E> {

    /// From one place to the next one, as long as they are in range.
    interface Steps {
        /// The entry to begin with, or [Keyed#NONE].
        long first();

        /// The entry after one, or [Keyed#NONE].
        long next(long place);

        /// Drops an entry.
        ///
        /// @return what [#next] would have said
        long remove(long place);
    }

    private final Keyed<?, ?> map;
    private final Steps steps;
    private final LongFunction<E> show;
    private long next;
    private long last = Keyed.NONE;
    private int expected;

    KeyedWalk(Keyed<?, ?> map, Steps steps, LongFunction<E> show) {
        this.map = map;
        this.steps = steps;
        this.show = show;
        map.check();
        next = steps.first();
        expected = map.changes;
    }

    /// All entries of a map, in its own order.
    static <K, V> Iterator<Map.Entry<K, V>> over(Keyed<K, V> map) {
        long anchor = map.anchor();
        Steps all =
                new Steps() {
                    @Override
                    public long first() {
                        return map.first(anchor);
                    }

                    @Override
                    public long next(long place) {
                        return map.next(place, anchor);
                    }

                    @Override
                    public long remove(long place) {
                        return map.drop(place, anchor);
                    }
                };
        return new KeyedWalk<>(map, all, place -> new KeyedEntry<>(map, place));
    }

    @Override
    public boolean hasNext() {
        return next != Keyed.NONE;
    }

    @Override
    public E next() {
        check();
        if (next == Keyed.NONE) throw new NoSuchElementException();
        last = next;
        E shown = show.apply(last);
        next = steps.next(last);
        return shown;
    }

    @Override
    public void remove() {
        if (last == Keyed.NONE) {
            throw new IllegalStateException("no entry, expected one from next()");
        }
        check();
        map.checkChange();
        next = steps.remove(last);
        last = Keyed.NONE;
        expected = map.changes;
    }

    private void check() {
        map.check();
        if (map.changes != expected) throw new ConcurrentModificationException();
    }
}
