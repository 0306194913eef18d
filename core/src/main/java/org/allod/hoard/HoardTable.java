package org.allod.hoard;

import org.allod.Region;
import org.allod.memory.Memory;

/// What is known of each superblock, beside the region: a tag that all threads read, a header that
/// its heap alone changes, and which blocks are free.
///
/// ```
///   region     origin   │ slot 0 │ slot 1 │ slot 2 │ ...      S bytes each, at multiples of S
///   tags       8 bytes  │   0    │ tag    │   0    │ ...      0: no superblock
///   headers   64 bytes  │        │ header │        │ ...
///   bits     S/128 B    │        │ 001010 │        │ ...      one for 16 B: a free block begins
///
///   tag     63       48 47    40 39       32 31            0
///          │ heap      │ class  │     0     │ bytes cut     │    class 255: empty, of no class
///   header │ free, lowest word │ bytes used, committed │ next │ prev │ group │ size │ floor │
/// ```
///
/// An address is shifted, compared with the number of slots, and its tag is loaded: whose it is, of
/// which class, and how far blocks have been cut, in one word that changes with a batch and not
/// with a block. The header changes with each block and is in no reader's way. So no line of
/// a superblock itself is lost or loaded for what is known of it, and two blocks of S/2 fit. That
/// goes for free blocks, too: nothing of a block is loaded while a lock is held, and a store into a
/// free block breaks no list.
///
/// Threads: any read tags; the rest is under the lock of the superblock's heap.
final class HoardTable {
    /// Class in a tag of what has no class yet, and class 0.
    static final int EMPTY = 255;

    private static final int HEAP_SHIFT = 48;
    static final int CLASS_SHIFT = 40;

    private static final long HEADER_BYTES = 64;

    /// Log2 of the bytes of a superblock for each byte of its bits.
    private static final int BITS_LOG2 = 7;

    /// Log2 of the bytes of a superblock for each word of its bits.
    private static final int WORD_LOG2 = 10;

    private static final long LOWEST = 4;
    private static final long USED = 8;
    private static final long COMMITTED = 12;
    private static final long NEXT = 16;
    private static final long PREV = 24;
    private static final long GROUP = 32;
    private static final long SIZE = 36;
    private static final long DIVISOR = 40;
    private static final long FLOOR = 48;

    private final Region tables;
    final HoardSizes sizes;

    /// First address of slot 0; may lie before the region.
    final long origin;

    final long slots;
    final long tags;
    private final long headers;

    /// A bit for each [HoardSizes#ALIGNMENT] bytes of each slot: a block begins there, and is free.
    private final long bits;

    private final int bitsShift;

    HoardTable(Region region, HoardSizes sizes) {
        this.sizes = sizes;
        this.origin = region.base() & -sizes.bytes;
        this.slots = (region.end() - 1 - origin >>> sizes.shift) + 1;
        long page = Region.pageSize();
        long tagBytes = slots * Long.BYTES + page - 1 & -page;
        long headerBytes = slots * HEADER_BYTES + page - 1 & -page;
        this.bitsShift = sizes.shift - BITS_LOG2;
        this.tables = Region.reserved(tagBytes + headerBytes + (slots << bitsShift));
        this.tags = tables.base();
        this.headers = tags + tagBytes;
        this.bits = headers + headerBytes;
        if (!tables.isLazy()) tables.commit(tags, tables.bytes());
    }

    // ---- tags ----

    /// Tag of the superblock in which an address lies, 0 for any other.
    long tagAt(long address) {
        long slot = address - origin >>> sizes.shift;
        return slot < slots ? Memory.getLongOpaque(tags + slot * Long.BYTES) : 0;
    }

    static int heapOf(long tag) {
        return (int) (tag >>> HEAP_SHIFT);
    }

    /// From 0; -1 for none, 254 for empty.
    static int classOf(long tag) {
        return (int) (tag >>> CLASS_SHIFT & 0xFF) - 1;
    }

    static boolean isEmpty(long tag) {
        return classOf(tag) == EMPTY - 1;
    }

    /// What the upper 24 bits of a tag are.
    static long key(int heap, int sizeClass) {
        return (long) heap << HEAP_SHIFT - CLASS_SHIFT | sizeClass + 1;
    }

    static int cut(long tag) {
        return (int) tag;
    }

    private long tagOf(long sb) {
        return tags + (sb - headers) / HEADER_BYTES * Long.BYTES;
    }

    long tag(long sb) {
        return Memory.getLongOpaque(tagOf(sb));
    }

    /// Says whose a superblock is from now on.
    void setHeap(long sb, int heap) {
        long tag = tag(sb);
        setTag(sb, (long) heap << HEAP_SHIFT | tag & (1L << HEAP_SHIFT) - 1);
    }

    void setCut(long sb, int bytes) {
        setTag(sb, tag(sb) >>> Integer.SIZE << Integer.SIZE | bytes);
    }

    /// Gives a superblock without blocks another class, or [#EMPTY] - 1 for none.
    void format(long sb, int heap, int sizeClass) {
        setTag(sb, key(heap, sizeClass) << CLASS_SHIFT);
        if (sizeClass == EMPTY - 1) return;
        Memory.putInt(sb + SIZE, sizes.size(sizeClass));
        Memory.putLong(sb + DIVISOR, sizes.divisor(sizeClass));
    }

    private void setTag(long sb, long tag) {
        Memory.putLongRelease(tagOf(sb), tag);
    }

    // ---- checks ----

