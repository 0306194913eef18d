package org.allod.check;

import java.util.List;
import org.allod.BlockVisitor;

/// Shows the pieces of a wrapped heap the way the owners of its blocks see them.
///
/// ```
///   the wrapped heap's   │        USED            │ FREE ...
///   shown                │OVERHEAD│ USED │OVERHEAD│ FREE ...
/// ```
final class CheckedWalk implements BlockVisitor {
    private final List<CheckedBlock> blocks;
    private final BlockVisitor visitor;
    private int next;

    /// @param blocks live and held ones, in address order
    CheckedWalk(List<CheckedBlock> blocks, BlockVisitor visitor) {
        this.blocks = blocks;
        this.visitor = visitor;
    }

    @Override
    public void block(long address, long bytes, Kind kind) {
        long end = address + bytes;
        while (next < blocks.size() && blocks.get(next).address < address) next++;
        if (next == blocks.size() || blocks.get(next).address >= end) {
            visitor.block(address, bytes, kind);
            return;
        }
        long at = address;
        while (next < blocks.size() && blocks.get(next).address < end) {
            CheckedBlock block = blocks.get(next++);
            show(at, block.address, Kind.OVERHEAD);
            at = Math.min(end, block.address + block.usable());
            show(block.address, at, block.isFreed() ? Kind.CACHED : Kind.USED);
        }
        show(at, end, Kind.OVERHEAD);
    }

    private void show(long from, long to, Kind kind) {
        if (to > from) visitor.block(from, to - from, kind);
    }
}
