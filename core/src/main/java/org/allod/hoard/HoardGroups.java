package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// The superblocks of one heap that have a class, by how full they are.
///
/// ```
///  off heap: which lists have one, and the first of each
///   │ mask of 0 │ ... │ mask of 8 │    │ group 0: class 0 │ class 1 │ ... │ group 8 ... │
///                                               ▼
///                                         superblock ◄──► superblock      last come, first
/// ```
///
/// A superblock of u bytes used is in group 8 u / S, or in group 8 if it has no block left, where
/// it stays until an eighth is free: else another thread's frees and the next allocations would
/// take turns in moving it.
///
/// Threads: under the heap's lock.
///
/// Source: the paper, 4.1 of the description; there a superblock comes first at each free.
final class HoardGroups {
    private static final int FULL = HoardSizes.GROUPS;
    private static final long HEADS = 128;

    /// Bytes that they take.
    static final long BYTES = HEADS + (FULL + 1) * Long.SIZE * 8L;

    private final HoardTable table;
    private final long record;

    /// @param record of [#BYTES], zero
    HoardGroups(HoardTable table, long record) {
        this.table = table;
        this.record = record;
    }

    /// The fullest superblock of the class that has a block left, or NULL.
    long withSpace(int sizeClass) {
        for (int group = FULL - 1; group >= 0; group--) {
            if ((mask(group) >>> sizeClass & 1) != 0) return head(group, sizeClass);
        }
        return NULL;
    }

    /// The classes of which a group has superblocks, a bit each.
    long mask(int group) {
        return Memory.getLong(record + group * 8L);
    }

    private void setMask(int group, long mask) {
        Memory.putLong(record + group * 8L, mask);
    }

    private long place(int group, int sizeClass) {
        return record + HEADS + (group * Long.SIZE + sizeClass) * 8L;
    }

    /// First superblock of a group, or NULL.
    long head(int group, int sizeClass) {
        return Memory.getLong(place(group, sizeClass));
    }

    /// Puts a superblock into a group, as the first.
    void link(long sb, int sizeClass, int group) {
        long place = place(group, sizeClass);
        long next = Memory.getLong(place);
        table.setNext(sb, next);
        table.setPrev(sb, NULL);
        table.setGroup(sb, group, Math.min(group, FULL - 1) << table.sizes.groupShift);
        if (next != NULL) table.setPrev(next, sb);
        else setMask(group, mask(group) | 1L << sizeClass);
        Memory.putLong(place, sb);
    }

    /// Takes a superblock out of its group.
    void unlink(long sb, int sizeClass) {
        long next = table.next(sb);
        long prev = table.prev(sb);
        int group = table.group(sb);
        if (next != NULL) table.setPrev(next, prev);
        if (prev != NULL) {
            table.setNext(prev, next);
            return;
        }
        Memory.putLong(place(group, sizeClass), next);
        if (next == NULL) setMask(group, mask(group) & ~(1L << sizeClass));
    }
}
