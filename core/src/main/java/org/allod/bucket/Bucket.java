package org.allod.bucket;

import static org.allod.Allocator.NULL;

import java.util.concurrent.locks.ReentrantLock;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.parts.FitBins;

/// A run of addresses, tiled by pebbles.
///
/// ```
///   base                                                                     end
///   ├────────┬──────────┬────────┬──────┬────────┬──────────┬────────┬─────────┤
///   │ pebble │ block    │ pebble │ free │ pebble │ block    │ pebble │ free    │
///   └────────┴──────────┴────────┴──────┴────────┴──────────┴────────┴─────────┘
///        ▲────────────────┘  ▲─────────────┘ ▲──────────────────┘     pages from here on are
///             before              before            before            not committed yet
/// ```
///
/// What the original keeps in 64 bytes at the bucket's start is in this object: no stray store
/// reaches the lock. All methods but [#largest] and the constructor want the lock held.
final class Bucket {
    private static final String NAME = BucketAllocator.NAME;

    /// What new and freed blocks hold where assertions are on, up to [#FILL_MOST] bytes of each.
    private static final byte FRESH = (byte) 0xAA;

    private static final byte FREED = 0x55;
    private static final long FILL_MOST = 1 << 16;

    final long base;
    final long end;
    final ReentrantLock lock = new ReentrantLock();

    private final Region region;
    private final boolean firstFit;
    private final FitBins bins;
    private final PebbleNames names = new PebbleNames();

    /// Bytes of the largest free piece.
    private long largest;

    /// No piece before this pebble is free.
    private long lowestFree;

    /// Not given back when it is empty.
    boolean persistent;

    /// Given back: there is nothing here any more.
    boolean gone;

    long asked;
    long granted;
    long allocations;
    long frees;
    long reallocations;

    /// One free piece. The page of its pebble must be committed.
    Bucket(Region region, long base, long end, boolean firstFit) {
        this.region = region;
        this.base = base;
        this.end = end;
        this.firstFit = firstFit;
        this.bins = new FitBins(NAME, base, end);
        this.largest = end - base - Pebble.BYTES;
        this.lowestFree = base;
        bins.insert(Pebble.node(base), largest);
        Pebble.before(base, NULL);
        Pebble.seal(base, Pebble.HOLES, 0, largest);
    }

    /// Bytes of the largest free piece. Without the lock: a hint.
    long largest() {
        return largest;
    }

    boolean isEmpty() {
        return largest == end - base - Pebble.BYTES;
    }

    long tableBytes() {
        return FitBins.tableBytes() + names.tableBytes();
    }

    // ---- a block comes ----

    /// A block, or NULL where there is no room or no page.
    ///
    /// @param flags of the pebble: ALIGNED and CLEARED, or 0
    /// @param highest address at or before which the block must end
    /// @param wholly whether to look at every piece before the answer is no
    long place(long size, long alignment, int flags, long highest, String name, boolean wholly) {
        long bytes = Pebble.roundUp(size);
        long pebble = find(bytes, alignment, highest, wholly);
        if (pebble == NULL || !name.isEmpty() && names.isFull()) return NULL;
        long start = start(pebble, alignment);
        long most = Pebble.end(pebble, Pebble.bytes(pebble)) - start;
        long rest = most - bytes;
        if (rest < Pebble.SPLIT_LEAST) {
            rest = 0;
            bytes = most;
        }
        boolean clear = (flags & Pebble.CLEARED) != 0;
        long tag = Pebble.tag(pebble);
        if (Pebble.hasHoles(tag)) {
            if (!commit(start, bytes, rest, clear)) return NULL;
        } else if (clear) {
            Memory.fill(start, bytes, (byte) 0);
        }
        long block = cut(pebble, (int) tag & Pebble.HOLES, start, bytes, rest);
        int number = name.isEmpty() ? 0 : names.add(name);
        Pebble.seal(block, flags | Pebble.IN_USE, number, bytes);
        Pebble.asked(block, size);
        allocations++;
        asked += size;
        granted += bytes;
        assert clear || fill(start, bytes, FRESH);
        return start;
    }

    /// A free piece in which the block fits, or NULL.
    private long find(long bytes, long alignment, long highest, boolean wholly) {
        if (largest < bytes) return NULL;
        if (firstFit || highest < end) return findFirst(bytes, alignment, highest);
        boolean aligned = alignment > Pebble.BYTES;
        long node = bins.find(aligned ? bytes + alignment + Pebble.BYTES : bytes);
        if (node != NULL) return checked(Pebble.ofNode(node));
        if (!wholly) return NULL;
        if (aligned) return findFirst(bytes, alignment, highest);
        node = bins.findAny(bytes);
        return node == NULL ? NULL : checked(Pebble.ofNode(node));
    }

    /// A piece from a bin, once its pebble says that it is free.
    private static long checked(long pebble) {
        long tag = Pebble.tag(pebble);
        if (Pebble.isInUse(tag) || !Pebble.isSealed(pebble, tag, Pebble.bytes(pebble))) {
            throw smashed(pebble);
        }
        return pebble;
    }

