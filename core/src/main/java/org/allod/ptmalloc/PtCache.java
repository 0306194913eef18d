package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import org.allod.memory.Memory;

/// One thread's free blocks: 64 stacks of one size each, of up to 7 blocks; glibc's tcache.
///
/// ```
///  record: 640 bytes, a chunk of the thread's arena
///  0              128
///  │ 64 counts    │ 64 heads                │   head ──► │ link~ │ key │ ──► │ link~ │ key │ ──► 0
/// ```
///
/// A block in a cache looks to its arena as if in use. Its second word is the heap's key, a random
/// number, and is wiped when the block leaves: who frees a block with the key in it frees it twice.
///
/// Without a record a cache is retired and serves nobody. Threads: its owner; [#hits] is read by
/// others.
///
/// Source: spec 2.3, 2.4, 2.5, 2.9.
final class PtCache {
    /// Stacks.
    static final int COUNT = 64;

    /// Bytes of a record. Source: spec 2.3.
    static final long RECORD_BYTES = 640;

    /// Largest chunk in a cache.
    static final long SIZE_MAX = PtChunk.MIN + 16 * (COUNT - 1);

    private static final long HEADS = 128;

    /// Of the thread; where its misses go first.
    final PtArena arena;

    private final PtHeaps heaps;
    private final long key;
    private final int countMax;
    private final long sizeMax;
    private long record;
    private long hits;

    /// @param record of [#RECORD_BYTES], a block of the arena
    PtCache(PtArena arena, long record, PtOptions options) {
        this.arena = arena;
        this.heaps = arena.heaps;
        this.key = heaps.key;
        this.record = record;
        this.countMax = options.tcacheCount();
        this.sizeMax = countMax == 0 ? 0 : PtChunk.sizeFor(options.tcacheMax());
        Memory.fill(record, RECORD_BYTES, (byte) 0);
        assert sizeMax <= SIZE_MAX;
    }

    /// The stack for a request of 0 to 1032 bytes.
    static int indexFor(long request) {
        return request <= 24 ? 0 : (int) (request + 7 >>> 4) - 1;
    }

    private static int indexOf(long size) {
        return (int) (size - PtChunk.MIN >>> 4);
    }

    private int countOf(int index) {
        return Memory.getShort(record + 2L * index) & 0xFFFF;
    }

    private void setCount(int index, int count) {
        Memory.putShort(record + 2L * index, (short) count);
    }

    // ---- the fast path ----

    /// The newest block of a stack, or NULL.
    long pop(int index) {
        long slot = record + HEADS + 8L * index;
        long address = Memory.getLong(slot);
        if (address == NULL) return NULL;
        if (!heaps.isBlock(address)) throw smashed(index, address);
        Memory.putLong(slot, PtChunk.link(address));
        setCount(index, countOf(index) - 1);
        PtChunk.setKey(address, 0);
        hits++;
        return address;
    }

    /// Puts in a block of the caller's if it has a place for one of that size.
    ///
    /// @param address from [PtHeaps#isQuick], of a chunk that the next one says is in use; tested
    ///     by the caller: deeper down, that load was no longer inlined, and a pair took 14 ns, not
    ///     8
    /// @param size of its chunk
    boolean push(long address, long size) {
        if (size > sizeMax) return false;
        long found = PtChunk.key(address);
        if (found == key || found == ~key) {
            throw heaps.fault.address(address, "expected a live block, found a free one");
        }
        int index = indexOf(size);
        int count = countOf(index);
        if (count >= countMax) return false;
        add(index, count, address);
        return true;
    }

    private void add(int index, int count, long address) {
        long slot = record + HEADS + 8L * index;
        PtChunk.setLink(address, Memory.getLong(slot));
        PtChunk.setKey(address, key);
        Memory.putLong(slot, address);
        setCount(index, count + 1);
    }

    // ---- cold ----

    /// Whether a chunk of this size would be taken.
    boolean hasRoom(long size) {
        return size <= sizeMax && record != NULL && countOf(indexOf(size)) < countMax;
    }

    /// Puts in a chunk that its arena hands over, where it [#hasRoom].
    void put(long chunk, long size) {
        int index = indexOf(size);
        add(index, countOf(index), PtChunk.address(chunk));
    }

    /// The chunk of this size that was put in last.
    long takeBack(long size) {
        long address = pop(indexOf(size));
        hits--;
        return PtChunk.ofAddress(address);
    }

    /// Takes all blocks of a stack out.
    ///
    /// @return the newest, the others linked to it as they were; or NULL
    long takeAll(int index) {
        if (record == NULL) return NULL;
        long slot = record + HEADS + 8L * index;
        long address = Memory.getLong(slot);
        Memory.putLong(slot, NULL);
        setCount(index, 0);
        return address;
    }

    /// The block below one of a stack, or NULL.
    long below(int index, long address) {
        if (!heaps.isBlock(address)) throw smashed(index, address);
        return PtChunk.link(address);
    }

    private Error smashed(int index, long address) {
        return heaps.fault.address(
                address,
                "pt.I8: the link of a cached block of "
                        + sizeOf(index)
                        + " bytes was overwritten, expected the address of a block");
    }

    /// Size of the chunks on a stack.
    static long sizeOf(int index) {
        return PtChunk.MIN + 16L * index;
    }

    /// The newest block of a stack, or NULL.
    long head(int index) {
        return Memory.getLong(record + HEADS + 8L * index);
    }

    /// Blocks on a stack.
    int count(int index) {
        return countOf(index);
    }

    /// Requests served.
    long hits() {
        return hits;
    }

    /// Its record, or NULL.
    long record() {
        return record;
    }

    /// Takes the record from it: it is retired.
    long retire() {
        long old = record;
        record = NULL;
        return old;
    }
}
