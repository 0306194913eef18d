package org.allod.parts;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Region;
import org.allod.memory.Memory;

/// Blocks of powers of two on a grid: LIFO lists of the free ones, and a map that knows every
/// block.
///
/// ```
///  grid      origin                                                  unit = smallest block
///              ├───┬───┬───────┬───────────────┬───────────────────────────────┤
///              │ U │ F │   U   │       F       │               F               │
///              ├───┼───┼───┬───┼───┬───┬───┬───┼───┬───┬───┬───┬───┬───┬───┬───┤
///  map, a byte │U3 │F3 │U4 │ 0 │F5 │ 0 │ 0 │ 0 │F6 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │
///  a unit      └───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
///
///  free block: │ next: int │ prev: int │ unused ... │       used block: │ the caller's ... │
/// ```
///
/// A block of order k has 2^k bytes and starts at a multiple of 2^k bytes from the grid's origin;
/// its buddy is the other half of the block of order k + 1 around it. The map has a byte for each
/// unit: at the first unit of a block its order and whether it is free, elsewhere 0. So whether a
/// buddy is free is one load, and a free of what is no block of that order is seen. Links are the
/// numbers of units from the origin, 32 bits each: both fit in the smallest block of 8 bytes, and a
/// block leaves its list in O(1).
///
/// - **buddy.I1** the blocks of the map tile the memory that was given, none overlap.
/// - **buddy.I2** list k holds exactly the blocks of the map that are free and of order k, once
///   each, linked both ways.
/// - **buddy.I3** bit k of the mask is set exactly if list k is not empty.
/// - **buddy.I4** two buddies are never both free, but at the top order.
/// - **buddy.I5** the first page of a free block is committed: its links lie there.
///
/// Cost: take O(orders) list pushes, give O(orders) map loads and unlinks; one byte of map a unit.
/// Threads: owner thread only.
public final class BuddyBlocks {
    /// End of a list. No unit has this number.
    static final int NIL = Integer.MIN_VALUE;

    private static final long NIL_LINKS = (long) NIL << 32 | NIL & 0xFFFF_FFFFL;
    private static final long PREV = Integer.BYTES;

    private final String owner;
    private final RegionSet regions;
    private final long origin;
    private final int unitLog2;
    private final int topLimit;

    /// Bit k: list k is not empty.
    private long nonEmpty;

    private final int[] heads = new int[Long.SIZE];

    /// Where the map's byte of unit 0 is, or would be.
    private long mapOrigin;

    /// The part of the grid that the map covers, in bytes from the origin.
    private long low;

    private long high;

    /// Largest order; blocks of it have no buddy.
    private int top;

    private final BuddyMap map;
    private long bytesMax;
    private long examined;

    /// An empty grid.
    ///
    /// @param owner name for messages
    /// @param regions in which the blocks lie
    /// @param origin address from which blocks are counted
    /// @param unitLog2 log2 of the smallest block, at least 3
    /// @param topLimit largest order ever, at most `unitLog2` + 30
    public BuddyBlocks(String owner, RegionSet regions, long origin, int unitLog2, int topLimit) {
        assert unitLog2 >= 3 && topLimit - unitLog2 <= 30 : "links and shifts are ints";
        this.owner = owner;
        this.regions = regions;
        this.origin = origin;
        this.unitLog2 = unitLog2;
        this.topLimit = topLimit;
        this.map = new BuddyMap(unitLog2);
        Arrays.fill(heads, NIL);
    }

    // ---- orders ----

    /// Order of the smallest block of at least `size` bytes, or above 63 if there is none.
    ///
    /// @param size unsigned; 0 acts as 1
    /// @param alignment a power of two
    public int orderOf(long size, long alignment) {
        long bits = (size == 0 ? 0 : size - 1) | (alignment - 1) | ((1L << unitLog2) - 1);
        return Long.SIZE - Long.numberOfLeadingZeros(bits);
    }

    /// Smallest order at or above `order` with a free block, or 64.
    public int orderFree(int order) {
        return order > top ? Long.SIZE : Long.numberOfTrailingZeros(nonEmpty & -1L << order);
    }

    /// Address of the block that [#take] would take from list `order`, which is not empty.
    public long first(int order) {
        return address(heads[order]);
    }

    // ---- take and give ----

