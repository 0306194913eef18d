package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import org.allod.profile.SampleWait;

/// One thread's free blocks: a stack for each cached class, and what is known of it, in one array.
///
/// ```
///  cells │ 0 │ 0 │ state 1 │ facts 1 │ state 2 │ facts 2 │ ...  kind = class + 1
///        │ ... │ unused │ newest ... │ low-water ... oldest │ next class: unused │ ...
///               first    head         low                    end
///
///  state   63 ... 32    31 ... 16   15 ... 0
///         │ requests  │ low       │ head │         requests: popped since they were folded
///  facts   63 ... 36    35 ... 16   15 ... 0
///         │ size      │ above     │ first │        sizes above `above`, up to `size`, are its own
/// ```
///
/// `low` is the highest place that `head` reached since the last look at the class: what lies
/// above was not wanted in all that time, and [JeCaches#collect] gives three quarters of it back.
/// One array, since each further one costs the fast path two loads and a test.
///
/// - **je.I2** `first <= head <= low <= end`.
///
/// Its owner's alone, but for the counters, which others read. Source: jemalloc's tcache and
/// cache_bin, spec 3.2.
final class JeCache {
    private static final long ONE_REQUEST = 1L << 32;
    private static final int PLACE = 0xFFFF;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int SIZE_SHIFT = 36;
    private static final int ABOVE = 0xF_FFFF;

    /// Where misses go. Its owner's, and under the lock of [JeCaches].
    JeArena arena;

    /// The one thread that it belongs to, or null.
    final Thread owner;

    private final JeTuning tuning;
    private final int[] first;
    private final long[] cells;
    private final long[] folded;
    private final byte[] fillShift;
    private final boolean[] refilled;
    private final SampleWait sampleWait;
    private final SampleWait wasteWait;

    /// Bytes to go until [#events]; what is below 1 is due.
    long left;

    /// The same for frees.
    long leftFreed;

    private long window;
    private long collectLeft;
    private long sampleLeft;
    private long wasteLeft;
    private int turn;

    /// Blocks resized, in place or not.
    long resizes;

    private final JeAccount account = new JeAccount();

    JeCache(
            JeArena arena,
            Thread owner,
            JeTuning tuning,
            SampleWait sampleWait,
            SampleWait wasteWait) {
        this.owner = owner;
        this.arena = arena;
        this.tuning = tuning;
        this.first = tuning.first;
        this.sampleWait = sampleWait;
        this.wasteWait = wasteWait;
        int count = tuning.cached;
        this.cells = new long[first[count]];
        this.folded = new long[count];
        this.fillShift = new byte[count];
        this.refilled = new boolean[count];
        for (int i = 0; i < count; i++) {
            cells[at(i)] = state(first[i + 1], first[i + 1], 0);
            long above = i <= 1 ? 0 : tuning.sizes[i - 1];
            cells[at(i) + 1] = (long) tuning.sizes[i] << SIZE_SHIFT | above << 16 | first[i];
            fillShift[i] = 1;
        }
        this.collectLeft = tuning.collectBytes;
        this.leftFreed = tuning.collectBytes;
        this.sampleLeft = sampleWait.next();
        this.wasteLeft = wasteWait.next();
        this.window = Math.min(collectLeft, Math.min(sampleLeft, wasteLeft));
        this.left = window;
    }

    private static long state(int head, int low, long requests) {
        return requests << 32 | (long) low << 16 | head;
    }

    private static int at(int index) {
        return 2 * index + 2;
    }

    // ---- the fast path ----

    /// The newest block of a kind, or NULL.
    long pop(int kind) {
        long[] cells = this.cells;
        long state = cells[2 * kind];
        int head = (int) state & PLACE;
        if (head == (int) state >>> 16) return popLow(kind, state);
        left -= cells[2 * kind + 1] >>> SIZE_SHIFT;
        cells[2 * kind] = state + ONE_REQUEST + 1;
        return cells[head];
    }

    private long popLow(int kind, long state) {
        int head = (int) state & PLACE;
        if (head == first[kind]) return NULL;
        left -= cells[2 * kind + 1] >>> SIZE_SHIFT;
        cells[2 * kind] = state + ONE_REQUEST + (1 << 16) + 1;
        return cells[head];
    }

    /// Whether blocks of a kind are what requests of `size` bytes get.
    boolean isFor(int kind, long size) {
        long facts = cells[2 * kind + 1];
        return size <= facts >>> SIZE_SHIFT && size > (facts >>> 16 & ABOVE);
    }

    /// Puts a block in; false if there is no place.
    boolean push(int kind, long address) {
        long[] cells = this.cells;
        long state = cells[2 * kind];
        long facts = cells[2 * kind + 1];
        int head = ((int) state & PLACE) - 1;
        if (head < ((int) facts & PLACE)) return false;
        leftFreed -= facts >>> SIZE_SHIFT;
        cells[2 * kind] = state - 1;
        cells[head] = address;
        return true;
    }

    // ---- cold: filling and flushing, by JeCaches ----