    /// Throws unless a block of at least `size` bytes begins at the address, going by the tag.
    void checkBlock(long address, long size) {
        long tag = tagAt(address);
        int sizeClass = classOf(tag);
        if (sizeClass < 0) throw HoardFault.notLive(address);
        if (isEmpty(tag)) throw HoardFault.free(address);
        int block = sizes.size(sizeClass);
        long offset = address & sizes.bytes - 1;
        if (!sizes.isMultiple(offset, sizeClass)) {
            throw HoardFault.at(address, "expected the start of a block of " + block + " bytes");
        }
        if (offset >= cut(tag)) {
            throw HoardFault.at(address, "expected a live block, found what was never handed out");
        }
        if (Long.compareUnsigned(size, block) > 0) {
            throw HoardFault.tooLong(address, size, block);
        }
    }

    // ---- superblocks ----

    /// The superblock in which an address lies, by the address of its header.
    long at(long address) {
        return headers + (address - origin >>> sizes.shift) * HEADER_BYTES;
    }

    /// First address of a superblock.
    long start(long sb) {
        return origin + ((sb - headers) / HEADER_BYTES << sizes.shift);
    }

    /// Makes a superblock of the slot at `start`, without blocks. False where there is no memory
    /// for its header.
    boolean make(long start, int heap) {
        long sb = at(start);
        if (!tables.commit(sb, HEADER_BYTES)
                || !tables.commit(tagOf(sb), Long.BYTES)
                || !tables.commit(bits(sb), 1L << bitsShift)) {
            return false;
        }
        Memory.fill(sb, HEADER_BYTES, (byte) 0);
        Memory.fill(bits(sb), 1L << bitsShift, (byte) 0);
        format(sb, heap, EMPTY - 1);
        return true;
    }

    /// From now on there is none.
    void unmake(long sb) {
        setTag(sb, 0);
    }

    boolean isHeader(long sb) {
        return tables.contains(sb) && sb >= headers;
    }

    // ---- bits ----

    /// The first word of a superblock's bits.
    long bits(long sb) {
        return bits + ((sb - headers) / HEADER_BYTES << bitsShift);
    }

    /// The word in which the bit of a block is.
    private long word(long block) {
        long offset = block - origin;
        return bits + (offset >>> WORD_LOG2) * Long.BYTES;
    }

    private static long bit(long block) {
        return 1L << (block >>> HoardSizes.ALIGNMENT_LOG2);
    }

    /// Whether a block that begins at the address is in its superblock, free.
    boolean isFree(long block) {
        return (Memory.getLong(word(block)) & bit(block)) != 0;
    }

    /// Notes a block as free. False, and nothing done, if it is.
    boolean setFree(long block) {
        long word = word(block);
        long bits = Memory.getLong(word);
        long bit = bit(block);
        if ((bits & bit) != 0) return false;
        Memory.putLong(word, bits | bit);
        return true;
    }

    /// Number of the word in which the bit of a block is, from its superblock's first on.
    int wordOf(long block) {
        return (int) (block - origin & sizes.bytes - 1) >>> WORD_LOG2;
    }

    /// Notes that no block of a superblock is free.
    void clearBits(long sb) {
        Memory.fill(bits(sb), 1L << bitsShift, (byte) 0);
    }

    // ---- headers ----

    /// How many blocks are free and were out before.
    int free(long sb) {
        return Memory.getInt(sb);
    }

    void setFree(long sb, int blocks) {
        Memory.putInt(sb, blocks);
    }

    /// No word of the bits before has one.
    int lowest(long sb) {
        return Memory.getInt(sb + LOWEST);
    }

    void setLowest(long sb, int word) {
        Memory.putInt(sb + LOWEST, word);
    }

    /// Bytes of blocks that are out: with callers or in buffers.
    int used(long sb) {
        return Memory.getInt(sb + USED);
    }

    void setUsed(long sb, int bytes) {
        Memory.putInt(sb + USED, bytes);
    }

    /// Bytes from the start on whose pages are committed.
    int committed(long sb) {
        return Memory.getInt(sb + COMMITTED);
    }

    void setCommitted(long sb, int bytes) {
        Memory.putInt(sb + COMMITTED, bytes);
    }

    long next(long sb) {
        return Memory.getLong(sb + NEXT);
    }

    void setNext(long sb, long other) {
        Memory.putLong(sb + NEXT, other);
    }

    long prev(long sb) {
        return Memory.getLong(sb + PREV);
    }

    void setPrev(long sb, long other) {
        Memory.putLong(sb + PREV, other);
    }

    int group(long sb) {
        return Memory.getInt(sb + GROUP);
    }

    /// Puts it into a group, in which it stays while so many bytes of blocks are out.
    void setGroup(long sb, int group, int floor) {
        Memory.putInt(sb + GROUP, group);
        Memory.putInt(sb + FLOOR, floor);
    }

    int floor(long sb) {
        return Memory.getInt(sb + FLOOR);
    }

    /// Bytes of its blocks.
    int size(long sb) {
        return Memory.getInt(sb + SIZE);
    }

    /// Whether one of its blocks may begin so many bytes after its start.
    boolean isMultiple(long sb, long offset) {
        long divisor = Memory.getLong(sb + DIVISOR);
        return Long.compareUnsigned(offset * divisor, divisor) < 0;
    }

    // ---- looking ----

    long committed() {
        return tables.committed();
    }

    long committedMax() {
        return tables.committedMax();
    }

    /// A late look meets zeros: no superblock.
    void close() {
        tables.close();
    }
}
