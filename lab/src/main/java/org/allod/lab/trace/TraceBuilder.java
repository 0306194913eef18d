package org.allod.lab.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Gathers operations into a [Trace] and knows which ids are live. Owner thread only.
///
/// Slots are used again last freed, first taken: a player's arrays stay as small as the peak, and
/// the slot of a new block is warm in the cache.
final class TraceBuilder {
    /// What the id table holds for an id whose block was freed.
    private static final int FREED = -2;

    private byte[] operations = new byte[1 << 12];
    private long[] ids = new long[1 << 12];
    private int[] slots = new int[1 << 12];
    private long[] sizes = new long[1 << 12];
    private long[] alignments = new long[1 << 12];
    private int[] threads = new int[1 << 12];
    private int length;

    private final IdTable slotOfId = new IdTable();
    private final IdTable threadNumbers = new IdTable();
    private final List<String> notes = new ArrayList<>();

    private long[] slotSizes = new long[1 << 8];
    private int[] freeSlots = new int[1 << 8];
    private int freeCount;
    private int slotCount;

    private long liveBytes;
    private long peakBytes;

    TraceBuilder() {}

    /// Adds an `a`.
    ///
    /// @param thread any number, as the file has it
    /// @param id any number, as the file has it
    /// @param size bytes, at least 0
    /// @param alignment a power of two, or 0
    /// @return false, and nothing is added, if the id is live already
    boolean allocate(long thread, long id, long size, long alignment) {
        if (isLive(id)) return false;
        int slot = freeCount > 0 ? freeSlots[--freeCount] : newSlot();
        slotOfId.put(id, slot);
        slotSizes[slot] = size;
        grow(size);
        add(Trace.ALLOCATE, thread, id, slot, size, alignment);
        return true;
    }

    /// Adds an `r`; the block stays in its slot.
    ///
    /// @return false, and nothing is added, if the id is not live
    boolean reallocate(long thread, long id, long size) {
        int slot = slotOfId.get(id);
        if (slot < 0) return false;
        grow(size - slotSizes[slot]);
        slotSizes[slot] = size;
        add(Trace.REALLOCATE, thread, id, slot, size, 0);
        return true;
    }

    /// Adds an `f`.
    ///
    /// @return false, and nothing is added, if the id is not live
    boolean free(long thread, long id) {
        int slot = slotOfId.get(id);
        if (slot < 0) return false;
        slotOfId.put(id, FREED);
        grow(-slotSizes[slot]);
        if (freeCount == freeSlots.length) freeSlots = Arrays.copyOf(freeSlots, freeCount * 2);
        freeSlots[freeCount++] = slot;
        add(Trace.FREE, thread, id, slot, 0, 0);
        return true;
    }

    /// Whether the id has a block now.
    boolean isLive(long id) {
        return slotOfId.get(id) >= 0;
    }

    /// Whether the id had a block once, and has none now.
    boolean wasFreed(long id) {
        return slotOfId.get(id) == FREED;
    }

    /// Adds a sentence for people, see [Trace#notes].
    void note(String sentence) {
        notes.add(sentence);
    }

    /// Operations so far.
    int length() {
        return length;
    }

    /// Largest sum of live sizes so far, bytes.
    long peakBytes() {
        return peakBytes;
    }

    /// @param name see [Trace#name]
    Trace build(String name) {
        return new Trace(
                name,
                Arrays.copyOf(operations, length),
                Arrays.copyOf(ids, length),
                Arrays.copyOf(slots, length),
                Arrays.copyOf(sizes, length),
                Arrays.copyOf(alignments, length),
                Arrays.copyOf(threads, length),
                slotCount,
                Math.max(1, threadNumbers.size()),
                List.copyOf(notes));
    }

    private void add(byte operation, long thread, long id, int slot, long size, long alignment) {
        if (length == operations.length) lengthen();
        int i = length++;
        operations[i] = operation;
        ids[i] = id;
        slots[i] = slot;
        sizes[i] = size;
        alignments[i] = alignment;
        threads[i] = threadNumber(thread);
    }

    private int threadNumber(long thread) {
        int number = threadNumbers.get(thread);
        if (number >= 0) return number;
        number = threadNumbers.size();
        threadNumbers.put(thread, number);
        return number;
    }

    private int newSlot() {
        if (slotCount == slotSizes.length) slotSizes = Arrays.copyOf(slotSizes, slotCount * 2);
        return slotCount++;
    }

    private void grow(long bytes) {
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
    }

    // ---- cold ----

    private void lengthen() {
        if (length > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "operations=" + length + " and more, expected below 2^30");
        }
        int longer = length * 2;
        operations = Arrays.copyOf(operations, longer);
        ids = Arrays.copyOf(ids, longer);
        slots = Arrays.copyOf(slots, longer);
        sizes = Arrays.copyOf(sizes, longer);
        alignments = Arrays.copyOf(alignments, longer);
        threads = Arrays.copyOf(threads, longer);
    }
}
