package org.allod.heap;

import org.allod.Layout;
import org.allod.Malloc;

/// A heap's [Malloc] where sites are tracked: see [TrackedAllocator].
final class TrackedMalloc extends TrackedAllocator implements Malloc {
    private final Malloc inner;

    TrackedMalloc(Malloc inner, Ledger ledger) {
        super(inner, ledger);
        this.inner = inner;
    }

    @Override
    public void free(long address) {
        removed(address);
        inner.free(address);
    }

    @Override
    public long usableSize(long address) {
        return inner.usableSize(address);
    }

    @Override
    public long reallocate(long address, long newSize) {
        Ledger.Block block = removed(address);
        long moved = inner.reallocate(address, newSize);
        if (moved == NULL) putBack(address, block);
        return added(moved, newSize, Layout.DEFAULT_ALIGNMENT);
    }
}
