package org.allod.own;

/// Takes a key and a value.
@FunctionalInterface
public interface LongPair {
    /// One entry.
    void accept(long key, long value);
}
