package org.allod.tcmalloc;

import static org.allod.Allocator.NULL;

import org.allod.CorruptHeapError;
import org.allod.memory.Memory;
import org.allod.parts.PageMap;
import org.allod.profile.SampleWait;

/// One thread's free blocks: a list of each class, last in first out.
///
/// ```
///   heads    │ 8 B │ 16 B │ ... 85         head ──► block ──► block ──► 0
///   counts   │ length, most, low, over │ ...   4 of each class
/// ```
///
/// *most* is how long a list may get; it starts at 1 and grows with each miss, slowly: a class that
/// is asked for once brings one block. *low* is the least length since the last scavenge: what was
/// not needed since. *over* counts how often the list was too long.
///
/// The bytes of all lists stay below [#budget], which grows while others have some to spare.
/// Threads: its owner; the budget is changed under [TcBudget]'s lock; counters are read by others.
///
/// Source: spec 1.3, 1.4, 1.5.
final class TcCache {
    private static final int MOST = 1;
    private static final int LOW = 2;
    private static final int OVER = 3;

    /// Longest that a list may get. Source: spec 1.1.
    private static final int LENGTH_MAX = 8192;

    /// Times that a list is too long before it may be less long. Source: spec 1.1.
    private static final int OVER_MAX = 3;

    /// Longs before and after what is used of a table: two threads' do not share a line.
    private static final int APART = 16;

    /// Places in [#heads] of what is no head: bytes in the lists; bytes to the next sample, below 0
    /// if it is due; allocations so far.
    private static final int HELD = APART + TcClasses.COUNT;

    private static final int WAIT = HELD + 1;
    private static final int ALLOCATIONS = HELD + 2;

    private final long[] heads = new long[ALLOCATIONS + APART];
    private final int[] counts = new int[(TcClasses.COUNT << 2) + 4 * APART];

    /// Bytes that may be in the lists.
    private long budget;

    private final PageMap map;
    private final SampleWait waits;
    private final boolean sampling;

    /// For the owner's way to the central lists.
    final TcChain chain = new TcChain();

    TcCache(PageMap map, SampleWait waits) {
        this.map = map;
        this.waits = waits;
        heads[WAIT] = waits.next();
        sampling = heads[WAIT] != Long.MAX_VALUE;
        for (int c = 0; c < TcClasses.COUNT; c++) counts[at(c) + MOST] = 1;
    }

    private static int at(int sizeClass) {
        return (sizeClass << 2) + 2 * APART;
    }

    // ---- the fast path ----

    /// The newest block of a class; NULL if there is none or a sample [#isDue].
    long pop(int sizeClass) {
        int size = TcClasses.BYTES[sizeClass];
        long address = heads[APART + sizeClass];
        if (sampling && (heads[WAIT] -= size) < 0 || address == NULL) return NULL;
        if (map.kindAt(address) != sizeClass + 1) throw overwritten(sizeClass, address);
        int at = at(sizeClass);
        int length = counts[at] - 1;
        heads[APART + sizeClass] = Memory.getLong(address);
        counts[at] = length;
        if (length < counts[at + LOW]) counts[at + LOW] = length;
        heads[HELD] -= size;
        heads[ALLOCATIONS]++;
        return address;
    }

    /// The block that came last, or NULL.
    long newest(int sizeClass) {
        return heads[APART + sizeClass];
    }

    /// Puts a block in; whether the owner is to see to [#isTooLong] and [#isFull].
    boolean push(int sizeClass, long address) {
        int at = at(sizeClass);
        int length = counts[at] + 1;
        Memory.putLong(address, heads[APART + sizeClass]);
        heads[APART + sizeClass] = address;
        counts[at] = length;
        long after = heads[HELD] + TcClasses.BYTES[sizeClass];
        heads[HELD] = after;
        return length > counts[at + MOST] || after > budget;
    }

    // ---- cold: in and out by the chain ----

    boolean isTooLong(int sizeClass) {
        return counts[at(sizeClass)] > counts[at(sizeClass) + MOST];
    }

    boolean isFull() {
        return heads[HELD] > budget;
    }

    /// Blocks to fetch when a list is empty.
    int wanted(int sizeClass, int batch) {
        return Math.min(counts[at(sizeClass) + MOST], batch);
    }

