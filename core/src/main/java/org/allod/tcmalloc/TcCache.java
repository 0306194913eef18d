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

    private final long[] heads = new long[TcClasses.COUNT];
    private final int[] counts = new int[TcClasses.COUNT << 2];

    /// Bytes in the lists.
    private long bytes;

    /// Bytes that may be in the lists.
    private long budget;

    /// Bytes to the next sample; below 0: it is due.
    private long wait;

    private long allocations;

    private final PageMap map;
    private final SampleWait waits;

    /// For the owner's way to the central lists.
    final TcChain chain = new TcChain();

    TcCache(PageMap map, SampleWait waits) {
        this.map = map;
        this.waits = waits;
        this.wait = waits.next();
        for (int c = 0; c < TcClasses.COUNT; c++) counts[(c << 2) + MOST] = 1;
    }

    // ---- the fast path ----

    /// The newest block of a class; NULL if there is none or a sample [#isDue].
    long pop(int sizeClass) {
        int size = TcClasses.BYTES[sizeClass];
        long address = heads[sizeClass];
        long left = wait - size;
        wait = left;
        if (address == NULL || left < 0) return NULL;
        if (map.kindAt(address) != sizeClass + 1) throw overwritten(sizeClass, address);
        int at = sizeClass << 2;
        int length = counts[at] - 1;
        heads[sizeClass] = Memory.getLong(address);
        counts[at] = length;
        if (length < counts[at + LOW]) counts[at + LOW] = length;
        bytes -= size;
        allocations++;
        return address;
    }

    /// The block that came last, or NULL.
    long newest(int sizeClass) {
        return heads[sizeClass];
    }

    /// Puts a block in; whether the owner is to see to [#isTooLong] and [#isFull].
    boolean push(int sizeClass, long address) {
        int at = sizeClass << 2;
        int length = counts[at] + 1;
        Memory.putLong(address, heads[sizeClass]);
        heads[sizeClass] = address;
        counts[at] = length;
        long after = bytes + TcClasses.BYTES[sizeClass];
        bytes = after;
        return length > counts[at + MOST] || after > budget;
    }

    // ---- cold: in and out by the chain ----

    boolean isTooLong(int sizeClass) {
        return counts[sizeClass << 2] > counts[(sizeClass << 2) + MOST];
    }

    boolean isFull() {
        return bytes > budget;
    }

    /// Blocks to fetch when a list is empty.
    int wanted(int sizeClass, int batch) {
        return Math.min(counts[(sizeClass << 2) + MOST], batch);
    }

    /// Lets a list get longer, after a miss.
    void lengthen(int sizeClass, int batch) {
        int at = (sizeClass << 2) + MOST;
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
        int at = sizeClass << 2;
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
        if (heads[sizeClass] != NULL) {
            Memory.putLong(last(sizeClass, head, count), heads[sizeClass]);
        }
        heads[sizeClass] = head;
        counts[sizeClass << 2] += count;
        bytes += (long) count * TcClasses.BYTES[sizeClass];
    }

    /// Takes up to `count` of the newest blocks out, as a chain in their order.
    TcChain detach(int sizeClass, int count) {
        int at = sizeClass << 2;
        chain.count = Math.min(count, counts[at]);
        chain.head = NULL;
        if (chain.count == 0) return chain;
        chain.head = heads[sizeClass];
        long last = last(sizeClass, chain.head, chain.count);
        heads[sizeClass] = Memory.getLong(last);
        Memory.putLong(last, NULL);
        counts[at] -= chain.count;
        counts[at + LOW] = Math.min(counts[at + LOW], counts[at]);
        bytes -= (long) chain.count * TcClasses.BYTES[sizeClass];
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
        int at = sizeClass << 2;
        int low = counts[at + LOW];
        if (low == 0) return 0;
        int most = counts[at + MOST];
        if (most > batch) counts[at + MOST] = Math.max(most - batch, batch);
        return Math.max(1, low / 2);
    }

    /// Counts a list's least length from now on.
    void markLow(int sizeClass) {
        counts[(sizeClass << 2) + LOW] = counts[sizeClass << 2];
    }

    // ---- cold: samples, counters ----

    /// Counts a request that no list serves; whether it is to be sampled.
    boolean isSampled(long size) {
        wait -= size;
        return isDue();
    }

    boolean isDue() {
        return wait < 0;
    }

    /// Waits for the next sample.
    void waitAgain() {
        wait = waits.next();
    }

    void countAllocation() {
        allocations++;
    }

    long allocations() {
        return allocations;
    }

    int length(int sizeClass) {
        return counts[sizeClass << 2];
    }

    /// How long a list may get.
    int most(int sizeClass) {
        return counts[(sizeClass << 2) + MOST];
    }

    long bytes() {
        return bytes;
    }

    long budget() {
        return budget;
    }

    void budget(long bytes) {
        budget = bytes;
    }

    /// Bytes of its tables.
    static long tableBytes() {
        return (Long.BYTES + 4 * Integer.BYTES) * (long) TcClasses.COUNT;
    }
}
