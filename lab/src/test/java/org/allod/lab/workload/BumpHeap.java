package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicLong;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Blocks one after the other, never used again, for any thread. One flaw can be built in, which
/// shows at the 1,000th call of its kind, and every 1,000 calls from there.
class BumpHeap implements Allocator {
    enum Flaw {
        NONE,
        /// A block begins 8 bytes early.
        OVERLAPS,
        /// The request is refused.
        REFUSES,
        /// The free says that the heap is broken.
        COMPLAINS,
        /// The free throws what nobody expects.
        THROWS,
        /// The free is not counted.
        MISCOUNTS
    }

    private static final int PERIOD = 1000;

    private final Region region = Region.reserved(1L << 30);
    private final Flaw flaw;
    private final AtomicLong next = new AtomicLong(region.base());
    private final AtomicLong allocations = new AtomicLong();
    private final AtomicLong frees = new AtomicLong();
    private final AtomicLong uncounted = new AtomicLong();

    BumpHeap(Flaw flaw) {
        this.flaw = flaw;
        region.commit(region.base(), region.bytes());
    }

    @Override
    public long allocate(long size, long alignment) {
        boolean due = allocations.incrementAndGet() % PERIOD == 0;
        if (due && flaw == Flaw.REFUSES) return NULL;
        long bytes = Math.max(16, size + 15 & -16L);
        long block = next.getAndAdd(bytes);
        if (block + bytes > region.end()) throw new AssertionError("the test's heap is too small");
        return due && flaw == Flaw.OVERLAPS ? block - 8 : block;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        if (address == NULL) return;
        boolean due = frees.incrementAndGet() % PERIOD == 0;
        if (!due) return;
        switch (flaw) {
            case COMPLAINS -> throw new CorruptHeapError("bump", address, "free on purpose");
            case THROWS -> throw new IllegalStateException("thrown on purpose");
            case MISCOUNTS -> uncounted.incrementAndGet();
            default -> {}
        }
    }

    @Override
    public AllocatorStats stats() {
        long refused = flaw == Flaw.REFUSES ? allocations.get() / PERIOD : 0;
        return AllocatorStats.builder()
                .pages(4096, 8192, region.bytes())
                .calls(allocations.get() - refused, frees.get() - uncounted.get(), 0, refused)
                .build();
    }

    @Override
    public long trim() {
        return 0;
    }

    @Override
    public boolean owns(long address) {
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return true;
    }

    @Override
    public void walk(BlockVisitor visitor) {}

    @Override
    public void verify() {}

    @Override
    public void close() {
        region.close();
    }
}
