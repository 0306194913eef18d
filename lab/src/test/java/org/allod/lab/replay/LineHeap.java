package org.allod.lab.replay;

import java.util.Map;
import java.util.TreeMap;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;

/// Blocks in a line, 16 bytes apart at least, never used again: every number is known beforehand.
/// One flaw can be built in.
class LineHeap implements Allocator {
    enum Flaw {
        NONE,
        /// Each block begins in the middle of the one before.
        OVERLAPS,
        /// A moved block's contents stay behind.
        FORGETS,
        /// Every block is 8 bytes off its alignment.
        MISALIGNS,
        /// The walk leaves out the second block.
        HIDES,
        /// The walk shows a free block for each used one.
        SHOWS_FREE
    }

    private final Region region;
    private final Flaw flaw;
    private final TreeMap<Long, Long> live = new TreeMap<>();
    private long next;
    private long granted;

    LineHeap(Region region, Flaw flaw) {
        this.region = region;
        this.flaw = flaw;
        this.next = region.base();
    }

    @Override
    public long allocate(long size, long alignment) {
        long bytes = Math.max(16, size + 15 & -16L);
        long at = next + alignment - 1 & -alignment;
        if (size < 0 || bytes > region.end() - at) return NULL;
        if (flaw == Flaw.OVERLAPS && next != region.base()) at -= 16;
        if (flaw == Flaw.MISALIGNS) at += 8;
        region.commit(at, bytes);
        next = at + bytes;
        live.put(at, bytes);
        granted += bytes;
        return at;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        granted -= live.remove(address);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (flaw != Flaw.FORGETS)
            return Allocator.super.reallocate(address, size, alignment, newSize);
        deallocate(address, size, alignment);
        return allocate(newSize, alignment);
    }

    @Override
    public AllocatorStats stats() {
        return AllocatorStats.builder()
                .live(-1, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(1000, 0)
                .build();
    }

    @Override
    public void walk(BlockVisitor visitor) {
        long at = region.base();
        int count = 0;
        for (Map.Entry<Long, Long> block : live.entrySet()) {
            if (flaw == Flaw.HIDES && ++count == 2) continue;
            long address = block.getKey();
            if (address != at) visitor.block(at, address - at, Kind.FREE);
            Kind kind = flaw == Flaw.SHOWS_FREE ? Kind.FREE : Kind.USED;
            visitor.block(address, block.getValue(), kind);
            at = address + block.getValue();
        }
        if (at != region.end()) visitor.block(at, region.end() - at, Kind.OVERHEAD);
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
        return false;
    }

    @Override
    public void verify() {}

    @Override
    public void close() {
        region.close();
    }
}
