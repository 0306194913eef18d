package org.allod.own.raw;

import java.util.concurrent.atomic.AtomicLong;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// An open-addressing hash table of slots whose size it knows and whose types it does not.
///
/// ```
///   slot 0   │ mark │ the rest: key, value │      mark 0: the slot is free
///   slot 1   │ mark │ ...                  │
///    ...
///   slot C   │ 0    │ ...                  │      the entry whose mark is 0 itself
/// ```
/// The *mark* is what the home of an entry follows from: a key of at most 8 bytes is its own mark,
/// and any other key's is its hash, never 0. Each entry lies in its home or, where that was taken,
/// in the nearest free slot after it (linear probing: one cache line answers most questions). A
/// removal moves later entries back, so that nothing but entries and free slots exists.
///
/// - **table.I1** from the home of an entry to its slot no slot is free.
/// - **table.I2** at least one slot of C is free, and at most 3/4 C are used.
///
/// A slot's address is good until the next [#claim] or [#remove]. Owner thread only.
///
/// Source: D. E. Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R. M.
/// Dietzfelbinger et al., A Reliable Randomized Algorithm for the Closest-Pair Problem, 1997: homes
/// by multiplication with a random odd number. Tables have different ones: entries that are put
/// into a smaller table in the order of a larger one would else pile up in its first slots.
public final class RawTable {
    /// No slot.
    public static final long NONE = 0;

    /// Slots of the smallest table.
    private static final long SLOTS_MIN = 8;

    /// 2^64 divided by the golden ratio, made odd. Source: Knuth 6.4.
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    /// Of [#state], below the bits of the multiplier: 6 for the shift, and this one.
    private static final long ZERO = 1 << 6;

    private static final int STATE_BITS = 7;

    private static final AtomicLong TABLES = new AtomicLong();

    private final Allocator heap;
    private final long slotSize;
    private final long alignment;
    private long multiplier;
    private long address;
    private long end;
    private int shift;
    private long used;
    private boolean zero;

    /// An empty table; it takes nothing from the heap.
    ///
    /// @param slotSize bytes of a slot, a multiple of `alignment`
    /// @param alignment of a slot, at least 8
    public RawTable(Allocator heap, long slotSize, long alignment) {
        this.heap = heap;
        this.slotSize = slotSize;
        this.alignment = alignment;
        long n = TABLES.getAndIncrement();
        long mixed = (n ^ n >>> 29) * GOLDEN;
        load(0, 0, GOLDEN ^ (mixed ^ mixed >>> 32) << STATE_BITS);
    }

    /// Entries.
    public long size() {
        return zero ? used + 1 : used;
    }

    /// Entries that fit before the table grows.
    public long capacity() {
        return limit(slots());
    }

    private long slots() {
        return address == 0 ? 0 : 1L << -shift;
    }

    private static long limit(long slots) {
        return slots - (slots >>> 2);
    }

    // ---- search ----

    /// The slot whose mark is `key`, or the complement of that where it belongs.
    public long findLong(long key) {
        if (address == 0 || key == 0) return findZero(key);
        long at = home(key);
        long mark = Memory.getLong(at);
        while (mark != key) {
            if (mark == 0) return ~at;
            at += slotSize;
            if (at == end) at = address;
            mark = Memory.getLong(at);
        }
        return at;
    }

    private long findZero(long key) {
        if (address == 0) return ~NONE;
        return zero ? end : ~end;
    }

    /// The first slot with that mark at or after its home, or the complement of the free one that
    /// ends the search.
    ///
    /// @param mark not 0
    public long findMark(long mark) {
        return address == 0 ? ~NONE : seek(home(mark), mark);
    }

    /// As [#findMark], from the slot after a slot with that mark on: two keys can share a mark.
    public long findMarkAfter(long slot, long mark) {
        long at = slot + slotSize;
        return seek(at == end ? address : at, mark);
    }

    private long seek(long from, long wanted) {
        long at = from;
        long mark = Memory.getLong(at);
        while (mark != wanted) {
            if (mark == 0) return ~at;
            at += slotSize;
            if (at == end) at = address;
            mark = Memory.getLong(at);
        }
        return at;
    }

    private long home(long mark) {
        return address + (mark * multiplier >>> shift) * slotSize;
    }

    // ---- insertion ----

    /// Makes the slot of a new entry.
    ///
    /// @param miss as a search for it answered
    /// @param mark of the entry
    /// @return the slot's address, its mark written; key and value are the caller's
    /// @throws HeapExhaustedException if there is no room; the table is as it was
    public long claim(long miss, long mark) {
        long slot = ~miss;
        if (mark == 0 && slot != NONE) {
            zero = true;
            return end;
        }
        if (used >= limit(slots())) {
            resize(Math.max(SLOTS_MIN, slots() << 1));
            if (mark == 0) {
                zero = true;
                return end;
            }
            slot = freeSlot(mark);
        }
        Memory.putLong(slot, mark);
        used++;
        return slot;
    }

    private long freeSlot(long mark) {
        long at = home(mark);
        while (Memory.getLong(at) != 0) {
            at += slotSize;
            if (at == end) at = address;
        }
        return at;
    }

