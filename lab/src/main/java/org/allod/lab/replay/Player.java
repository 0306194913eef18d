package org.allod.lab.replay;

import org.allod.Allocator;
import org.allod.lab.trace.Trace;
import org.allod.memory.Memory;

/// The loop: runs operations of a [Part] against an allocator, without garbage.
///
/// ```
///   blocks   │ address │ size │ address │ size │ ...     by slot; address 0: no block
///                  slot 0           slot 1
/// ```
///
/// A request that is refused is counted. A slot that has no block is skipped by `f`; an `r` of it
/// allocates. A refused `r` leaves the old block in its slot.
///
/// Owner thread only. Players of several threads share `blocks`: a slot passes from one to another
/// with the count that a part publishes.
final class Player {
    private static final long PAGE_BYTES = 4096;

    private final Allocator heap;
    private final Part part;
    private final long[] blocks;
    private final Touch touch;
    private final boolean copyRealloc;
    private long failures;

    /// A player of `part`.
    ///
    /// @param blocks two longs a slot, shared by all parts of the plan
    Player(Allocator heap, Part part, long[] blocks, Touch touch, boolean copyRealloc) {
        this.heap = heap;
        this.part = part;
        this.blocks = blocks;
        this.touch = touch;
        this.copyRealloc = copyRealloc;
    }

    /// The slots of a plan, all without a block.
    static long[] slotsOf(Plan plan) {
        return new long[Math.max(1, plan.slotCount()) * 2];
    }

    /// Requests that were refused so far.
    long failures() {
        return failures;
    }

    /// Runs the operations `[from, to)` of the part.
    void play(int from, int to) {
        Allocator heap = this.heap;
        byte[] operations = part.operations();
        int[] slots = part.slots();
        long[] sizes = part.sizes();
        byte[] alignments = part.alignments();
        long[] blocks = this.blocks;
        Touch touch = this.touch;
        for (int i = from; i < to; i++) {
            int slot = slots[i] << 1;
            long alignment = 1L << alignments[i];
            byte operation = operations[i];
            if (operation == Trace.ALLOCATE) {
                long size = sizes[i];
                long address = heap.allocate(size, alignment);
                blocks[slot] = address;
                blocks[slot + 1] = size;
                if (address != Allocator.NULL) touch(touch, address, size);
                else failures++;
            } else if (operation == Trace.FREE) {
                long address = blocks[slot];
                if (address == Allocator.NULL) continue;
                heap.deallocate(address, blocks[slot + 1], alignment);
                blocks[slot] = Allocator.NULL;
            } else {
                resize(slot, alignment, sizes[i]);
            }
        }
    }

    private void resize(int slot, long alignment, long newSize) {
        long address = blocks[slot];
        long size = blocks[slot + 1];
        long moved;
        if (address == Allocator.NULL) moved = heap.allocate(newSize, alignment);
        else if (copyRealloc) moved = copy(address, size, alignment, newSize);
        else moved = heap.reallocate(address, size, alignment, newSize);
        if (moved == Allocator.NULL) {
            failures++;
            return;
        }
        blocks[slot] = moved;
        blocks[slot + 1] = newSize;
        touch(touch, moved, newSize);
    }

    private long copy(long address, long size, long alignment, long newSize) {
        long moved = heap.allocate(newSize, alignment);
        if (moved == Allocator.NULL) return moved;
        Memory.copy(address, moved, Math.min(size, newSize));
        heap.deallocate(address, size, alignment);
        return moved;
    }

    private static void touch(Touch touch, long address, long size) {
        if (touch == Touch.PAGE) {
            Memory.putByte(address, (byte) 1);
            long last = address + size - 1;
            for (long at = address + PAGE_BYTES; at < last; at += PAGE_BYTES) {
                Memory.putByte(at, (byte) 1);
            }
            if (last > address) Memory.putByte(last, (byte) 1);
        } else if (touch == Touch.ALL) {
            Memory.fill(address, Math.max(1, size), (byte) 1);
        }
    }
}
