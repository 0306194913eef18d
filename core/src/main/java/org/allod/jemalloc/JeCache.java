package org.allod.jemalloc;

import static org.allod.Allocator.NULL;

import org.allod.profile.SampleWait;

/// One thread's free blocks: a stack for each cached class, in one array.
///
/// ```
///  slots │ ... │ unused │ newest ... │ low-water ... oldest │ next class: unused │ ...
///               first[c]  head         low                    first[c + 1]
///
///  states[c]   63 ... 32    31 ... 16   15 ... 0
///             │ requests  │ low       │ head │         requests: popped since they were folded
/// ```
///
/// `low` is the highest place that `head` reached since the last look at the class: what lies
/// above was not wanted in all that time, and [JeCaches#collect] gives three quarters of it back.
///
/// - **je.I2** `first[c] <= head <= low <= first[c + 1]`.
///
/// Its owner's alone, but for the counters, which others read. Source: jemalloc's tcache and
/// cache_bin, spec 3.2.
final class JeCache {
    /// Bytes between two looks at a class. Source: jemalloc 5.3.0.
    static final long COLLECT_BYTES = 64 << 10;

    private static final long ONE_REQUEST = 1L << 32;
    private static final int PLACE = 0xFFFF;

    /// Where misses go.
    final JeArena arena;

    private final JeTuning tuning;
    private final int[] sizes;
    private final int[] first;
    private final long[] slots;
    private final long[] states;
    private final long[] folded;
    private final byte[] fillShift;
    private final boolean[] refilled;
    private final SampleWait wait;

    /// Bytes to go until [#events]; what is below 1 is due.
    long left;

    /// The same for frees.
    long leftFreed = COLLECT_BYTES;

    private long window;
    private long collectLeft = COLLECT_BYTES;
    private long sampleLeft;
    private int turn;

    /// Blocks resized, in place or not.
    long resizes;

    JeCache(JeArena arena, JeTuning tuning, SampleWait wait) {
        this.arena = arena;
        this.tuning = tuning;
        this.sizes = tuning.sizes;
        this.first = tuning.first;
        this.wait = wait;
        int count = tuning.cached;
        this.slots = new long[first[count]];
        this.states = new long[count];
        this.folded = new long[count];
        this.fillShift = new byte[count];
        this.refilled = new boolean[count];
        for (int i = 0; i < count; i++) {
            states[i] = state(first[i + 1], first[i + 1], 0);
            fillShift[i] = 1;
        }
        this.sampleLeft = wait.next();
        this.window = Math.min(collectLeft, sampleLeft);
        this.left = window;
    }

    private static long state(int head, int low, long requests) {
        return requests << 32 | (long) low << 16 | head;
    }

    // ---- the fast path ----

    /// The newest block of a class, or NULL.
    long pop(int index) {
        long state = states[index];
        int head = (int) state & PLACE;
        if (head == (int) state >>> 16) return popLow(index, state);
        left -= sizes[index];
        states[index] = state + ONE_REQUEST + 1;
        return slots[head];
    }

    private long popLow(int index, long state) {
        int head = (int) state & PLACE;
        if (head == first[index + 1]) return NULL;
        left -= sizes[index];
        states[index] = state + ONE_REQUEST + (1 << 16) + 1;
        return slots[head];
    }

    /// Puts a block in; false if there is no place.
    boolean push(int index, long address) {
        long state = states[index];
        int head = ((int) state & PLACE) - 1;
        if (head < first[index]) return false;
        leftFreed -= sizes[index];
        states[index] = state - 1;
        slots[head] = address;
        return true;
    }

    // ---- cold: filling and flushing, by JeCaches ----

    /// How many blocks are to be put in at a miss.
    int fillCount(int index) {
        refilled[index] = true;
        return Math.max(1, tuning.placesOf(index) >> fillShift[index]);
    }

    /// The places of all classes.
    long[] slots() {
        return slots;
    }

    /// Where a class is empty.
    int end(int index) {
        return first[index + 1];
    }

    /// Newest block's place.
    int head(int index) {
        return (int) states[index] & PLACE;
    }

    /// Blocks of a class.
    int count(int index) {
        return end(index) - head(index);
    }

    /// An empty class got `count` blocks before its end.
    void filled(int index, int count) {
        states[index] -= count;
    }

    /// The oldest blocks of a class, all but `keep`, have left.
    void kept(int index, int keep) {
        int head = head(index);
        int end = end(index);
        int moved = end - keep;
        System.arraycopy(slots, head, slots, moved, keep);
        int low = (int) states[index] >>> 16;
        states[index] = state(moved, Math.max(low, moved), states[index] >>> 32);
    }

    /// Blocks of a class that were not wanted since the last time; asked once a round.
    int unused(int index) {
        return end(index) - ((int) states[index] >>> 16);
    }

    /// Starts a new round of a class.
    void mark(int index) {
        int head = head(index);
        folded[index] += states[index] >>> 32;
        states[index] = state(head, head, 0);
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

    /// What is due, with new waits set: bit 0 a collection, bit 1 a sample.
    int events() {
        long passed = window - left;
        int due = 0;
        collectLeft -= passed;
        if (collectLeft <= 0) {
            due |= 1;
            collectLeft = COLLECT_BYTES;
        }
        if (sampleLeft != Long.MAX_VALUE) {
            sampleLeft -= passed;
            if (sampleLeft <= 0) {
                due |= 2;
                sampleLeft = Math.max(1, wait.next());
            }
        }
        window = Math.min(collectLeft, sampleLeft);
        left = window;
        return due;
    }

    // ---- counters, for any thread ----

    /// Requests of a class served so far.
    long requests(int index) {
        return folded[index] + (states[index] >>> 32);
    }

    /// Bytes of its tables.
    long tableBytes() {
        return 8L * slots.length + 18L * states.length + 128;
    }
}
