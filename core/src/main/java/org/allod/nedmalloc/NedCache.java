package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// One thread's free blocks of up to 8 KiB, by powers of two.
///
/// ```
///  record, 200 bytes in space 0
///  0       8      16         24       32       40     48                 64
///  │ clock │ hits │ released │ rounded│ usable │ kept │ newest, oldest 1 │ newest, oldest 2 │ .. 9
///
///  bin b: blocks of 16 << b to 32 << b bytes      newest ──older──► ... ──older──► oldest ──► 0
///                                                        ◄──newer──     ◄──newer──
/// ```
///
/// The clock counts the blocks that came; how many it had come when a block did tells the block's
/// age. The counters lie here, not in Java fields: two threads' caches do not share a line.
///
/// A cache without a record is disabled: it only knows its thread's space. Threads: its owner, but
/// for the counters, which `stats` reads.
final class NedCache {
    /// Largest request that is served. Source: spec 3.2, THREADCACHEMAX.
    static final long SIZE_MAX = 8192;

    /// Bytes of a record. Source: spec 3.1.
    static final long RECORD_BYTES = 200;

    /// Most bytes of a block that is cached. Source: spec 3.5.
    private static final long USABLE_MAX = SIZE_MAX + 16;

    /// Rounded bytes from which on old blocks leave. Source: spec 3.2, THREADCACHEMAXFREESPACE.
    private static final long FULL = 1 << 20;

    /// Age at which blocks leave first, in frees. Source: spec 3.6.
    private static final long AGE = FULL / SIZE_MAX;

    static final int BIN_MAX = 9;

    private static final long CLOCK = 0;
    private static final long HITS = 8;
    private static final long RELEASED = 16;
    private static final long ROUNDED = 24;
    private static final long USABLE = 32;
    private static final long KEPT = 40;

    /// Of bin 0, which is never used: no block is as small.
    private static final long BINS = 32;

    /// From a bin's newest to its oldest, and the bytes of a bin, log2.
    private static final long OLDEST = 8;

    private static final int BIN_LOG2 = 4;

    static {
        assert 16L << BIN_MAX == SIZE_MAX;
        assert BINS + (1 << BIN_LOG2) == KEPT + Long.BYTES;
        assert RECORD_BYTES >= BINS + (BIN_MAX + 1 << BIN_LOG2);
    }

    private final NedMarks marks;

    /// Address of the record, or 0.
    private long record;

    /// Number of the space that served the thread last.
    private int space;

    /// What leaves, first and last.
    private long chain;

    private long chainEnd;

    /// @param record memory of [#RECORD_BYTES], or 0 for a disabled cache
    NedCache(NedMarks marks, long record, int space) {
        this.marks = marks;
        this.record = record;
        this.space = space;
        if (record != NULL) Memory.fill(record, RECORD_BYTES, (byte) 0);
    }

    /// The power of two that a request is rounded up to.
    static long roundUp(long size) {
        return size <= NedBlock.MIN ? NedBlock.MIN : Long.highestOneBit(size - 1) << 1;
    }

    /// The bin whose blocks all serve a request of 1 to 8192 bytes.
    static int binServing(long size) {
        return size <= NedBlock.MIN ? 1 : 60 - Long.numberOfLeadingZeros(size - 1);
    }

    /// The bin that a block of 32 to 8208 bytes goes to.
    static int binOf(long usable) {
        return 59 - Long.numberOfLeadingZeros(usable);
    }

    /// Whether a block may go to a cache.
    static boolean takes(long usable) {
        return usable <= USABLE_MAX && usable >= NedBlock.MIN;
    }

    // ---- pop, push ----

    /// The newest block that serves a request of 0 to 8192 bytes, or NULL: of its bin or the next.
    long pop(long size) {
        if (record == NULL) return NULL;
        int bin = binServing(size);
        long slot = slot(bin);
        long address = Memory.getLong(slot);
        if (address == NULL) {
            if (bin == BIN_MAX) return NULL;
            slot = slot(++bin);
            address = Memory.getLong(slot);
            if (address == NULL) return NULL;
        }
        long usable = marks.usableCached(address);
        if (usable < 0) throw marks.notCached(address);
        NedBlock.flip(address, usable);
        Memory.putLong(slot, NedBlock.older(address));
        add(HITS, 1);
        add(ROUNDED, -(16L << bin));
        add(USABLE, -usable);
        return address;
    }