    /// Takes the newest free block of order `from` and splits it down to `order`, lowest half
    /// first.
    ///
    /// @param from order of a list that is not empty
    /// @param order at most `from`
    /// @return address of the block, now used
    public long take(int from, int order) {
        int block = heads[from];
        long address = address(block);
        int next = Memory.getInt(address);
        heads[from] = next;
        if (next == NIL) {
            nonEmpty &= ~(1L << from);
        } else {
            checkLink(next, from);
            Memory.putInt(address(next) + PREV, NIL);
        }
        Memory.putByte(mapOrigin + block, BuddyTag.used(order));
        if (from != order) split(block, from, order);
        return address;
    }

    /// Pushes the upper halves of a block of order `from`. The lists between are empty.
    private void split(int block, int from, int order) {
        nonEmpty |= (1L << from) - (1L << order);
        for (int half = from - 1; half >= order; half--) {
            int upper = block + (1 << half - unitLog2);
            heads[half] = upper;
            Memory.putLong(address(upper), NIL_LINKS);
            Memory.putByte(mapOrigin + upper, BuddyTag.free(half));
        }
    }

    /// Whether the address is that of a used block of `order`.
    ///
    /// @param order any that [#orderOf] answers
    public boolean isUsed(long address, int order) {
        long offset = address - origin;
        return offset >= low
                && offset < high
                && (offset & (1L << order) - 1) == 0
                && Memory.getByte(mapOrigin + (offset >> unitLog2)) == BuddyTag.used(order);
    }

    /// Frees a block of `order`, merging it with its buddy as often as that is free.
    ///
    /// @param address of a used block of `order`, or of memory that is not in the map yet
    public void give(long address, int order) {
        int block = (int) (address - origin >> unitLog2);
        int merged = order;
        while (merged < top) {
            int bit = 1 << merged - unitLog2;
            int buddy = block ^ bit;
            if (Memory.getByte(mapOrigin + buddy) != BuddyTag.free(merged)) break;
            unlink(buddy, merged);
            Memory.putByte(mapOrigin + (block | bit), (byte) 0);
            block &= ~bit;
            merged++;
        }
        push(block, merged);
        assert count(2 * (merged - order) + 1);
    }

    /// Keeps the first 2^`order` bytes of a used block of order `from` and frees the rest.
    public void shrink(long address, int from, int order) {
        int block = (int) (address - origin >> unitLog2);
        Memory.putByte(mapOrigin + block, BuddyTag.used(order));
        for (int half = from - 1; half >= order; half--) {
            push(block + (1 << half - unitLog2), half);
        }
    }

    /// Whether a used block of order `from` can grow to `order` where it is.
    public boolean canGrow(long address, int from, int order) {
        if (order > top || (address - origin & (1L << order) - 1) != 0) return false;
        int block = (int) (address - origin >> unitLog2);
        for (int half = from; half < order; half++) {
            int upper = block + (1 << half - unitLog2);
            if (Memory.getByte(mapOrigin + upper) != BuddyTag.free(half)) return false;
        }
        return true;
    }

    /// Grows a used block for which [#canGrow] holds.
    public void grow(long address, int from, int order) {
        int block = (int) (address - origin >> unitLog2);
        for (int half = from; half < order; half++) {
            int upper = block + (1 << half - unitLog2);
            unlink(upper, half);
            Memory.putByte(mapOrigin + upper, (byte) 0);
        }
        Memory.putByte(mapOrigin + block, BuddyTag.used(order));
    }

    private void push(int block, int order) {
        int next = heads[order];
        long address = address(block);
        heads[order] = block;
        if (next == NIL) {
            Memory.putLong(address, NIL_LINKS);
            nonEmpty |= 1L << order;
        } else {
            Memory.putLong(address, (long) NIL << 32 | next & 0xFFFF_FFFFL);
            Memory.putInt(address(next) + PREV, block);
        }
        Memory.putByte(mapOrigin + block, BuddyTag.free(order));
    }

    private void unlink(int block, int order) {
        long links = Memory.getLong(address(block));
        int next = (int) links;
        int prev = (int) (links >>> 32);
        if (prev == NIL) {
            heads[order] = next;
            if (next == NIL) nonEmpty &= ~(1L << order);
        } else {
            checkLink(prev, order);
            Memory.putInt(address(prev), next);
        }
        if (next != NIL) {
            checkLink(next, order);
            Memory.putInt(address(next) + PREV, prev);
        }
    }

    /// A link that was overwritten must not lead out of the grid.
    private void checkLink(int block, int order) {
        long offset = (long) block << unitLog2;
        if (offset < low
                || offset >= high
                || Memory.getByte(mapOrigin + block) != BuddyTag.free(order)) {
            throw smashed(block, order);
        }
    }