    /// Lets a list get longer, after a miss.
    void lengthen(int sizeClass, int batch) {
        int at = at(sizeClass) + MOST;
        int most = counts[at];
        if (most < batch) {
            counts[at] = most + 1;
        } else {
            int more = Math.min(most + batch, LENGTH_MAX);
            counts[at] = more - more % batch;
        }
    }

    /// After a list was too long: slowly longer while it is short, else shorter after a few times.
    void adjust(int sizeClass, int batch) {
        int at = at(sizeClass);
        int most = counts[at + MOST];
        if (most < batch) {
            counts[at + MOST] = most + 1;
        } else if (most > batch && ++counts[at + OVER] > OVER_MAX) {
            counts[at + MOST] = most - batch;
            counts[at + OVER] = 0;
        }
    }

    /// Puts the blocks of a chain in, before those that are there.
    ///
    /// @param head of `count` blocks, ended by 0
    void attach(int sizeClass, long head, int count) {
        if (count == 0) return;
        if (heads[APART + sizeClass] != NULL) {
            Memory.putLong(last(sizeClass, head, count), heads[APART + sizeClass]);
        }
        heads[APART + sizeClass] = head;
        counts[at(sizeClass)] += count;
        heads[HELD] += (long) count * TcClasses.BYTES[sizeClass];
    }

    /// Takes up to `count` of the newest blocks out, as a chain in their order.
    TcChain detach(int sizeClass, int count) {
        int at = at(sizeClass);
        chain.count = Math.min(count, counts[at]);
        chain.head = NULL;
        if (chain.count == 0) return chain;
        chain.head = heads[APART + sizeClass];
        long last = last(sizeClass, chain.head, chain.count);
        heads[APART + sizeClass] = Memory.getLong(last);
        Memory.putLong(last, NULL);
        counts[at] -= chain.count;
        counts[at + LOW] = Math.min(counts[at + LOW], counts[at]);
        heads[HELD] -= (long) chain.count * TcClasses.BYTES[sizeClass];
        return chain;
    }

    /// The last of `count` blocks from `head` on.
    private long last(int sizeClass, long head, int count) {
        long last = head;
        for (int i = 1; ; i++) {
            if (map.kindAt(last) != sizeClass + 1) throw overwritten(sizeClass, last);
            if (i >= count) return last;
            last = Memory.getLong(last);
        }
    }

    private static CorruptHeapError overwritten(int sizeClass, long link) {
        return TcRequests.fault(
                link,
                "tc.I1: the link of a cached block of "
                        + TcClasses.BYTES[sizeClass]
                        + " bytes was overwritten, expected the address of a block");
    }

    /// How many blocks of a list were not needed since the last time, halved; the list may be less
    /// long then. The next time counts from now.
    int unneeded(int sizeClass, int batch) {
        int at = at(sizeClass);
        int low = counts[at + LOW];
        if (low == 0) return 0;
        int most = counts[at + MOST];
        if (most > batch) counts[at + MOST] = Math.max(most - batch, batch);
        return Math.max(1, low / 2);
    }

    /// Counts a list's least length from now on.
    void markLow(int sizeClass) {
        counts[at(sizeClass) + LOW] = counts[at(sizeClass)];
    }

    // ---- cold: samples, counters ----

    /// Counts a request that no list serves; whether it is to be sampled.
    boolean isSampled(long size) {
        heads[WAIT] -= size;
        return isDue();
    }

    boolean isDue() {
        return heads[WAIT] < 0;
    }

    /// Waits for the next sample.
    void waitAgain() {
        heads[WAIT] = waits.next();
    }

    void countAllocation() {
        heads[ALLOCATIONS]++;
    }

    long allocations() {
        return heads[ALLOCATIONS];
    }

    int length(int sizeClass) {
        return counts[at(sizeClass)];
    }

    /// How long a list may get.
    int most(int sizeClass) {
        return counts[at(sizeClass) + MOST];
    }

    long bytes() {
        return heads[HELD];
    }

    long budget() {
        return budget;
    }

    void budget(long bytes) {
        budget = bytes;
    }

    /// Bytes of its tables.
    static long tableBytes() {
        return (Long.BYTES + 4L * Integer.BYTES) * (TcClasses.COUNT + 2 * APART);
    }
}
