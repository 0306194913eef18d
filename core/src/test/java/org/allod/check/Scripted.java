package org.allod.check;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;

/// Answers each request with the next of its addresses, right or wrong.
final class Scripted implements Allocator {
    private final long[] addresses;
    private int next;

    Scripted(long... addresses) {
        this.addresses = addresses;
    }

    @Override
    public long allocate(long size, long alignment) {
        return addresses[next++];
    }

    @Override
    public void deallocate(long address, long size, long alignment) {}

    @Override
    public AllocatorStats stats() {
        return AllocatorStats.builder().build();
    }

    @Override
    public long trim() {
        return 0;
    }

    @Override
    public boolean owns(long address) {
        return true;
    }

    @Override
    public boolean threadSafe() {
        return false;
    }

    @Override
    public void walk(BlockVisitor visitor) {}

    @Override
    public void verify() {}

    @Override
    public void close() {}
}
