package org.allod.lab.replay;

import java.util.concurrent.locks.ReentrantLock;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;

/// Until org.allod.LockedAllocator is there.
final class LockedStandIn implements Allocator {
    private final Allocator heap;
    private final ReentrantLock lock = new ReentrantLock();

    LockedStandIn(Allocator heap) {
        this.heap = heap;
    }

    @Override
    public long allocate(long size, long alignment) {
        lock.lock();
        try {
            return heap.allocate(size, alignment);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        lock.lock();
        try {
            heap.deallocate(address, size, alignment);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        lock.lock();
        try {
            return heap.reallocate(address, size, alignment, newSize);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AllocatorStats stats() {
        lock.lock();
        try {
            return heap.stats();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long trim() {
        return 0;
    }

    @Override
    public boolean owns(long address) {
        return heap.owns(address);
    }

    @Override
    public boolean threadSafe() {
        return true;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        heap.walk(visitor);
    }

    @Override
    public void verify() {
        heap.verify();
    }

    @Override
    public void close() {
        heap.close();
    }
}