    // ---- cold ----

    private CorruptHeapError smashed(int block, int order) {
        return new CorruptHeapError(
                owner,
                address(block),
                "buddy.I2: a free block's link was overwritten, expected one of 2^"
                        + order
                        + " bytes there");
    }

    /// Extends the grid so that it covers `[start, end)` and every block that could lie around it.
    ///
    /// @throws IllegalArgumentException if that is farther from the origin than links reach
    /// @throws org.allod.HeapExhaustedException if there is no address space for the map
    public void cover(long start, long end) {
        int newTop = Math.min(topLimit, orderOf(map.reach(start - origin, end - origin), 1));
        map.cover(start - origin, end - origin, newTop);
        top = newTop;
        mapOrigin = map.origin();
        low = map.low();
        high = map.high();
    }

    /// Commits what [#take] would write to, and the pages of the block that it would answer.
    ///
    /// Needed where a free block has pages that its list does not use: at the order of a page and
    /// above. A block below that lies in a page with the links of the block it is split from.
    ///
    /// @param address [#first] of list `from`, or of memory that is not in the map yet
    /// @return false where limit or system leave no room; some pages may be committed nevertheless
    public boolean commit(long address, int from, int order) {
        boolean done = regions.commit(address, 1L << order) && commitHalves(address, from, order);
        bytesMax = Math.max(bytesMax, regions.committed() + map.committed());
        return done;
    }

    /// Commits the page with the links of a block that is about to be given.
    public boolean commitLinks(long address) {
        return commit(address, unitLog2, unitLog2);
    }

    /// The part of [#commit] that concerns the map and the halves that are split off.
    public boolean commitHalves(long address, int from, int order) {
        map.commit(address - origin);
        int pageLog2 = Long.numberOfTrailingZeros(Region.pageSize());
        for (int half = Math.max(order, pageLog2); half < from; half++) {
            long upper = address + (1L << half);
            if (!regions.commit(upper, Long.BYTES)) return false;
            map.commit(upper - origin);
        }
        return true;
    }

    /// Gives back the pages of the map that describe the inside of a free block.
    void trimMap(long address, long size) {
        map.trim(address - origin, size);
    }

    /// Bytes of the map's pages in use.
    public long mapBytes() {
        return map.committed();
    }

    /// Largest number of bytes that regions and map held at once.
    public long bytesMax() {
        return bytesMax;
    }

    /// Ends the grid: nothing is free and no address is in it.
    public void close() {
        nonEmpty = 0;
        low = high = 0;
        map.close();
    }

    // ---- looking ----

    /// Name of the allocator, for messages.
    public String owner() {
        return owner;
    }

    /// Address from which blocks are counted.
    public long origin() {
        return origin;
    }

    /// Bytes of the smallest block.
    public long unit() {
        return 1L << unitLog2;
    }

    /// Largest order that a block can have now.
    public int top() {
        return top;
    }

    /// First address of the grid's units in a region. In the first one that is the origin.
    long start(Region region) {
        long slack = origin - region.base();
        boolean first = slack >= 0 && slack < Layout.DEFAULT_ALIGNMENT;
        return region.base() + (first ? slack : slack & unit() - 1);
    }

    /// The next free block of the list of `order` after `address`; first with
    /// [org.allod.Allocator#NULL].
    ///
    /// @return [org.allod.Allocator#NULL] at the end
    public long nextFree(long address, int order) {
        int next = address == NULL ? heads[order] : Memory.getInt(address);
        if (next == NIL) return NULL;
        checkLink(next, order);
        return address(next);
    }

    /// Whether a free block's link back is to `prev`, or to the list's head for
    /// [org.allod.Allocator#NULL].
    boolean isLinkedFrom(long address, long prev) {
        int link = Memory.getInt(address + PREV);
        return prev == NULL ? link == NIL : link != NIL && address(link) == prev;
    }

    /// The tag of the unit at `address`, see `BuddyTag`; 0 for the inside of a block.
    /// block.
    public int tag(long address) {
        long offset = address - origin;
        if (offset < low || offset >= high) return 0;
        return Memory.getByte(mapOrigin + (offset >> unitLog2)) & 0xFF;
    }

    /// Words of lists and map examined by [#give] so far, counted where assertions are on.
    public long examined() {
        return examined;
    }

    private boolean count(int words) {
        examined += words;
        return true;
    }

    private long address(int block) {
        return origin + ((long) block << unitLog2);
    }
}
