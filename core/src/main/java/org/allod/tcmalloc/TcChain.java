package org.allod.tcmalloc;

/// Free blocks of one class on their way between caches, each linked to the next by its first word.
final class TcChain {
    /// The first, or 0.
    long head;

    int count;

    TcChain empty() {
        head = 0;
        count = 0;
        return this;
    }
}
