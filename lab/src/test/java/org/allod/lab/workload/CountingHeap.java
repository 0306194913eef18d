package org.allod.lab.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;

/// Another allocator, and what was asked of it. Any thread.
class CountingHeap implements Allocator {
    private final Allocator inner;
    private final ConcurrentMap<Long, LongAdder> sizes = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Thread> allocatedBy = new ConcurrentHashMap<>();
    private final AtomicLong liveBytes = new AtomicLong();
    private final AtomicLong liveBytesMax = new AtomicLong();
    private final LongAdder remoteFrees = new LongAdder();

    /// The sizes that the first thread asked for, as long as it was alone.
    private final List<Long> first = new ArrayList<>();

    private final int firstMax;

    CountingHeap(Allocator inner, int firstMax) {
        this.inner = inner;
        this.firstMax = firstMax;
    }

    @Override
    public long allocate(long size, long alignment) {
        if (first.size() < firstMax) first.add(size);
        sizes.computeIfAbsent(size, _ -> new LongAdder()).increment();
        long block = inner.allocate(size, alignment);
        allocatedBy.put(block, Thread.currentThread());
        long live = liveBytes.addAndGet(size);
        liveBytesMax.accumulateAndGet(live, Math::max);
        return block;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        if (address != NULL) {
            if (allocatedBy.remove(address) != Thread.currentThread()) remoteFrees.increment();
            liveBytes.addAndGet(-size);
        }
        inner.deallocate(address, size, alignment);
    }

    // ---- what was asked ----

    Map<Long, Long> sizes() {
        Map<Long, Long> counts = new TreeMap<>();
        sizes.forEach((size, count) -> counts.put(size, count.sum()));
        return counts;
    }

    long allocations() {
        return sizes.values().stream().mapToLong(LongAdder::sum).sum();
    }

    double bytesOnAverage() {
        long bytes = 0;
        for (Map.Entry<Long, Long> size : sizes().entrySet()) {
            bytes += size.getKey() * size.getValue();
        }
        return (double) bytes / allocations();
    }

    double percentOf(long size) {
        return 100.0 * sizes().getOrDefault(size, 0L) / allocations();
    }

    double percentRemote() {
        return 100.0 * remoteFrees.sum() / allocations();
    }

    long liveBytesMax() {
        return liveBytesMax.get();
    }

    int live() {
        return allocatedBy.size();
    }

    List<Long> first() {
        return first;
    }

    // ---- the rest is the other's ----

    @Override
    public AllocatorStats stats() {
        return inner.stats();
    }

    @Override
    public long trim() {
        return inner.trim();
    }

    @Override
    public boolean owns(long address) {
        return inner.owns(address);
    }

    @Override
    public boolean threadSafe() {
        return inner.threadSafe();
    }

    @Override
    public void walk(BlockVisitor visitor) {
        inner.walk(visitor);
    }

    @Override
    public void verify() {
        inner.verify();
    }

    @Override
    public void close() {
        inner.close();
    }
}
