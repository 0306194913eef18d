package org.allod.lab.workload;

import org.allod.memory.Memory;

/// The blocks of one thread of sh6bench or sh8bench: an array that is filled from left to right and
/// emptied all at once, but for a window of blocks that live through one more filling.
///
/// ```
///   0            lo        hi           position          slots
///   │ filled ... │  kept   │ filled ... │ free ...        │
///
///   full:  free 0..lo in this order, then slots-1 down to hi;
///          what was right of the window becomes, for a fifth of the array, the next window
/// ```
///
/// Source: sh6bench and sh8bench of mimalloc-bench, as described in words.
final class KeptWindow {
    private static final int WINDOWS = 5;

    private final Worker worker;
    private final long[] blocks;
    private final int[] sizes;
    private int low;
    private int high;
    private int position;

    /// @param slots at least 1
    KeptWindow(Worker worker, int slots) {
        this.worker = worker;
        blocks = new long[slots];
        sizes = new int[slots];
    }

    boolean isFull() {
        return position == blocks.length;
    }

    /// Allocates a block into the next slot, and writes its first and last byte.
    void add(int size) {
        long block = worker.allocate(size);
        Memory.putByte(block, (byte) size);
        Memory.putByte(block + size - 1, (byte) size);
        blocks[position] = block;
        sizes[position] = size;
        position++;
        if (position == low) position = high;
    }

    /// Frees all but the next window. Full.
    void release() {
        int slots = blocks.length;
        int newLow = high == slots ? 0 : high;
        int newHigh = Math.min(newLow + slots / WINDOWS, slots);
        for (int i = 0; i < newLow; i++) free(i);
        for (int i = slots - 1; i >= newHigh; i--) free(i);
        low = newLow;
        high = newHigh;
        position = low == 0 ? high : 0;
    }

    private void free(int slot) {
        worker.deallocate(blocks[slot], sizes[slot]);
    }

    /// Looks at the two bytes of all blocks and frees them, from the left to the right.
    ///
    /// @throws CorruptionException if one is not what was written
    void close() {
        for (int i = 0; i < position; i++) {
            if (i < low || i >= high) checkAndFree(i);
        }
        for (int i = low; i < high; i++) checkAndFree(i);
        low = 0;
        high = 0;
        position = 0;
    }

    private void checkAndFree(int slot) {
        long block = blocks[slot];
        byte written = (byte) sizes[slot];
        if (Memory.getByte(block) != written
                || Memory.getByte(block + sizes[slot] - 1) != written) {
            throw new CorruptionException(
                    "corruption: first or last of the %d bytes at 0x%x is not what was written"
                            .formatted(sizes[slot], block));
        }
        free(slot);
    }
}
