package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;
import org.allod.profile.SampleWait;

/// One thread's buffer: a few blocks of each class, of superblocks of the thread's heap alone.
///
/// ```
///  cells   │ newest │ end │ divisor │ size │    64 of each, one for a class; then their places
///               │      │
///               │      └──────────────────────────────┐
///               └─────────────────────┐               │
///          │ 0 │ block │ block │ block │       │       │ 0 │ block │ ...
/// ```
///
/// They are a Java array: a heap access takes C2 a thousand nodes, and with all of this off heap
/// the budget for inlining was gone in the middle of a free.
///
/// What is in a buffer is out of its superblock, so that nobody else can get it and nobody can
/// move it to another class. A superblock may go to the global heap nevertheless; what a buffer has
/// of it goes straight back there instead of to the caller.
///
/// The blocks are not linked: a lock is held while addresses are copied, not while memory that
/// another thread wrote last is loaded line by line.
///
/// Threads: its owner; the counters are read by others.
final class HoardCache {
    private static final int END = Long.SIZE;
    private static final int DIVISOR = 2 * Long.SIZE;
    private static final int SIZE = 3 * Long.SIZE;
    private static final int NONE = 4 * Long.SIZE;
    private static final int PLACES = 5 * Long.SIZE;

    private static final byte FREED = 0x55;

    // Of the table: on a path of 8 ns each load on the way to them was seen.
    private final long origin;
    private final long slots;
    private final long tags;
    private final long secret;
    private final int shift;
    private final int mask;

    /// The thread's heap.
    final HoardHeap heap;

    private final HoardTable table;
    private final HoardSizes sizes;
    private final int number;

    /// What a tag of this heap and class 0 has above [HoardTable#CLASS_SHIFT].
    private final long key;

    private final long[] cells;
    private final SampleWait wait;

    /// Until the next sample.
    private long bytesLeft;

    private long pops;
    private long in;
    private long out;
    private long resizes;

    HoardCache(HoardTable table, HoardHeap heap, HoardOptions options, long secret) {
        this.origin = table.origin;
        this.slots = table.slots;
        this.tags = table.tags;
        this.secret = secret;
        this.table = table;
        this.sizes = table.sizes;
        this.shift = sizes.shift;
        this.mask = sizes.bytes - 1;
        this.heap = heap;
        this.number = heap.number;
        this.key = HoardTable.key(number, 0);
        this.wait = new SampleWait(options.profileMean(), secret ^ System.nanoTime());
        rearm();
        int bytes = (int) options.bufferBytes();
        int places = PLACES;
        for (int c = 0; c < sizes.count; c++) places += 1 + Math.max(1, sizes.buffered(c, bytes));
        this.cells = new long[places];
        int none = PLACES;
        for (int c = 0; c < sizes.count; c++) {
            cells[c] = none;
            cells[NONE + c] = none;
            cells[END + c] = none + sizes.buffered(c, bytes);
            cells[DIVISOR + c] = sizes.divisor(c);
            cells[SIZE + c] = sizes.size(c);
            // One place at least: where there is no buffer, blocks come through it.
            none += 1 + Math.max(1, sizes.buffered(c, bytes));
        }
    }

    // ---- the fast path ----

    /// The newest block of a class, or NULL: there is none, or that one is not of this heap any
    /// more, or was written to.
    long pop(int sizeClass) {
        int place = (int) cells[sizeClass];
        long block = cells[place];
        long slot = block - origin >>> shift;
        if (slot >= slots) return NULL;
        long tag = Memory.getLong(tags + slot * Long.BYTES);
        if (tag >>> HoardTable.CLASS_SHIFT != key + sizeClass
                || !HoardBlocks.isMarked(block, secret)) {
            return NULL;
        }
        cells[sizeClass] = place - 1;
        HoardBlocks.unmark(block);
        pops++;
        return block;
    }

