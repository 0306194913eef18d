package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.memory.Memory;

/// One heap of superblocks: a few threads', or number 0, the global one.
///
/// ```
///  record, off heap
///   │ lock │ u │ a │ empty, how many │ allocations, frees │   fullness groups of each class
///                                                           │ 8: full │ 7 │ 6 │ ... │ 0 │
///  group g, class c ──► superblock ◄──► superblock           most recently freed first
/// ```
///
/// A superblock of u bytes used is in group 8 u / S, or in group 8 if it has no block left; without
/// blocks out it has no class and is among the empty ones.
///
/// Threads: all under its lock, a word that is taken by a CAS; nobody who holds it waits for a
/// thread. Locks are taken in the order: a heap, heap 0, pages.
///
/// Source: the paper, 4.1 of the description.
final class HoardHeap {
    private static final int FULL = HoardSizes.GROUPS;

    private static final long U = 8;
    private static final long A = 16;
    private static final long EMPTIES = 24;
    private static final long EMPTY_COUNT = 32;
    private static final long ALLOCATIONS = 40;
    private static final long FREES = 48;
    private static final long SETTLED = 56;
    private static final long MASKS = 64;
    private static final long HEADS = 192;

    /// Bytes of a record.
    static final long RECORD_BYTES = HEADS + (FULL + 1) * Long.SIZE * 8L;

    final int number;
    private final HoardTable table;
    private final HoardSizes sizes;
    private final HoardPages pages;
    private final long secret;
    private final long record;

    /// What [#take] found: the first of a chain, and the last.
    private long first;

    private long last;

    /// @param record of [#RECORD_BYTES], zero
    HoardHeap(int number, HoardTable table, HoardPages pages, long secret, long record) {
        this.number = number;
        this.table = table;
        this.sizes = table.sizes;
        this.pages = pages;
        this.secret = secret;
        this.record = record;
    }

    // ---- lock ----

    void lock() {
        HoardLock.lock(record);
    }

    void unlock() {
        HoardLock.unlock(record);
    }

    // ---- counters ----

    /// Bytes of blocks that are out: u.
    long used() {
        return Memory.getLong(record + U);
    }

    /// Bytes of superblocks, as far as their pages are committed: a.
    long held() {
        return Memory.getLong(record + A);
    }

    /// Superblocks without blocks out.
    long empties() {
        return Memory.getLong(record + EMPTY_COUNT);
    }

    long allocations() {
        return Memory.getLong(record + ALLOCATIONS);
    }

    long frees() {
        return Memory.getLong(record + FREES);
    }

    void countAllocations(int blocks) {
        add(ALLOCATIONS, blocks);
    }

    void countFree() {
        add(FREES, 1);
    }

    private void add(long counter, long amount) {
        Memory.putLong(record + counter, Memory.getLong(record + counter) + amount);
    }

    /// Whether neither u >= a - K S nor u >= (1 - f) a.
    boolean isTooEmpty() {
        long used = used();
        long held = held();
        return used < held - (long) HoardSizes.SLACK * sizes.bytes && 4 * used < 3 * held;
    }

    /// Whether nothing was taken since the last free: then the invariant holds.
    boolean isSettled() {
        return Memory.getLong(record + SETTLED) != 0;
    }

    void setSettled(boolean settled) {
        Memory.putLong(record + SETTLED, settled ? 1 : 0);
    }

    // ---- take ----

    /// Takes up to `wanted` blocks of a class from superblocks of this heap, the fullest first.
    ///
    /// @param space from [#withSpace]; the first to be asked
    /// @return how many: a chain from [#first]; 0 where there is no memory
    int take(long space, int sizeClass, int wanted) {
        first = NULL;
        last = NULL;
        int got = 0;
        for (long sb = space; sb != NULL; sb = got < wanted ? withSpace(sizeClass) : NULL) {
            int more = takeFrom(sb, sizeClass, wanted - got);
            if (more == 0) break;
            got += more;
        }
        if (last != NULL) HoardBlocks.setNext(last, NULL);
        return got;
    }

    /// The first block of what [#take] took.
    long first() {
        return first;
    }

