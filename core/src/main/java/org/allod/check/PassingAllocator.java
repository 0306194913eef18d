package org.allod.check;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;

/// A wrapper that has its own way with requests, and passes on what only looks.
abstract sealed class PassingAllocator implements Allocator
        permits FailingAllocator, RecordingAllocator {
    final Allocator inner;

    PassingAllocator(Allocator inner) {
        this.inner = inner;
    }

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
    public void close() {
        inner.close();
    }
}
