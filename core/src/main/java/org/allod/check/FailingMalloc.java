package org.allod.check;

import org.allod.Malloc;

/// Fails one request of any [Malloc]: see [FailingAllocator].
///
/// A two-argument reallocation grows its block if it asks for more than [#usableSize].
public final class FailingMalloc extends FailingAllocator implements Malloc {
    private final Malloc inner;

    FailingMalloc(Malloc inner, long failAt) {
        super(inner, failAt);
        this.inner = inner;
    }

    @Override
    public void free(long address) {
        inner.free(address);
        removed(address);
    }

    @Override
    public long usableSize(long address) {
        return inner.usableSize(address);
    }

    @Override
    public long reallocate(long address, long newSize) {
        boolean fresh = address == NULL;
        boolean grows = fresh || Long.compareUnsigned(newSize, inner.usableSize(address)) > 0;
        if (grows && fails()) return NULL;
        long block = inner.reallocate(address, newSize);
        return fresh ? added(block) : block;
    }
}