    /// The fullest superblock of the class that has a block left, or NULL.
    long withSpace(int sizeClass) {
        for (int group = FULL - 1; group >= 0; group--) {
            if ((mask(group) >>> sizeClass & 1) != 0) return head(group, sizeClass);
        }
        return NULL;
    }

    private int takeFrom(long sb, int sizeClass, int wanted) {
        int size = sizes.size(sizeClass);
        int got = takeFreed(sb, wanted);
        if (got < wanted) got += cut(sb, size, wanted - got);
        int used = table.used(sb) + got * size;
        if (used == 0) {
            unlink(sb, sizeClass);
            addEmpty(sb);
            return 0;
        }
        table.setUsed(sb, used);
        add(U, (long) got * size);
        regroup(sb, sizeClass, used, false);
        return got;
    }

    private int takeFreed(long sb, int wanted) {
        long block = table.free(sb);
        int got = 0;
        if (block != NULL && wanted > 0) append(block);
        while (block != NULL && got < wanted) {
            if (table.at(block) != sb || !HoardBlocks.isMarked(block, secret)) {
                throw HoardFault.overwritten(block);
            }
            last = block;
            block = HoardBlocks.next(block);
            got++;
        }
        table.setFree(sb, block);
        return got;
    }

    private void append(long block) {
        if (last == NULL) first = block;
        else HoardBlocks.setNext(last, block);
    }

    /// Cuts blocks that were never out.
    private int cut(long sb, int size, int wanted) {
        int cut = HoardTable.cut(table.tag(sb));
        int end = (int) Math.min(cut + (long) wanted * size, sizes.bytes / size * size);
        if (end > table.committed(sb)) {
            commit(sb, end);
            end = cut + (Math.min(end, table.committed(sb)) - cut) / size * size;
        }
        if (end <= cut) return 0;
        long start = table.start(sb);
        append(start + cut);
        for (long block = start + cut; block < start + end; block += size) {
            HoardBlocks.setNext(block, block + size);
            HoardBlocks.mark(block, secret);
        }
        last = start + end - size;
        table.setCut(sb, end);
        return (end - cut) / size;
    }

    /// Commits what blocks up to `end` need, as far as there is memory.
    private void commit(long sb, int end) {
        int page = (int) Math.min(Region.pageSize(), sizes.bytes);
        long start = table.start(sb);
        int committed = table.committed(sb);
        int wanted = end + page - 1 & -page;
        if (pages.commit(start + committed, wanted - committed)) committed = wanted;
        while (committed < wanted && pages.commit(start + committed, page)) committed += page;
        add(A, committed - table.committed(sb));
        table.setCommitted(sb, committed);
    }

    // ---- put ----

    /// Puts a block back into its superblock, which is of this heap.
    void put(long block, long sb, int sizeClass) {
        int size = sizes.size(sizeClass);
        int used = table.used(sb) - size;
        add(U, -size);
        table.setUsed(sb, used);
        if (used == 0) {
            unlink(sb, sizeClass);
            addEmpty(sb);
            return;
        }
        HoardBlocks.setNext(block, table.free(sb));
        HoardBlocks.mark(block, secret);
        table.setFree(sb, block);
        regroup(sb, sizeClass, used, true);
    }

    /// Sees that a superblock is in its group, as the first if it was freed into.
    private void regroup(long sb, int sizeClass, int used, boolean freed) {
        int group = used >>> sizes.groupShift;
        if (!freed && isFull(sb, sizeClass)) group = FULL;
        if (group == table.group(sb) && (!freed || head(group, sizeClass) == sb)) return;
        unlink(sb, sizeClass);
        link(sb, sizeClass, group);
    }

    private boolean isFull(long sb, int sizeClass) {
        return table.free(sb) == NULL
                && HoardTable.cut(table.tag(sb)) + sizes.size(sizeClass) > sizes.bytes;
    }

    // ---- whole superblocks ----

    /// Takes in a superblock that no heap has.
    void add(long sb) {
        add(A, table.committed(sb));
        long tag = table.tag(sb);
        if (HoardTable.isEmpty(tag)) {
            addEmpty(sb);
            return;
        }
        table.setHeap(sb, number);
        int used = table.used(sb);
        add(U, used);
        int sizeClass = HoardTable.classOf(tag);
        int group = isFull(sb, sizeClass) ? FULL : used >>> sizes.groupShift;
        link(sb, sizeClass, group);
    }

