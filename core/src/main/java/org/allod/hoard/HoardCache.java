package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;
import org.allod.profile.SampleWait;

/// One thread's buffer: a few blocks of each class, of superblocks of the thread's heap alone.
///
/// ```
///  record: 32 bytes a class, off heap
///   │ head │ room │ size │ divisor │ places │        head ──► block ──► block ──► 0
/// ```
///
/// What is in a buffer is out of its superblock, so that nobody else can get it and nobody can
/// move it to another class. A superblock may go to the global heap nevertheless; what a buffer has
/// of it goes straight back there instead of to the caller.
///
/// Threads: its owner; the counters are read by others.
final class HoardCache {
    private static final int ENTRY_SHIFT = 5;
    private static final long ROOM = 8;
    private static final long SIZE = 12;
    private static final long DIVISOR = 16;
    private static final long PLACES = 24;

    /// Bytes of a record: an entry for each class, and one that stands for none.
    static final long RECORD_BYTES = Long.SIZE << ENTRY_SHIFT;

    /// From the class in a tag to the offset of its entry.
    private static final int ENTRY_BITS = 0xFF << ENTRY_SHIFT;

    private static final int TO_ENTRY = HoardTable.CLASS_SHIFT - ENTRY_SHIFT;

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

    private final HoardSizes sizes;
    private final int number;

    /// Of [#RECORD_BYTES], or NULL: it is retired.
    private long record;

    private final SampleWait wait;

    /// Until the next sample.
    private long bytesLeft;

    private long pops;
    private long in;
    private long out;
    private long resizes;

    HoardCache(HoardTable table, HoardHeap heap, long record, HoardOptions options, long secret) {
        this.origin = table.origin;
        this.slots = table.slots;
        this.tags = table.tags;
        this.secret = secret;
        this.sizes = table.sizes;
        this.shift = sizes.shift;
        this.mask = sizes.bytes - 1;
        this.heap = heap;
        this.number = heap.number;
        this.record = record;
        this.wait = new SampleWait(options.profileMean(), record ^ System.nanoTime());
        rearm();
        Memory.fill(record, RECORD_BYTES, (byte) 0);
        for (int c = 0; c < sizes.count; c++) {
            long entry = entry(c);
            int places = sizes.buffered(c, (int) options.bufferBytes());
            Memory.putInt(entry + ROOM, places);
            Memory.putInt(entry + PLACES, places);
            Memory.putInt(entry + SIZE, sizes.size(c));
            Memory.putLong(entry + DIVISOR, sizes.divisor(c));
        }
    }

    private long entry(int sizeClass) {
        return record + (sizeClass + 1 << ENTRY_SHIFT);
    }

    // ---- the fast path ----

    /// The newest block of a class, or NULL: there is none, or that one is not of this heap any
    /// more, or was written to.
    long pop(int sizeClass) {
        long entry = entry(sizeClass);
        long block = Memory.getLong(entry);
        long slot = block - origin >>> shift;
        if (slot >= slots) return NULL;
        long tag = Memory.getLong(tags + slot * Long.BYTES);
        if (tag >>> HoardTable.CLASS_SHIFT != HoardTable.key(number, sizeClass)
                || !HoardBlocks.isMarked(block, secret)) {
            return NULL;
        }
        Memory.putLong(entry, HoardBlocks.next(block));
        Memory.putInt(entry + ROOM, Memory.getInt(entry + ROOM) + 1);
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
        long entry = record + (tag >>> TO_ENTRY & ENTRY_BITS);
        long divisor = Memory.getLong(entry + DIVISOR);
        int room = Memory.getInt(entry + ROOM) - 1;
        if (Long.compareUnsigned(offset * divisor, divisor) >= 0
                || room < 0
                || Long.compareUnsigned(size, Memory.getInt(entry + SIZE)) > 0
                || HoardBlocks.isMarked(block, secret)) {
            return false;
        }
        assert isFilled(block, Memory.getInt(entry + SIZE));
        HoardBlocks.setNext(block, Memory.getLong(entry));
        HoardBlocks.mark(block, secret);
        Memory.putLong(entry, block);
        Memory.putInt(entry + ROOM, room);
        return true;
    }

    private static boolean isFilled(long block, int size) {
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
        return Math.max(1, Memory.getInt(entry(sizeClass) + PLACES) / 2);
    }

    /// Hands out the first of a chain that came from the heap, and keeps the others.
    ///
    /// @param count blocks of the chain; the class has none in here
    long fill(int sizeClass, long chain, int count) {
        if (count > 1) {
            long entry = entry(sizeClass);
            Memory.putLong(entry, HoardBlocks.next(chain));
            Memory.putInt(entry + ROOM, Memory.getInt(entry + ROOM) - (count - 1));
        }
        in += count;
        pops++;
        HoardBlocks.unmark(chain);
        return chain;
    }

    /// Whether a class has no place left.
    boolean isFull(int sizeClass) {
        return Memory.getInt(entry(sizeClass) + ROOM) == 0;
    }

    /// Blocks of a class in here.
    int count(int sizeClass) {
        long entry = entry(sizeClass);
        return record == NULL ? 0 : Memory.getInt(entry + PLACES) - Memory.getInt(entry + ROOM);
    }

    /// The newest block of a class, or NULL.
    long head(int sizeClass) {
        return record == NULL ? NULL : Memory.getLong(entry(sizeClass));
    }

    /// Takes out the blocks of a class that came first, all but `kept`.
    ///
    /// @return the first of a chain, or NULL
    long takeOld(int sizeClass, int kept) {
        int count = count(sizeClass);
        if (count <= kept) return NULL;
        long entry = entry(sizeClass);
        long chain = Memory.getLong(entry);
        if (kept == 0) {
            Memory.putLong(entry, NULL);
        } else {
            long last = chain;
            for (int i = 1; i < kept; i++) last = next(last);
            chain = next(last);
            HoardBlocks.setNext(last, NULL);
        }
        Memory.putInt(entry + ROOM, Memory.getInt(entry + PLACES) - kept);
        out += count - kept;
        return chain;
    }

    /// The block after one of a chain, or NULL.
    long next(long block) {
        checkFree(block);
        return HoardBlocks.next(block);
    }

    /// Throws unless this is a free block of the heap's memory.
    void checkFree(long block) {
        long slot = block - origin >>> shift;
        if (slot >= slots || Memory.getLong(tags + slot * Long.BYTES) == 0) {
            throw HoardFault.overwritten(block);
        }
        if (!HoardBlocks.isMarked(block, secret)) throw HoardFault.overwritten(block);
    }

    /// Takes the record from it: it is retired.
    long retire() {
        long old = record;
        record = NULL;
        return old;
    }

    void countResize() {
        resizes++;
    }

    // ---- counters ----

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
