package org.allod.kit;

import org.allod.Allocator;
import org.allod.Region;

/// What a contract is checked against: how to make a heap, and what its page documents.
public interface Subject {
    /// 1 KiB.
    long KIB = 1 << 10;

    /// 1 MiB.
    long MIB = 1 << 20;

    /// A new heap that owns `region`.
    Allocator heapOver(Region region);

    /// A new heap over address space of its own.
    default Allocator heap(long bytes) {
        return heapOver(Region.reserved(bytes));
    }

    /// Bytes by which the largest request may shrink once everything was allocated and freed.
    /// [Long#MAX_VALUE] for an allocator that never merges blocks.
    default long restAfterFreeAll() {
        return 0;
    }

    /// Whether `trim` gives the pages of free blocks back.
    default boolean givesPagesBack() {
        return true;
    }
}
