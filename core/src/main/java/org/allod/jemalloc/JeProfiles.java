package org.allod.jemalloc;

/// What the heap's profilers note.
final class JeProfiles {
    void freed(long address) {}
}