    /// The lowest piece: a walk over the list.
    private long findFirst(long bytes, long alignment, long highest) {
        boolean lower = true;
        for (long pebble = lowestFree; pebble < end; ) {
            long tag = Pebble.tag(pebble);
            long size = Pebble.bytes(pebble);
            if (!Pebble.isSealed(pebble, tag, size)) throw smashed(pebble);
            long next = Pebble.end(pebble, size);
            if (!Pebble.isInUse(tag)) {
                if (lower) lowestFree = pebble;
                lower = false;
                long blockEnd = start(pebble, alignment) + bytes;
                if (blockEnd > 0 && blockEnd <= Math.min(next, highest)) return pebble;
            }
            pebble = next;
        }
        return NULL;
    }

    /// Where a block in a free piece starts: at its payload, or later, so that the piece's pebble
    /// keeps a payload of its own.
    private static long start(long pebble, long alignment) {
        long payload = Pebble.addressOf(pebble);
        if ((payload & alignment - 1) == 0) return payload;
        return payload + Pebble.SPLIT_LEAST + alignment - 1 & -alignment;
    }

    private boolean commit(long start, long bytes, long rest, boolean clear) {
        long tail = rest == 0 ? 0 : Pebble.BYTES;
        if (!clear) return region.commit(Pebble.at(start), Pebble.BYTES + bytes + tail);
        return region.commit(Pebble.at(start), Pebble.BYTES)
                && region.commitZeroed(start, bytes)
                && (rest == 0 || region.commit(start + bytes, tail));
    }

    /// Cuts a free piece in up to three: `front │ block │ rest`, where the block must be.
    ///
    /// @return the block's pebble, not sealed yet
    private long cut(long pebble, int holes, long start, long bytes, long rest) {
        long have = Pebble.bytes(pebble);
        long block = Pebble.at(start);
        long after = start + bytes;
        long follower = Pebble.end(pebble, have);
        if (block == pebble && rest != 0) {
            bins.replace(Pebble.node(pebble), have, Pebble.node(after), rest - Pebble.BYTES);
        } else {
            bins.remove(Pebble.node(pebble), have);
            if (block != pebble) {
                long front = block - start(pebble, 1);
                bins.insert(Pebble.node(pebble), front);
                Pebble.seal(pebble, holes, 0, front);
                Pebble.before(block, pebble);
            }
            if (rest != 0) bins.insert(Pebble.node(after), rest - Pebble.BYTES);
        }
        if (rest != 0) {
            Pebble.before(after, block);
            Pebble.seal(after, holes, 0, rest - Pebble.BYTES);
        }
        if (follower < end) Pebble.before(follower, rest != 0 ? after : block);
        if (have == largest) largest = bins.largest();
        return block;
    }

    // ---- a block goes ----

    /// Frees a block.
    ///
    /// @param size at most its bytes
    void free(long address, long size) {
        long pebble = pebbleOf(address, size);
        long bytes = Pebble.bytes(pebble);
        checkNeighbours(pebble, bytes);
        assert fill(address, bytes, FREED);
        frees++;
        asked -= Pebble.asked(pebble);
        granted -= bytes;
        int name = Pebble.name(Pebble.tag(pebble));
        if (name != 0) names.remove(name);
        merge(pebble, bytes, 0);
    }

    /// The pebble of a live block.
    private long pebbleOf(long address, long size) {
        if ((address & 63) != 0 || address == base) throw wrongFree(address);
        long pebble = Pebble.at(address);
        if (!region.isReadable(pebble)) throw wrongFree(address);
        long tag = Pebble.tag(pebble);
        long bytes = Pebble.bytes(pebble);
        if (!Pebble.isSealed(pebble, tag, bytes) || !Pebble.isInUse(tag)) throw wrongFree(address);
        if (size < 0 || size > bytes) {
            throw new CorruptHeapError(
                    NAME, address, "size=" + size + ", expected at most " + bytes);
        }
        return pebble;
    }

    /// The pebbles before and after are whole, and linked with this one.
    private void checkNeighbours(long pebble, long bytes) {
        long before = Pebble.before(pebble);
        if (before != NULL || pebble != base) {
            if (before < base || before >= pebble) throw smashed(pebble);
            long size = Pebble.bytes(before);
            if (Pebble.end(before, size) != pebble) throw smashed(before);
            if (!Pebble.isSealed(before, Pebble.tag(before), size)) throw smashed(before);
        }
        long after = Pebble.end(pebble, bytes);
        if (after < end) {
            if (Pebble.before(after) != pebble) throw smashed(after);
            if (!Pebble.isSealed(after, Pebble.tag(after), Pebble.bytes(after))) {
                throw smashed(after);
            }
        }
    }

