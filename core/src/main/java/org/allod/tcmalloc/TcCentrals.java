package org.allod.tcmalloc;

import org.allod.parts.PageHeap;

/// The central lists of all classes, which lend each other slots.
final class TcCentrals {
    /// Slots that a class begins with. Source: spec 1.3.
    static final int SLOTS_START = 16;

    /// Most slots of a class. Source: spec 1.3.
    private static final int SLOTS_MAX = 64;

    /// Most bytes in the slots of a class. Source: spec 1.3.
    private static final long SLOTS_BYTES = 1 << 20;

    private final TcCentral[] lists = new TcCentral[TcClasses.COUNT];

    /// Whose turn it is to give up a slot: 0, or a class + 1. A lost update does no harm.
    private int victim;

    /// Slots of the original's class 0, which has no blocks, and lends its slots first.
    private int slotsOfNone = SLOTS_START;

    TcCentrals(PageHeap heap, TcOptions options) {
        for (int c = 0; c < lists.length; c++) lists[c] = new TcCentral(this, heap, c, options);
    }

    /// Slots that a class may have.
    static int slotsLimit(int size, int batch) {
        return (int) Math.min(SLOTS_MAX, Math.max(1, SLOTS_BYTES / ((long) size * batch)));
    }

    TcCentral of(int sizeClass) {
        return lists[sizeClass];
    }

    /// Finds a slot for a class that is locked: one that is not in use, else one that is.
    boolean evict(int sizeClass) {
        return evict(sizeClass, false) || evict(sizeClass, true);
    }

    private boolean evict(int sizeClass, boolean force) {
        int turn = victim;
        victim = turn == lists.length ? 0 : turn + 1;
        if (turn == 0) return slotsOfNone > 0 && slotsOfNone-- > 0;
        return turn - 1 != sizeClass && lists[turn - 1].shrink(force);
    }

    /// Empties all slots.
    ///
    /// @return whether there was anything
    boolean release() {
        boolean some = false;
        for (TcCentral list : lists) some |= list.release();
        return some;
    }

    /// Locks all, so that all is as it is.
    void lock() {
        for (TcCentral list : lists) list.lock();
    }

    void unlock() {
        for (TcCentral list : lists) list.unlock();
    }

    long tableBytes() {
        long bytes = 0;
        for (TcCentral list : lists) bytes += list.tableBytes();
        return bytes;
    }
}
