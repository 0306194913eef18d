package org.allod.own;

import java.util.Objects;

/// A range of the keys of a [Tree], either end open.
///
/// @param <K> of the keys
/// @param from the least key; null: there is none
/// @param fromInclusive whether it is in the range
/// @param to the greatest key; null: there is none
/// @param toInclusive whether it is in the range
record TreeRange<K>(Tree<K, ?> tree, K from, boolean fromInclusive, K to, boolean toInclusive) {

    TreeRange {
        if (from != null && to != null && order(from, to) > 0) {
            throw new IllegalArgumentException("from=" + from + ", expected at most to=" + to);
        }
    }

    /// All keys.
    static <K> TreeRange<K> all(Tree<K, ?> tree) {
        return new TreeRange<>(tree, null, false, null, false);
    }

    @SuppressWarnings("unchecked")
    private static <K> int order(K left, K right) {
        return ((Comparable<K>) left).compareTo(right);
    }

    boolean isAll() {
        return from == null && to == null;
    }

    private boolean tooLow(K key) {
        if (from == null) return false;
        int order = order(key, from);
        return order < 0 || order == 0 && !fromInclusive;
    }

    private boolean tooHigh(K key) {
        if (to == null) return false;
        int order = order(key, to);
        return order > 0 || order == 0 && !toInclusive;
    }

    boolean contains(K key) {
        return !tooLow(key) && !tooHigh(key);
    }

    void check(K key) {
        if (!contains(Objects.requireNonNull(key, "key"))) throw out("key", key);
    }

    private IllegalArgumentException out(String name, K key) {
        return new IllegalArgumentException(name + "=" + key + ", expected one in the range");
    }

    /// A part of it. Its ends must lie in this range, or coincide with its ends.
    TreeRange<K> sub(K low, boolean lowInclusive, K high, boolean highInclusive) {
        if (low != null) checkEnd("from", low, lowInclusive);
        if (high != null) checkEnd("to", high, highInclusive);
        return new TreeRange<>(
                tree,
                low != null ? low : from,
                low != null ? lowInclusive : fromInclusive,
                high != null ? high : to,
                high != null ? highInclusive : toInclusive);
    }

    private void checkEnd(String name, K key, boolean inclusive) {
        boolean outside = from != null && order(key, from) < 0 || to != null && order(key, to) > 0;
        if (outside || inclusive && !contains(key)) throw out(name, key);
    }

    // ---- places: those out of range become NONE ----

    private long ifInRange(long place) {
        if (place == Keyed.NONE) return place;
        if (from != null) {
            int order = tree.compare(from, place);
            if (order > 0 || order == 0 && !fromInclusive) return Keyed.NONE;
        }
        if (to != null) {
            int order = tree.compare(to, place);
            if (order < 0 || order == 0 && !toInclusive) return Keyed.NONE;
        }
        return place;
    }

    long first() {
        return ifInRange(from == null ? tree.raw.first() : tree.above(from, fromInclusive));
    }

    long last() {
        return ifInRange(to == null ? tree.raw.last() : tree.below(to, toInclusive));
    }

    long next(long place) {
        return ifInRange(tree.raw.next(place));
    }

    long previous(long place) {
        return ifInRange(tree.raw.previous(place));
    }

    /// The first entry not below a key, or above it.
    long above(K key, boolean inclusive) {
        return tooLow(key) ? first() : ifInRange(tree.above(key, inclusive));
    }

    /// The last entry not above a key, or below it.
    long below(K key, boolean inclusive) {
        return tooHigh(key) ? last() : ifInRange(tree.below(key, inclusive));
    }
}
