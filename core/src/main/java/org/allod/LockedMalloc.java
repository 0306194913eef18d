package org.allod;

/// Any [Malloc], for any thread: see [LockedAllocator].
///
/// @param <M> the allocator within
public final class LockedMalloc<M extends Malloc> extends LockedAllocator<M> implements Malloc {

    LockedMalloc(M inner, Rescue<? super M> rescue) {
        super(inner, rescue);
    }

    /// For an allocator that is known to be a [Malloc] at run time only.
    @SuppressWarnings("unchecked")
    static <A extends Allocator> LockedAllocator<A> wrap(A inner, Rescue<? super A> rescue) {
        return (LockedAllocator<A>)
                new LockedMalloc<>((Malloc) inner, (Rescue<? super Malloc>) rescue);
    }

    @Override
    public void free(long address) {
        lock();
        try {
            inner.free(address);
        } finally {
            unlock();
        }
    }

    @Override
    public long usableSize(long address) {
        lock();
        try {
            return inner.usableSize(address);
        } finally {
            unlock();
        }
    }

    @Override
    public long reallocate(long address, long newSize) {
        lock();
        try {
            long block = inner.reallocate(address, newSize);
            if (block != NULL || !rescued(newSize, Layout.DEFAULT_ALIGNMENT)) return block;
            return inner.reallocate(address, newSize);
        } finally {
            unlock();
        }
    }
}