    /// Puts in a live block that it [#takes]. False, and nothing done, if the cache is disabled.
    ///
    /// After it the caller sees to [#isFull].
    boolean push(long address, long usable) {
        if (record == NULL) return false;
        int bin = binOf(usable);
        long slot = slot(bin);
        long newest = Memory.getLong(slot);
        if (newest == NULL) {
            Memory.putLong(slot + OLDEST, address);
        } else {
            if (marks.usableCached(newest) < 0) throw marks.notCached(newest);
            NedBlock.setNewer(newest, address);
        }
        long clock = get(CLOCK) + 1;
        Memory.putLong(record + CLOCK, clock);
        NedBlock.setClock(address, clock);
        NedBlock.setOlder(address, newest);
        NedBlock.flip(address, usable);
        Memory.putLong(slot, address);
        add(ROUNDED, 16L << bin);
        add(USABLE, usable);
        return true;
    }

    /// Whether blocks should leave.
    boolean isFull() {
        return get(ROUNDED) >= FULL;
    }

    private long slot(int bin) {
        return record + BINS + ((long) bin << BIN_LOG2);
    }

    private long get(long counter) {
        return Memory.getLong(record + counter);
    }

    private void add(long counter, long amount) {
        Memory.putLong(record + counter, get(counter) + amount);
    }

    // ---- cold: blocks leave ----

    /// Takes out old blocks until it is not full.
    ///
    /// @return the first of a chain of cached blocks, each linked to the next by `newer`, to be
    ///     freed by the caller; NULL for none
    long takeOld() {
        chain = NULL;
        for (long age = AGE; age > 0 && isFull(); age /= 2) {
            for (int bin = 1; bin <= BIN_MAX; bin++) cut(bin, get(CLOCK) - age);
        }
        return chain;
    }

    /// Takes out everything; otherwise as [#takeOld].
    long takeAll() {
        chain = NULL;
        for (int bin = 1; record != NULL && bin <= BIN_MAX; bin++) cut(bin, Long.MAX_VALUE);
        return chain;
    }

    /// Moves the blocks that came at `clock` or before from a bin's old end to the chain.
    private void cut(int bin, long clock) {
        long newest = newestOf(bin);
        if (newest == NULL) return;
        long oldest = oldestOf(bin);
        long last = NULL;
        long at = oldest;
        for (long before = 0, came; at != NULL; before = came) {
            long usable = marks.usableCached(at);
            if (usable < 0 || (came = NedBlock.clock(at)) <= before) throw marks.notCached(at);
            if (came > clock) break;
            add(RELEASED, 1);
            add(ROUNDED, -(16L << bin));
            add(USABLE, -usable);
            last = at;
            at = at == newest ? NULL : NedBlock.newer(at);
        }
        if (last == NULL) return;
        if (at == NULL) {
            Memory.putLong(slot(bin), NULL);
        } else {
            NedBlock.setOlder(at, NULL);
            Memory.putLong(slot(bin) + OLDEST, at);
        }
        if (chain == NULL) {
            chain = oldest;
        } else {
            NedBlock.setNewer(chainEnd, oldest);
        }
        chainEnd = last;
        NedBlock.setNewer(last, NULL);
    }

    // ---- looking ----

    long newestOf(int bin) {
        return Memory.getLong(slot(bin));
    }

    /// Only where there is a newest.
    long oldestOf(int bin) {
        return Memory.getLong(slot(bin) + OLDEST);
    }

    long record() {
        return record;
    }

    /// Takes the record from it: it is disabled.
    long disable() {
        long old = record;
        record = NULL;
        return old;
    }

    int space() {
        return space;
    }

    void space(int number) {
        space = number;
    }

    /// Counts a resize that kept the block where it was. False, and nothing done, if disabled.
    boolean countKept() {
        if (record == NULL) return false;
        add(KEPT, 1);
        return true;
    }

    // ---- counters, of a cache with a record ----

    /// Blocks that came.
    long clock() {
        return get(CLOCK);
    }

    /// Requests served.
    long hits() {
        return get(HITS);
    }

    /// Blocks that left to their spaces.
    long released() {
        return get(RELEASED);
    }

    /// Bytes between the tags of the blocks in it.
    long usable() {
        return get(USABLE);
    }

    /// The same, rounded down to powers of two.
    long rounded() {
        return get(ROUNDED);
    }

    /// Resizes that kept the block where it was.
    long kept() {
        return get(KEPT);
    }
}
