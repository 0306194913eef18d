package org.allod.kit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.LockedAllocator;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;

/// [TestAllocator] with one [Flaw].
final class FlawedAllocator implements Malloc {
    private static final AtomicLong ALL_ALLOCATIONS = new AtomicLong();

    private final Flaw flaw;
    private final Region region;
    private final Malloc honest;
    private long empty;
    private long freed;
    private boolean closed;

    /// Threads that are allocating, and what the last of them got.
    private final AtomicInteger inside = new AtomicInteger();

    private volatile Handed last;

    private record Handed(long address, long size) {}

    FlawedAllocator(Flaw flaw, Region region) {
        this.flaw = flaw;
        this.region = region;
        TestAllocator test = open(flaw, region);
        this.honest = flaw == Flaw.PRETENDS_TO_BE_SAFE ? LockedAllocator.of(test) : test;
    }

    private static TestAllocator open(Flaw flaw, Region region) {
        try {
            return new TestAllocator(region);
        } catch (IllegalArgumentException refusal) {
            if (flaw != Flaw.SPEAKS_IN_RIDDLES) throw refusal;
            throw new IllegalArgumentException("too small", refusal);
        }
    }

    private boolean is(Flaw one) {
        return flaw == one;
    }

    @Override
    public long allocate(long size, long alignment) {
        ALL_ALLOCATIONS.incrementAndGet();
        if (closed) return NULL;
        if (is(Flaw.PRETENDS_TO_BE_SAFE)) return allocateAtOnce(size, alignment);
        if (is(Flaw.SHARES_EMPTY_BLOCKS) && size == 0) {
            return empty != NULL ? empty : (empty = honest.allocate(0, alignment));
        }
        long asked = is(Flaw.WRAPS_SIZES) && size < 0 ? -size & 0xFF : size;
        if (is(Flaw.OVERLAPS)) asked = size / 2;
        long wanted = alignment;
        if (is(Flaw.MISALIGNS)) wanted = Math.min(alignment, 16);
        if (is(Flaw.TAKES_ANY_ALIGNMENT)) wanted = 16;
        long block = honest.allocate(asked, wanted);
        if (block == NULL && is(Flaw.RAISES_THE_LIMIT) && region.limit() != Long.MAX_VALUE) {
            region.limit(Long.MAX_VALUE);
            block = honest.allocate(asked, wanted);
        }
        if (block != NULL && is(Flaw.OVERRUNS)) {
            Memory.putByte(block + honest.usableSize(block), (byte) 0);
        }
        return block;
    }

    /// What threads get of a heap without a lock: now and then two of them one block. Its maps are
    /// not torn in earnest, since a torn tree may loop for ever.
    private long allocateAtOnce(long size, long alignment) {
        boolean alone = inside.getAndIncrement() == 0;
        try {
            Thread.yield();
            Handed other = last;
            if (!alone
                    && other != null
                    && other.size >= size
                    && (other.address & alignment - 1) == 0) {
                return other.address;
            }
            long block = honest.allocate(size, alignment);
            if (block != NULL) last = new Handed(block, size);
            return block;
        } finally {
            inside.getAndDecrement();
        }
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        return is(Flaw.FORGETS_ZEROING)
                ? allocate(size, alignment)
                : Malloc.super.allocateZeroed(size, alignment);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        if (closed) return;
        if (is(Flaw.OVERLAPS)) {
            honest.free(address);
        } else if (is(Flaw.REFUSES_NULL) && address == NULL) {
            throw new CorruptHeapError("flawed", address, "NULL freed");
        } else if (is(Flaw.INSISTS_ON_ALIGNMENT) && (address & alignment - 1) != 0) {
            throw new CorruptHeapError("flawed", address, "alignment=" + alignment);
        } else if (is(Flaw.TAKES_ANY_ALIGNMENT)) {
            honest.deallocate(address, size, 16);
        } else if (is(Flaw.SEES_NO_WRONG_SIZE)) {
            honest.free(address);
        } else if (is(Flaw.LEAKS)) {
            free(address);
        } else if (!is(Flaw.SEES_NO_WRONG_FREE)) {
            honest.deallocate(address, size, alignment);
        } else {
            free(address);
        }
    }

