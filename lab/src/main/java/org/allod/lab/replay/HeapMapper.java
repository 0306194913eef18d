package org.allod.lab.replay;

import org.allod.Allocator;
import org.allod.BlockVisitor;
import org.allod.Region;
import org.allod.lab.result.HeapMap;

/// Draws the heap: one walk to see how far it reaches, one to fill the cells.
///
/// In quiet only.
final class HeapMapper {
    /// About so many cells: one walk of a page of them is a picture 64 by 64.
    private static final int CELLS_MAX = 4096;

    private static final long CELL_BYTES_MIN = 64;

    private HeapMapper() {}

    /// The heap after `operation` operations.
    static HeapMap map(Allocator heap, Region region, long operation) {
        long top = Math.max(topOfBlocks(heap, region), topOfPages(region));
        long cellBytes = CELL_BYTES_MIN;
        while ((top + cellBytes - 1) / cellBytes > CELLS_MAX) cellBytes *= 2;
        int cells = (int) ((top + cellBytes - 1) / cellBytes);
        int[] used = new int[cells];
        int[] cached = new int[cells];
        int[] free = new int[cells];
        long size = cellBytes;
        heap.walk((address, bytes, kind) -> {
            if (!region.contains(address)) return;
            long from = address - region.base();
            switch (kind) {
                case USED -> spread(used, from, bytes, size);
                case CACHED -> spread(cached, from, bytes, size);
                case FREE -> spread(free, from, bytes, size);
                case OVERHEAD -> {}
            }
        });
        boolean[] committed = new boolean[cells];
        for (int cell = 0; cell < cells; cell++) {
            committed[cell] = region.isCommitted(region.base() + cell * cellBytes);
        }
        return new HeapMap(operation, cellBytes, used, cached, free, committed);
    }

    /// Adds a piece to the cells that it covers; what lies after the last one is left out.
    private static void spread(int[] cells, long from, long bytes, long cellBytes) {
        long end = Math.min(from + bytes, cells.length * cellBytes);
        for (long at = from; at < end; ) {
            int cell = (int) (at / cellBytes);
            long to = Math.min(end, (cell + 1) * cellBytes);
            cells[cell] += (int) (to - at);
            at = to;
        }
    }

    private static long topOfBlocks(Allocator heap, Region region) {
        long[] top = new long[1];
        heap.walk((address, bytes, kind) -> {
            boolean block = kind == BlockVisitor.Kind.USED || kind == BlockVisitor.Kind.CACHED;
            if (block && region.contains(address)) {
                top[0] = Math.max(top[0], address + bytes - region.base());
            }
        });
        return top[0];
    }

    private static long topOfPages(Region region) {
        long pageSize = Region.pageSize();
        long at = (region.bytes() - 1) & -pageSize;
        while (at >= 0 && !region.isCommitted(region.base() + at)) at -= pageSize;
        return Math.min(region.bytes(), at + pageSize);
    }
}