    /// Takes an empty superblock out, and gives it to no heap; NULL for none.
    long removeEmpty() {
        long sb = Memory.getLong(record + EMPTIES);
        if (sb == NULL) return NULL;
        Memory.putLong(record + EMPTIES, table.next(sb));
        add(EMPTY_COUNT, -1);
        add(A, -table.committed(sb));
        return sb;
    }

    /// Takes a superblock out that is at least f empty: without blocks, or of the emptiest group;
    /// NULL for none.
    long removeEmptiest() {
        long sb = removeEmpty();
        for (int group = 0; sb == NULL && group < FULL; group++) {
            for (long rest = mask(group); sb == NULL && rest != 0; rest &= rest - 1) {
                sb = removeEmptyFrom(group, Long.numberOfTrailingZeros(rest));
            }
        }
        return sb;
    }

    /// As long as superblocks are cut one after the other, one of a class at most is passed by.
    private long removeEmptyFrom(int group, int sizeClass) {
        long sb = head(group, sizeClass);
        while (sb != NULL && 4 * table.used(sb) >= 3 * table.committed(sb)) sb = table.next(sb);
        return sb == NULL ? NULL : remove(sb, sizeClass);
    }

    /// Takes the fullest superblock with a block of the class left out, or NULL.
    long removeWithSpace(int sizeClass) {
        long sb = withSpace(sizeClass);
        return sb == NULL ? NULL : remove(sb, sizeClass);
    }

    private long remove(long sb, int sizeClass) {
        unlink(sb, sizeClass);
        add(A, -table.committed(sb));
        add(U, -table.used(sb));
        return sb;
    }

    /// Gives an empty superblock of this heap a class; NULL where there is none.
    long reformat(int sizeClass) {
        long sb = removeEmpty();
        if (sb == NULL) return NULL;
        format(sb, sizeClass);
        return sb;
    }

    /// Takes in a superblock without blocks that no heap has, for a class.
    void format(long sb, int sizeClass) {
        add(A, table.committed(sb));
        table.format(sb, number, sizeClass);
        link(sb, sizeClass, 0);
    }

    private void addEmpty(long sb) {
        table.setFree(sb, NULL);
        table.format(sb, number, HoardTable.EMPTY - 1);
        table.setNext(sb, Memory.getLong(record + EMPTIES));
        Memory.putLong(record + EMPTIES, sb);
        add(EMPTY_COUNT, 1);
    }

    // ---- groups ----

    private long mask(int group) {
        return Memory.getLong(record + MASKS + group * 8L);
    }

    private void setMask(int group, long mask) {
        Memory.putLong(record + MASKS + group * 8L, mask);
    }

    private long place(int group, int sizeClass) {
        return record + HEADS + (group * Long.SIZE + sizeClass) * 8L;
    }

    /// First superblock of a group, or NULL.
    long head(int group, int sizeClass) {
        return Memory.getLong(place(group, sizeClass));
    }

    /// First of the empty ones, or NULL.
    long firstEmpty() {
        return Memory.getLong(record + EMPTIES);
    }

    private void link(long sb, int sizeClass, int group) {
        long place = place(group, sizeClass);
        long next = Memory.getLong(place);
        table.setNext(sb, next);
        table.setPrev(sb, NULL);
        table.setGroup(sb, group);
        if (next != NULL) table.setPrev(next, sb);
        else setMask(group, mask(group) | 1L << sizeClass);
        Memory.putLong(place, sb);
    }

    private void unlink(long sb, int sizeClass) {
        long next = table.next(sb);
        long prev = table.prev(sb);
        int group = table.group(sb);
        if (next != NULL) table.setPrev(next, prev);
        if (prev != NULL) {
            table.setNext(prev, next);
            return;
        }
        Memory.putLong(place(group, sizeClass), next);
        if (next == NULL) setMask(group, mask(group) & ~(1L << sizeClass));
    }
}
