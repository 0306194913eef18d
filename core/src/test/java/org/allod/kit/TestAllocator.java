package org.allod.kit;

import java.util.Map;
import java.util.TreeMap;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;

/// First fit with all book-keeping beside the region: slow, and simple enough to be believed.
///
/// ```
///   free: TreeMap address → bytes      used: TreeMap address → Used(size, alignment, bytes)
/// ```
/// - **test.I1** the pieces of both maps tile what lies between the region's first and last
///   multiple of 16.
/// - **test.I2** no two free pieces touch.
///
/// It sees every wrong free. Owner thread only.
public final class TestAllocator implements Malloc {
    private static final String NAME = "test";

    /// What a map's entry costs, roughly.
    private static final long ENTRY_BYTES = 64;

    /// Every piece starts and ends at a multiple of this.
    private static final long GRANULE = 16;

    private record Used(long size, long alignment, long bytes) {}

    private final Region region;
    private final long base;
    private final long end;
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final TreeMap<Long, Used> used = new TreeMap<>();
    private long requested;
    private long granted;
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;
    private long peakCommitted;
    private boolean closed;

    /// Over a region, which then belongs to it.
    public TestAllocator(Region region) {
        this.region = region;
        this.base = region.base() + GRANULE - 1 & -GRANULE;
        this.end = region.end() & -GRANULE;
        if (end <= base) {
            throw new IllegalArgumentException(
                    "bytes=" + region.bytes() + ", expected at least " + (2 * GRANULE - 1));
        }
        free.put(base, end - base);
    }

    @Override
    public long allocate(long size, long alignment) {
        checkOpen();
        Layout.checkAlignment(alignment);
        boolean possible = size >= 0 && size <= end - base;
        long bytes = Math.max(1, size) + GRANULE - 1 & -GRANULE;
        long address = possible ? place(bytes, alignment) : NULL;
        if (address == NULL) {
            failures++;
            return NULL;
        }
        used.put(address, new Used(size, alignment, bytes));
        allocations++;
        requested += size;
        granted += bytes;
        peakCommitted = Math.max(peakCommitted, region.committed() + metadata());
        return address;
    }

    private long place(long bytes, long alignment) {
        for (Map.Entry<Long, Long> piece : free.entrySet()) {
            long start = piece.getKey();
            long limit = start + piece.getValue();
            long address = (start + alignment - 1) & -alignment;
            if (address < start || address > limit || bytes > limit - address) continue;
            if (!region.commit(address, bytes)) return NULL;
            free.remove(start);
            if (address > start) free.put(start, address - start);
            if (address + bytes < limit) free.put(address + bytes, limit - address - bytes);
            return address;
        }
        return NULL;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        checkOpen();
        Layout.checkAlignment(alignment);
        if (address == NULL) return;
        Used block = find(address);
        checkSize(address, size, block);
        remove(address, block);
    }

    private Used find(long address) {
        Used block = used.get(address);
        if (block == null) throw new CorruptHeapError(NAME, address, "no live block starts there");
        return block;
    }

    /// Sizes that round to the block's are taken for its own.
    private static void checkSize(long address, long size, Used block) {
        if (size > block.bytes || Math.max(1, size) <= block.bytes - GRANULE) {
            throw new CorruptHeapError(NAME, address, "size=" + size + ", is " + block.size);
        }
    }

    private void remove(long address, Used block) {
        used.remove(address);
        frees++;
        requested -= block.size;
        granted -= block.bytes;
        long start = address;
        long stop = address + block.bytes;
        Map.Entry<Long, Long> below = free.lowerEntry(address);
        if (below != null && below.getKey() + below.getValue() == start) start = below.getKey();
        Long above = free.remove(stop);
        if (above != null) stop += above;
        free.put(start, stop - start);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        if (address == NULL) return allocate(newSize, alignment);
        checkOpen();
        Layout.checkAlignment(alignment);
        Used block = find(address);
        checkSize(address, size, block);
        long moved = allocate(newSize, alignment);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(block.size, newSize));
        remove(address, block);
        reallocations++;
        return moved;
    }

    @Override
    public void free(long address) {
        checkOpen();
        if (address != NULL) remove(address, find(address));
    }

    @Override
    public long usableSize(long address) {
        checkOpen();
        return find(address).bytes;
    }

    @Override
    public long reallocate(long address, long newSize) {
        checkOpen();
        return reallocate(address, address == NULL ? 0 : find(address).size, 16, newSize);
    }

    // ---- cold ----

    private void checkOpen() {
        if (closed) throw new IllegalStateException("heap is closed, expected an open one");
    }

    private long metadata() {
        return ENTRY_BYTES * (free.size() + used.size());
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        return AllocatorStats.builder()
                .live(requested, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .tables(metadata(), peakCommitted)
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    @Override
    public long trim() {
        checkOpen();
        long bytes = 0;
        for (Map.Entry<Long, Long> piece : free.entrySet()) {
            bytes += region.decommit(piece.getKey(), piece.getValue());
        }
        return bytes;
    }

    @Override
    public boolean owns(long address) {
        checkOpen();
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return false;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        checkOpen();
        if (base > region.base()) {
            visitor.block(region.base(), base - region.base(), Kind.OVERHEAD);
        }
        for (long at = base; at < end; ) {
            Used block = used.get(at);
            long bytes = block != null ? block.bytes : free.get(at);
            visitor.block(at, bytes, block != null ? Kind.USED : Kind.FREE);
            at += bytes;
        }
        if (end < region.end()) visitor.block(end, region.end() - end, Kind.OVERHEAD);
    }

    @Override
    public void verify() {
        checkOpen();
        boolean lastFree = false;
        for (long at = base; at < end; ) {
            Used block = used.get(at);
            Long piece = free.get(at);
            if ((block == null) == (piece == null)) throw new CorruptHeapError(NAME, at, "test.I1");
            if (piece != null && lastFree) throw new CorruptHeapError(NAME, at, "test.I2");
            lastFree = piece != null;
            at += piece != null ? piece : block.bytes;
        }
    }

    @Override
    public void close() {
        closed = true;
        region.close();
    }
}