    /// How many blocks are to be put in at a miss.
    int fillCount(int index) {
        refilled[index] = true;
        return Math.max(1, tuning.placesOf(index) >> fillShift[index]);
    }

    /// The places of all classes.
    long[] cells() {
        return cells;
    }

    /// Where a class is empty.
    int end(int index) {
        return first[index + 1];
    }

    /// Newest block's place.
    int head(int index) {
        return (int) cells[at(index)] & PLACE;
    }

    /// Blocks of a class.
    int count(int index) {
        return end(index) - head(index);
    }

    /// An empty class got `count` blocks before its end.
    void filled(int index, int count) {
        cells[at(index)] -= count;
    }

    /// The oldest blocks of a class, all but `keep`, have left.
    void kept(int index, int keep) {
        int head = head(index);
        int end = end(index);
        int moved = end - keep;
        System.arraycopy(cells, head, cells, moved, keep);
        int low = (int) cells[at(index)] >>> 16;
        cells[at(index)] = state(moved, Math.max(low, moved), cells[at(index)] >>> 32);
    }

    /// Blocks of a class that were not wanted since the last time; asked once a round.
    int unused(int index) {
        return end(index) - ((int) cells[at(index)] >>> 16);
    }

    /// Starts a new round of a class.
    void mark(int index) {
        int head = head(index);
        folded[index] += cells[at(index)] >>> 32;
        cells[at(index)] = state(head, head, 0);
    }

    /// The class whose turn it is.
    int nextTurn() {
        int index = turn;
        turn = turn + 1 == tuning.cached ? 0 : turn + 1;
        return index;
    }

    /// Fewer are put in at the next miss of a class.
    void fillLess(int index) {
        if (tuning.placesOf(index) >> fillShift[index] + 1 >= 1) fillShift[index]++;
    }

    /// More are, if the class was missed since the last time.
    void fillMore(int index) {
        if (!refilled[index]) return;
        if (fillShift[index] > 1) fillShift[index]--;
        refilled[index] = false;
    }

    // ---- events ----

    /// Counts a resize in place, where nothing was taken or given.
    void resizedInPlace(long before, long now) {
        left -= now;
        leftFreed -= before;
    }

    /// What is due, with new waits set: bit 0 a collection, the others as of [JeProfiles].
    int events() {
        long passed = window - left;
        account.allocated += passed;
        left = window; // none of them is to count twice
        peak();
        int due = 0;
        collectLeft -= passed;
        if (collectLeft <= 0) {
            due |= 1;
            collectLeft = tuning.collectBytes;
        }
        sampleLeft = sampleLeft == NEVER ? NEVER : sampleLeft - passed;
        if (sampleLeft <= 0) {
            due |= JeProfiles.SAMPLE;
            sampleLeft = Math.max(1, sampleWait.next());
        }
        wasteLeft = wasteLeft == NEVER ? NEVER : wasteLeft - passed;
        if (wasteLeft <= 0) {
            due |= JeProfiles.WASTE;
            wasteLeft = Math.max(1, wasteWait.next());
        }
        window = Math.min(collectLeft, Math.min(sampleLeft, wasteLeft));
        left = window;
        return due;
    }

    /// What was freed is counted anew.
    void eventsFreed() {
        account.freed += tuning.collectBytes - leftFreed;
        leftFreed = tuning.collectBytes;
    }

    // ---- what its owner did: exact for the owner alone ----

    /// Bytes of blocks that its owner was given so far.
    long allocated() {
        return account.allocated + (window - left);
    }

    /// Those since the last call.
    long untold() {
        return account.untold(allocated());
    }

    /// Bytes of blocks that its owner has freed so far.
    long freed() {
        return account.freed + (tuning.collectBytes - leftFreed);
    }

    /// Counts a block that went past this cache.
    void past(long bytesAllocated, long bytesFreed) {
        account.past(bytesAllocated, bytesFreed);
    }

    /// How far the bytes allocated have been above those freed, as seen at each event, since
    /// [#resetPeak].
    long peak() {
        return account.peak(allocated() - freed());
    }

    /// Counts [#peak] from now on.
    void resetPeak() {
        account.resetPeak(allocated() - freed());
    }

    /// Checks je.I2.
    void verify() {
        for (int index = 0; index < folded.length; index++) {
            int head = head(index);
            int low = (int) cells[at(index)] >>> 16;
            if (first[index] <= head && head <= low && low <= end(index)) continue;
            throw JeFault.at(
                    NULL,
                    "je.I2: expected %d <= head %d <= low %d <= %d of class %d"
                            .formatted(first[index], head, low, end(index), index));
        }
    }

    // ---- counters, for any thread ----

    /// Requests of a class served so far, or since [#settle].
    long requests(int index) {
        return folded[index] + (cells[at(index)] >>> 32);
    }

    /// Starts [#requests] of a class anew; its owner's, under the lock of [JeCaches].
    void settle(int index) {
        folded[index] = -(cells[at(index)] >>> 32);
    }

    /// Bytes of its tables.
    long tableBytes() {
        return 8L * cells.length + 10L * folded.length + 128;
    }
}
