package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.memory.Memory;

/// One heap of superblocks: a few threads', or number 0, the global one.
///
/// ```
///  record, off heap
///   │ lock │ settled │ u │ a │ empty, how many │ allocations, frees │ least u │ groups
/// ```
///
/// Without blocks out a superblock has no class and is among the empty ones.
///
/// Threads: all under its lock, a word that is taken by a CAS; nobody who holds it waits for a
/// thread. Locks are taken in the order: a heap, heap 0, pages.
///
/// Source: the paper, 4.1 of the description.
final class HoardHeap {
    private static final int FULL = HoardSizes.GROUPS;

    private static final long SETTLED = 4;
    private static final long U = 8;
    private static final long A = 16;
    private static final long EMPTIES = 24;
    private static final long EMPTY_COUNT = 32;
    private static final long ALLOCATIONS = 40;
    private static final long FREES = 48;
    private static final long FLOOR = 56;
    private static final long GROUPS = 64;

    /// Bytes of a record.
    static final long RECORD_BYTES = GROUPS + HoardGroups.BYTES;

    final int number;
    private final HoardTable table;
    private final HoardSizes sizes;
    private final HoardPages pages;
    private final long record;

    final HoardGroups groups;

    /// @param record of [#RECORD_BYTES], zero
    HoardHeap(int number, HoardTable table, HoardPages pages, long record) {
        this.number = number;
        this.table = table;
        this.sizes = table.sizes;
        this.pages = pages;
        this.record = record;
        this.groups = new HoardGroups(table, record + GROUPS);
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

    /// Whether neither u >= a - K S nor u >= (1 - f) a. Never in heap 0.
    boolean isTooEmpty() {
        return used() < Memory.getLong(record + FLOOR);
    }

    private void addHeld(long bytes) {
        add(A, bytes);
        if (number == 0) return;
        long held = held();
        long slack = (long) HoardSizes.SLACK * sizes.bytes;
        Memory.putLong(record + FLOOR, Math.min(held - slack, held - held / 4));
    }

    /// Whether nothing was taken since the last free: then the invariant holds.
    boolean isSettled() {
        return Memory.getInt(record + SETTLED) != 0;
    }

    void setSettled(boolean settled) {
        Memory.putInt(record + SETTLED, settled ? 1 : 0);
    }

    // ---- take ----

    /// Takes up to `wanted` blocks of a class from superblocks of this heap, the fullest first.
    ///
    /// @param space from [#withSpace]; the first to be asked
    /// @param out gets their addresses, downwards
    /// @param end the first is written just before
    /// @return how many; 0 where there is no memory
    int take(long space, int sizeClass, int wanted, long[] out, int end) {
        int got = 0;
        for (long sb = space; sb != NULL; sb = got < wanted ? withSpace(sizeClass) : NULL) {
            int more = takeFrom(sb, sizeClass, wanted - got, out, end - got);
            if (more == 0) break;
            got += more;
        }
        return got;
    }

    /// The fullest superblock of the class that has a block left, or NULL.
    long withSpace(int sizeClass) {
        return groups.withSpace(sizeClass);
    }

    private int takeFrom(long sb, int sizeClass, int wanted, long[] out, int end) {
        int size = sizes.size(sizeClass);
        int got = takeFreed(sb, wanted, out, end);
        if (got < wanted) got += cut(sb, size, wanted - got, out, end - got);
        int used = table.used(sb) + got * size;
        if (used == 0) {
            groups.unlink(sb, sizeClass);
            addEmpty(sb);
            return 0;
        }
        table.setUsed(sb, used);
        add(U, (long) got * size);
        promote(sb, sizeClass, used);
        return got;
    }

    /// Takes blocks that were out before, the lowest first.
    private int takeFreed(long sb, int wanted, long[] out, int end) {
        int got = Math.min(wanted, table.free(sb));
        if (got == 0) return 0;
        long bits = table.bits(sb);
        long start = table.start(sb);
        int at = end;
        int stop = end - got;
        int word = table.lowest(sb);
        long rest = Memory.getLong(bits + (long) word * Long.BYTES);
        while (at > stop) {
            if (rest == 0) {
                Memory.putLong(bits + (long) word * Long.BYTES, 0);
                rest = Memory.getLong(bits + (long) ++word * Long.BYTES);
                continue;
            }
            int unit = word * Long.SIZE + Long.numberOfTrailingZeros(rest);
            out[--at] = start + ((long) unit << HoardSizes.ALIGNMENT_LOG2);
            rest &= rest - 1;
        }
        Memory.putLong(bits + (long) word * Long.BYTES, rest);
        table.setLowest(sb, word);
        table.setFree(sb, table.free(sb) - got);
        return got;
    }

    /// Cuts blocks that were never out.
    private int cut(long sb, int size, int wanted, long[] out, int last) {
        int cut = HoardTable.cut(table.tag(sb));
        int end = (int) Math.min(cut + (long) wanted * size, sizes.bytes / size * size);
        if (end > table.committed(sb)) {
            commit(sb, end);
            end = cut + (Math.min(end, table.committed(sb)) - cut) / size * size;
        }
        if (end <= cut) return 0;
        long start = table.start(sb);
        int at = last;
        for (long block = start + cut; block < start + end; block += size) {
            out[--at] = block;
        }
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
        addHeld(committed - table.committed(sb));
        table.setCommitted(sb, committed);
    }

    // ---- put ----

    /// Puts the block back that begins at an address of this heap, or throws.
    ///
    /// @param size least bytes that it must have
    void put(long address, long size) {
        long sb = table.at(address);
        long offset = address & sizes.bytes - 1;
        if (offset >= HoardTable.cut(table.tag(sb))
                || !table.isMultiple(sb, offset)
                || Long.compareUnsigned(size, table.size(sb)) > 0) {
            table.checkBlock(address, size);
        }
        if (!table.setFree(address)) throw HoardFault.free(address);
        put(address, 1, sb);
    }

    /// Puts blocks back into their superblock, which is of this heap and has their bits.
    ///
    /// @param lowest the lowest one
    void put(long lowest, int count, long sb) {
        int bytes = count * table.size(sb);
        int used = table.used(sb) - bytes;
        add(U, -bytes);
        table.setUsed(sb, used);
        table.setFree(sb, table.free(sb) + count);
        int word = table.wordOf(lowest);
        if (word < table.lowest(sb)) table.setLowest(sb, word);
        setSettled(true);
        if (used < table.floor(sb) || used == 0) demote(sb, used);
    }

    /// Puts a superblock that has become emptier where it belongs, as the first there.
    private void demote(long sb, int used) {
        int sizeClass = HoardTable.classOf(table.tag(sb));
        groups.unlink(sb, sizeClass);
        if (used == 0) addEmpty(sb);
        else groups.link(sb, sizeClass, used >>> sizes.groupShift);
    }

    /// Puts a superblock that has become fuller where it belongs, as the first there.
    private void promote(long sb, int sizeClass, int used) {
        int group = isFull(sb, sizeClass) ? FULL : used >>> sizes.groupShift;
        if (group == table.group(sb)) return;
        groups.unlink(sb, sizeClass);
        groups.link(sb, sizeClass, group);
    }

    private boolean isFull(long sb, int sizeClass) {
        return table.free(sb) == 0
                && HoardTable.cut(table.tag(sb)) + sizes.size(sizeClass) > sizes.bytes;
    }

    // ---- whole superblocks ----

    /// Takes in a superblock that no heap has.
    void add(long sb) {
        addHeld(table.committed(sb));
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
        groups.link(sb, sizeClass, group);
    }

    /// Takes an empty superblock out, and gives it to no heap; NULL for none.
    long removeEmpty() {
        long sb = Memory.getLong(record + EMPTIES);
        if (sb == NULL) return NULL;
        Memory.putLong(record + EMPTIES, table.next(sb));
        add(EMPTY_COUNT, -1);
        addHeld(-table.committed(sb));
        return sb;
    }

    /// Takes a superblock out that is at least f empty: without blocks, or of the emptiest group;
    /// NULL for none.
    long removeEmptiest() {
        long sb = removeEmpty();
        for (int group = 0; sb == NULL && group < FULL; group++) {
            for (long rest = groups.mask(group); sb == NULL && rest != 0; rest &= rest - 1) {
                sb = removeEmptyFrom(group, Long.numberOfTrailingZeros(rest));
            }
        }
        return sb;
    }

    /// As long as superblocks are cut one after the other, one of a class at most is passed by.
    private long removeEmptyFrom(int group, int sizeClass) {
        long sb = groups.head(group, sizeClass);
        while (sb != NULL && 4 * table.used(sb) >= 3 * table.committed(sb)) sb = table.next(sb);
        return sb == NULL ? NULL : remove(sb, sizeClass);
    }

    /// Takes the fullest superblock with a block of the class left out, or NULL.
    long removeWithSpace(int sizeClass) {
        long sb = withSpace(sizeClass);
        return sb == NULL ? NULL : remove(sb, sizeClass);
    }

    private long remove(long sb, int sizeClass) {
        groups.unlink(sb, sizeClass);
        addHeld(-table.committed(sb));
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
        addHeld(table.committed(sb));
        table.format(sb, number, sizeClass);
        groups.link(sb, sizeClass, 0);
    }

    private void addEmpty(long sb) {
        if (table.free(sb) > 0) table.clearBits(sb);
        table.setFree(sb, 0);
        table.setLowest(sb, 0);
        table.format(sb, number, HoardTable.EMPTY - 1);
        table.setNext(sb, Memory.getLong(record + EMPTIES));
        Memory.putLong(record + EMPTIES, sb);
        add(EMPTY_COUNT, 1);
    }

    /// First of the empty ones, or NULL.
    long firstEmpty() {
        return Memory.getLong(record + EMPTIES);
    }
}
