package org.allod.heap;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.Malloc;

/// A heap's allocator as its users get it where sites are tracked: arenas, owners and those who
/// work by address.
///
/// Each block goes into the heap's ledger as a segment does, so that a leak has its site. A
/// [Malloc] stays one: [TrackedMalloc]. Threads: as the wrapped one.
sealed class TrackedAllocator implements Allocator permits TrackedMalloc {
    private final Allocator inner;
    private final Ledger ledger;

    TrackedAllocator(Allocator inner, Ledger ledger) {
        this.inner = inner;
        this.ledger = ledger;
    }

    /// @return a [TrackedMalloc] if `inner` is a [Malloc]
    static TrackedAllocator of(Allocator inner, Ledger ledger) {
        return inner instanceof Malloc malloc
                ? new TrackedMalloc(malloc, ledger)
                : new TrackedAllocator(inner, ledger);
    }

    final long added(long address, long size, long alignment) {
        if (address != NULL) ledger.add(address, size, alignment);
        return address;
    }

    /// What is known of a block, which may be nothing: then the allocator says what is wrong.
    final Ledger.Block removed(long address) {
        return address == NULL ? null : ledger.remove(address);
    }

    final void putBack(long address, Ledger.Block block) {
        if (block != null) ledger.putBack(address, block);
    }

    @Override
    public final long allocate(long size, long alignment) {
        return added(inner.allocate(size, alignment), size, alignment);
    }

    @Override
    public final long allocateZeroed(long size, long alignment) {
        return added(inner.allocateZeroed(size, alignment), size, alignment);
    }

    @Override
    public final void deallocate(long address, long size, long alignment) {
        removed(address);
        inner.deallocate(address, size, alignment);
    }

    @Override
    public final long reallocate(long address, long size, long alignment, long newSize) {
        Ledger.Block block = removed(address);
        long moved = inner.reallocate(address, size, alignment, newSize);
        if (moved == NULL) putBack(address, block);
        return added(moved, newSize, alignment);
    }

    // ---- the rest ----

    @Override
    public final AllocatorStats stats() {
        return inner.stats();
    }

    @Override
    public final long trim() {
        return inner.trim();
    }

    @Override
    public final boolean owns(long address) {
        return inner.owns(address);
    }

    @Override
    public final boolean threadSafe() {
        return inner.threadSafe();
    }

    @Override
    public final void walk(BlockVisitor visitor) {
        inner.walk(visitor);
    }

    @Override
    public final void verify() {
        inner.verify();
    }

    @Override
    public final void close() {
        inner.close();
    }
}