    /// Makes room for so many entries at once.
    ///
    /// @param entries in all; negative: more than can be counted
    /// @throws HeapExhaustedException if there is none; the table is as it was
    public void reserve(long entries) {
        long slots = entries < 0 ? 0 : slotsFor(entries);
        if (slots <= 0 || slots > slots()) resize(slots);
    }

    /// Gives back what the entries do not need.
    ///
    /// @throws HeapExhaustedException if the smaller table cannot be had; this one is as it was
    public void shrinkToFit() {
        if (size() == 0) {
            free(heap::deallocate);
            load(0, 0, state());
            return;
        }
        long slots = slotsFor(used);
        if (slots < slots()) resize(slots);
    }

    /// The fewest slots that hold so many entries; 0 or less: more than can be counted.
    private static long slotsFor(long entries) {
        long slots = SLOTS_MIN;
        while (slots > 0 && limit(slots) < entries) slots <<= 1;
        return slots;
    }

    private void resize(long slots) {
        boolean countable = slots > 0 && Math.multiplyHigh(slots + 1, slotSize) == 0;
        long bytes = countable ? (slots + 1) * slotSize : Long.MAX_VALUE;
        long target = heap.allocateZeroed(bytes, alignment);
        if (target == Allocator.NULL) throw new HeapExhaustedException(bytes, alignment);
        long source = address;
        long sourceEnd = end;
        long sourceBytes = (slots() + 1) * slotSize;
        address = target;
        end = target + slots * slotSize;
        shift = Long.numberOfLeadingZeros(slots) + 1;
        if (source == 0) return;
        for (long at = source; at != sourceEnd; at += slotSize) {
            long mark = Memory.getLong(at);
            if (mark != 0) copySlot(at, freeSlot(mark));
        }
        if (zero) copySlot(sourceEnd, end);
        heap.deallocate(source, sourceBytes, alignment);
    }

    /// By words: for the few of most slots a copy of bytes takes longer.
    private void copySlot(long source, long target) {
        for (long i = 0; i < slotSize; i += Long.BYTES) {
            Memory.putLong(target + i, Memory.getLong(source + i));
        }
    }

    // ---- removal ----

    /// Takes an entry out; what it owned is the caller's.
    public void remove(long slot) {
        if (slot == end) {
            zero = false;
            return;
        }
        used--;
        long hole = slot;
        long at = slot;
        while (true) {
            at += slotSize;
            if (at == end) at = address;
            long mark = Memory.getLong(at);
            if (mark == 0) break;
            long home = home(mark);
            boolean stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (stays) continue;
            copySlot(at, hole);
            hole = at;
        }
        Memory.putLong(hole, 0);
    }

    // ---- walk: downwards from a free slot, so that a removal moves only what was seen ----

    /// A free slot: where a walk starts and ends. [#NONE] in a table without slots.
    public long anchor() {
        if (address == 0) return NONE;
        long at = end - slotSize;
        while (Memory.getLong(at) != 0) at -= slotSize;
        return at;
    }

    /// The first entry of a walk, or [#NONE].
    public long first(long anchor) {
        if (anchor == NONE) return NONE;
        return zero ? end : next(anchor, anchor);
    }

    /// The entry after a slot of a walk, or [#NONE]. The slot's own entry may have been removed.
    public long next(long slot, long anchor) {
        long at = slot == end ? anchor : slot;
        do {
            at = (at == address ? end : at) - slotSize;
            if (at == anchor) return NONE;
        } while (Memory.getLong(at) == 0);
        return at;
    }

    // ---- all of it ----

    /// Gives the slots to `sink`; what the entries owned is the caller's. The table itself stays as
    /// it is: not to be used again where the sink frees.
    public void free(BlockSink sink) {
        if (address != 0) sink.free(address, (slots() + 1) * slotSize, alignment);
    }

    /// Checks its invariants. O(n).
    ///
    /// @throws CorruptHeapError naming the first broken one
    public void verify() {
        long found = 0;
        for (long slot = address; slot != end; slot += slotSize) {
            long mark = Memory.getLong(slot);
            if (mark == 0) continue;
            found++;
            for (long at = home(mark); at != slot; ) {
                if (Memory.getLong(at) == 0) {
                    throw new CorruptHeapError("table", at, "table.I1: free before " + slot);
                }
                at += slotSize;
                if (at == end) at = address;
            }
        }
        if (found != used || used > limit(slots())) {
            throw new CorruptHeapError("table", address, "table.I2: " + found + " of " + used);
        }
    }

    // ---- a handle's words ----

    /// The address of the slots; 0 for none.
    public long address() {
        return address;
    }

    /// Entries but the one whose mark is 0.
    public long used() {
        return used;
    }

    /// The rest of what it knows, packed: how many slots, which homes, is there a mark of 0?
    public long state() {
        return multiplier & -1L << STATE_BITS | shift | (zero ? ZERO : 0);
    }

    /// Takes what another handle had: [#address], [#used] and [#state].
    public void load(long address, long used, long state) {
        this.address = address;
        this.used = used;
        multiplier = state & -1L << STATE_BITS | 1;
        shift = address == 0 ? 0 : (int) (state & ZERO - 1);
        zero = address != 0 && (state & ZERO) != 0;
        end = address + slots() * slotSize;
    }
}