    /// Puts in a live block of at least `size` bytes of a superblock of this heap. False, and
    /// nothing done, if it is not, or there is no room.
    boolean push(long block, long size) {
        long slot = block - origin >>> shift;
        if (slot >= slots) return false;
        long tag = Memory.getLong(tags + slot * Long.BYTES);
        long offset = block & mask;
        if (HoardTable.heapOf(tag) != number || offset >= (int) tag) return false;
        int sizeClass = HoardTable.classOf(tag);
        long divisor = cells[DIVISOR + sizeClass];
        int place = (int) cells[sizeClass] + 1;
        if (Long.compareUnsigned(offset * divisor, divisor) >= 0
                || place > cells[END + sizeClass]
                || Long.compareUnsigned(size, cells[SIZE + sizeClass]) > 0
                || HoardBlocks.isMarked(block, secret)) {
            return false;
        }
        assert isFilled(block, cells[SIZE + sizeClass]);
        HoardBlocks.mark(block, secret);
        cells[place] = block;
        cells[sizeClass] = place;
        return true;
    }

    private static boolean isFilled(long block, long size) {
        Memory.fill(block, size, FREED);
        return true;
    }

    /// Counts a request; whether it, or one before it, is to be sampled.
    boolean isDue(long size) {
        return (bytesLeft -= size) < 0;
    }

    // ---- cold ----

    /// Begins to count anew.
    void rearm() {
        bytesLeft = wait.next();
    }

    /// Blocks of a class to be got at once where there is none.
    int batch(int sizeClass) {
        return Math.max(1, (int) (cells[END + sizeClass] - none(sizeClass)) / 2);
    }

    /// The cell before the oldest block of a class.
    private int none(int sizeClass) {
        return (int) cells[NONE + sizeClass];
    }

    /// Where a heap writes the addresses of blocks.
    long[] cells() {
        return cells;
    }

    /// The cell from which a heap writes downwards.
    ///
    /// @param wanted how many at most
    int end(int sizeClass, int wanted) {
        return none(sizeClass) + 1 + wanted;
    }

    /// Hands out the first block of those that the heap wrote, and keeps the others.
    ///
    /// @param wanted how many it was asked for
    /// @param got how many came, at least 1; the class has no other in here
    long fill(int sizeClass, int wanted, int got) {
        int first = none(sizeClass) + 1;
        if (got < wanted) System.arraycopy(cells, first + wanted - got, cells, first, got);
        int newest = first - 1;
        long twice = NULL;
        for (int place = first; place < first + got; place++) {
            long block = cells[place];
            if (HoardBlocks.isMarked(block, secret)) {
                twice = block;
                continue;
            }
            HoardBlocks.mark(block, secret);
            cells[++newest] = block;
        }
        in += newest - first + 1;
        cells[sizeClass] = newest;
        if (twice != NULL) throw HoardFault.twice(twice);
        cells[sizeClass] = newest - 1;
        pops++;
        HoardBlocks.unmark(cells[newest]);
        return cells[newest];
    }

    /// Whether a class has no place left.
    boolean isFull(int sizeClass) {
        return cells[sizeClass] == cells[END + sizeClass];
    }

    /// Blocks of a class in here.
    int count(int sizeClass) {
        return (int) cells[sizeClass] - none(sizeClass);
    }

    /// One of the blocks of a class, the oldest of which is number 0.
    long block(int sizeClass, int index) {
        return cells[none(sizeClass) + 1 + index];
    }

    /// Takes out the oldest blocks of a class.
    void drop(int sizeClass, int count) {
        int first = none(sizeClass) + 1;
        System.arraycopy(cells, first + count, cells, first, count(sizeClass) - count);
        cells[sizeClass] -= count;
        out += count;
    }

    /// Throws unless this is a free block of the heap's memory.
    void checkFree(long block) {
        if (table.tagAt(block) == 0 || !HoardBlocks.isMarked(block, secret)) {
            throw HoardFault.overwritten(block);
        }
    }

    void countResize() {
        resizes++;
    }

    // ---- counters ----

    long tableBytes() {
        return (long) cells.length * Long.BYTES;
    }

    /// Requests served.
    long pops() {
        return pops;
    }

    /// Blocks that callers put in.
    long pushes() {
        return blocks() + out + pops - in;
    }

    /// Resizes that kept the block where it was.
    long resizes() {
        return resizes;
    }

    /// Blocks in here.
    long blocks() {
        long blocks = 0;
        for (int c = 0; c < sizes.count; c++) blocks += count(c);
        return blocks;
    }

    /// Bytes of them.
    long bytes() {
        long bytes = 0;
        for (int c = 0; c < sizes.count; c++) {
            bytes += (long) count(c) * sizes.size(c);
        }
        return bytes;
    }
}