    /// Makes a piece free, and one with its free neighbours.
    private void merge(long pebble, long bytes, int flags) {
        int holes = flags;
        long first = pebble;
        long after = Pebble.end(pebble, bytes);
        if (after < end) {
            long tag = Pebble.tag(after);
            if (!Pebble.isInUse(tag)) {
                long size = Pebble.bytes(after);
                bins.remove(Pebble.node(after), size);
                Pebble.crush(after);
                holes |= (int) tag & Pebble.HOLES;
                after = Pebble.end(after, size);
            }
        }
        long before = Pebble.before(pebble);
        if (before != NULL) {
            long tag = Pebble.tag(before);
            if (!Pebble.isInUse(tag)) {
                bins.remove(Pebble.node(before), Pebble.bytes(before));
                Pebble.crush(pebble);
                holes |= (int) tag & Pebble.HOLES;
                first = before;
            }
        }
        long merged = after - Pebble.addressOf(first);
        bins.insert(Pebble.node(first), merged);
        Pebble.seal(first, holes, 0, merged);
        if (after < end) Pebble.before(after, first);
        largest = Math.max(largest, merged);
        lowestFree = Math.min(lowestFree, first);
    }

    // ---- a block is resized ----

    /// Changes the size of a block where it is, if the piece after it leaves the room.
    boolean resize(long address, long size, long newSize) {
        long pebble = pebbleOf(address, size);
        long bytes = Pebble.bytes(pebble);
        checkNeighbours(pebble, bytes);
        long wanted = Pebble.roundUp(newSize);
        int holes = 0;
        if (wanted > bytes) {
            long after = Pebble.end(pebble, bytes);
            if (after >= end || !absorb(pebble, after, wanted)) return false;
            holes = (int) Pebble.tag(after) & Pebble.HOLES;
            Pebble.crush(after);
        }
        cutTail(pebble, wanted, holes);
        asked += newSize - Pebble.asked(pebble);
        granted += Pebble.bytes(pebble) - bytes;
        Pebble.asked(pebble, newSize);
        reallocations++;
        return true;
    }

    /// The free piece after a block becomes part of it.
    private boolean absorb(long pebble, long after, long wanted) {
        long tag = Pebble.tag(after);
        long size = Pebble.bytes(after);
        long most = Pebble.end(after, size) - Pebble.addressOf(pebble);
        if (Pebble.isInUse(tag) || most < wanted) return false;
        if (Pebble.hasHoles(tag)) {
            long needed = most - wanted < Pebble.SPLIT_LEAST ? most : wanted + Pebble.BYTES;
            if (!region.commit(pebble, Pebble.BYTES + needed)) return false;
        }
        bins.remove(Pebble.node(after), size);
        Pebble.seal(pebble, Pebble.tag(pebble), most);
        long follower = Pebble.end(after, size);
        if (follower < end) Pebble.before(follower, pebble);
        if (size == largest) largest = bins.largest();
        if (lowestFree == after) lowestFree = pebble;
        return true;
    }

    /// What a block has above `wanted` becomes a free piece, where that is worth it.
    private void cutTail(long pebble, long wanted, int holes) {
        long rest = Pebble.bytes(pebble) - wanted;
        if (rest < Pebble.SPLIT_LEAST) return;
        Pebble.seal(pebble, Pebble.tag(pebble), wanted);
        long tail = Pebble.end(pebble, wanted);
        Pebble.before(tail, pebble);
        merge(tail, rest - Pebble.BYTES, holes);
    }

    // ---- cold ----

    /// Bytes that the caller may use.
    long usableSize(long address) {
        return Pebble.bytes(pebbleOf(address, 0));
    }

    /// The name that a block was given.
    String nameOf(long address) {
        return names.get(Pebble.name(Pebble.tag(pebbleOf(address, 0))));
    }

    /// Gives back the pages inside free pieces.
    void trim() {
        for (long pebble = base; pebble < end; ) {
            long bytes = Pebble.bytes(pebble);
            if (!Pebble.isInUse(Pebble.tag(pebble))
                    && region.decommit(Pebble.addressOf(pebble), bytes) > 0) {
                Pebble.seal(pebble, Pebble.HOLES, 0, bytes);
            }
            pebble = Pebble.end(pebble, bytes);
        }
    }

    private static boolean fill(long address, long size, byte value) {
        Memory.fill(address, Math.min(size, FILL_MOST), value);
        return true;
    }

    private CorruptHeapError wrongFree(long address) {
        String found = (address & 63) != 0 ? "no multiple of 64" : "a free or an inner piece";
        return new CorruptHeapError(
                NAME,
                address,
                "bucket.I1: expected the sealed pebble of a live block, found " + found);
    }

    private static CorruptHeapError smashed(long pebble) {
        return new CorruptHeapError(
                NAME, pebble, "bucket.I1: expected a sealed pebble, found it overwritten");
    }

    // ---- looking ----

    /// Whether a free piece may be there.
    boolean isAbove(long pebble) {
        return pebble >= lowestFree;
    }

    FitBins bins() {
        return bins;
    }
}