    @Override
    public void free(long address) {
        if (closed) return;
        if (is(Flaw.LEAKS) && ++freed % 10 == 0) return;
        if (!is(Flaw.SEES_NO_WRONG_FREE)) {
            honest.free(address);
        } else {
            try {
                honest.free(address);
            } catch (CorruptHeapError swallowed) {
                return;
            }
        }
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (closed) return NULL;
        if (is(Flaw.RESIZES_NO_NULL) && address == NULL) return NULL;
        if (is(Flaw.FREES_AT_ZERO) && newSize == 0) {
            honest.deallocate(address, size, alignment);
            return NULL;
        }
        if (is(Flaw.FREES_BEFORE_RESIZING)) {
            Memory.fill(address, size, (byte) 0);
        }
        if (is(Flaw.SEES_NO_WRONG_RESIZE) && !isLive(address)) return allocate(newSize, alignment);
        if (is(Flaw.OVERLAPS) || is(Flaw.TAKES_ANY_ALIGNMENT) || is(Flaw.MISALIGNS)) {
            return Malloc.super.reallocate(address, size, alignment, newSize);
        }
        long moved = honest.reallocate(address, size, alignment, newSize);
        if (is(Flaw.LOSES_CONTENTS) && moved != NULL) Memory.fill(moved, newSize, (byte) 0);
        return moved;
    }

    private boolean isLive(long address) {
        try {
            return honest.usableSize(address) > 0;
        } catch (CorruptHeapError noBlock) {
            return false;
        }
    }

    @Override
    public long reallocate(long address, long newSize) {
        if (closed) return NULL;
        long moved = honest.reallocate(address, newSize);
        if (is(Flaw.LOSES_CONTENTS) && moved != NULL) Memory.fill(moved, newSize, (byte) 0);
        return moved;
    }

    @Override
    public long usableSize(long address) {
        if (closed) return 0;
        return honest.usableSize(address) + (is(Flaw.USABLE_TOO_MUCH) ? 16 : 0);
    }

    @Override
    public AllocatorStats stats() {
        if (closed) return AllocatorStats.builder().build();
        AllocatorStats told = honest.stats();
        long allocations = told.allocations();
        if (is(Flaw.SHARES_COUNTERS)) allocations = ALL_ALLOCATIONS.get();
        return AllocatorStats.builder()
                .live(-1, told.granted() - (is(Flaw.COUNTS_WRONG) ? told.blocksUsed() : 0))
                .pages(told.held(), told.peakHeld(), told.reserved())
                .tables(told.metadata(), told.peakCommitted())
                .calls(allocations, told.frees(), told.reallocations(), told.failures())
                .build();
    }

    @Override
    public long trim() {
        if (closed || is(Flaw.TRIM_SLEEPS)) return 0;
        if (is(Flaw.TRIM_BITES)) return region.decommit(region.base(), region.bytes() / 2);
        return honest.trim() + (is(Flaw.TRIM_LIES) ? Region.pageSize() : 0);
    }

    @Override
    public boolean owns(long address) {
        return closed || is(Flaw.OWNS_ALL) || honest.owns(address);
    }

    @Override
    public boolean threadSafe() {
        return is(Flaw.PRETENDS_TO_BE_SAFE);
    }

    @Override
    public void walk(BlockVisitor visitor) {
        if (closed) return;
        honest.walk((address, bytes, kind) -> {
            boolean shown = !is(Flaw.WALKS_WITH_GAPS) || kind != BlockVisitor.Kind.FREE;
            if (shown) visitor.block(address, bytes, kind);
        });
    }

    @Override
    public void verify() {
        if (!closed) honest.verify();
    }

    @Override
    public void close() {
        if (is(Flaw.KEEPS_THE_REGION)) return;
        closed = is(Flaw.WORKS_AFTER_CLOSE);
        honest.close();
    }
}
