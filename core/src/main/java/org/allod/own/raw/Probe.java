package org.allod.own.raw;

/// A key that is looked for, compared with keys in memory.
@FunctionalInterface
public interface Probe {
    /// Below 0, 0 or above 0, as the key looked for is less than, equal to or greater than the one
    /// in memory.
    ///
    /// @param key address of the key in memory
    int compareTo(long key);
}
