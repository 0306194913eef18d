package org.allod;

import java.util.Map;
import java.util.TreeMap;

/// A plain first-fit heap for tests of what wraps allocators: its lists are Java maps, so that a
/// smashed block cannot smash it. Blocks are multiples of 16 bytes. Owner thread only.
public final class FirstFit implements Malloc {
    private static final long GRAIN = 16;

    private final Region region;
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final TreeMap<Long, Long> used = new TreeMap<>();
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;
    private boolean closed;

    /// Over a region, all of which is held from the start.
    public FirstFit(Region region) {
        this.region = region;
        if (!region.commit(region.base(), region.bytes())) {
            throw new IllegalArgumentException("limit=" + region.limit() + ", expected all of it");
        }
        free.put(region.base(), region.bytes() & -GRAIN);
    }

    @Override
    public long allocate(long size, long alignment) {
        Layout.checkAlignment(alignment);
        checkOpen();
        long bytes = rounded(size);
        for (Map.Entry<Long, Long> hole : free.entrySet()) {
            long start = hole.getKey();
            long end = start + hole.getValue();
            long grid = Math.max(alignment, GRAIN);
            long address = (start + grid - 1) & -grid;
            if (bytes < 0 || address < start || end - address < bytes) continue;
            free.remove(start);
            if (address > start) free.put(start, address - start);
            if (end > address + bytes) free.put(address + bytes, end - address - bytes);
            used.put(address, bytes);
            allocations++;
            return address;
        }
        failures++;
        return NULL;
    }

    private static long rounded(long size) {
        if (size < 0 || size > Long.MAX_VALUE - GRAIN) return -1;
        return (Math.max(1, size) + GRAIN - 1) & -GRAIN;
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        checkOpen();
        if (address == NULL) return;
        if (size > usableSize(address))
            throw new CorruptHeapError("FirstFit", address, "too small");
        free(address);
    }

    @Override
    public void free(long address) {
        checkOpen();
        if (address == NULL) return;
        long bytes = usableSize(address);
        used.remove(address);
        frees++;
        Map.Entry<Long, Long> before = free.lowerEntry(address);
        if (before != null && before.getKey() + before.getValue() == address) {
            address = before.getKey();
            bytes += before.getValue();
        }
        Long after = free.remove(address + bytes);
        free.put(address, bytes + (after == null ? 0 : after));
    }

    @Override
    public long usableSize(long address) {
        Long bytes = used.get(address);
        if (bytes == null) throw new CorruptHeapError("FirstFit", address, "no live block there");
        return bytes;
    }

    @Override
    public long reallocate(long address, long newSize) {
        if (address == NULL) return allocate(newSize, GRAIN);
        return reallocate(address, usableSize(address), GRAIN, newSize);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        long moved = Malloc.super.reallocate(address, size, alignment, newSize);
        if (moved != NULL && address != NULL) reallocations++;
        return moved;
    }

    @Override
    public AllocatorStats stats() {
        checkOpen();
        long granted = used.values().stream().mapToLong(Long::longValue).sum();
        return AllocatorStats.builder()
                .live(-1, granted)
                .pages(region.committed(), region.committedMax(), region.bytes())
                .calls(allocations, frees, reallocations, failures)
                .build();
    }

    @Override
    public long trim() {
        checkOpen();
        return 0;
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
        TreeMap<Long, Long> all = new TreeMap<>(free);
        all.putAll(used);
        all.forEach((address, bytes) ->
                visitor.block(
                        address,
                        bytes,
                        used.containsKey(address)
                                ? BlockVisitor.Kind.USED
                                : BlockVisitor.Kind.FREE));
    }

    @Override
    public void verify() {
        checkOpen();
    }

    @Override
    public void close() {
        closed = true;
        region.close();
    }

    private void checkOpen() {
        if (closed) throw new IllegalStateException("heap is closed, expected an open one");
    }
}
