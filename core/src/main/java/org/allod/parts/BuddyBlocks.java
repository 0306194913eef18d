package org.allod.parts;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.CorruptHeapError;
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
///  map, a byte │U3 │F3 │U4 │ 0 │F5 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │ 0 │
///  a unit      └───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
///                                                ▲ alone in its list: not written down
///
///  free block: │ next: int │ prev: int │ unused ... │       used block: │ the caller's ... │
/// ```
///
/// A block of order k has 2^k bytes and starts at a multiple of 2^k bytes from the grid's origin;
/// its buddy is the other half of the block of order k + 1 around it. The map has a byte for each
/// unit: at the first unit of a block its order and whether it is free, elsewhere 0. So whether a
/// buddy is free is one load, and a free of what is no block of that order is seen. Links are the
/// numbers of units from the origin, 32 bits each: both fit in the smallest block of 8 bytes, and a
/// block leaves its list in O(1). Those of a block of a page or more lie in a table beside the map,
/// so that a free block needs no page of its own.
///
/// **Alone.** Most lists have at most one block, above all the halves of a split. Such a block is
/// known by the head of its list: neither map nor links are written until a second one comes. A
/// split down from gigabytes, and the merge back up, then touch no memory but the heads; written
/// halves, a power of two apart, would all fall into the same few lines of the cache.
///
/// - **buddy.I1** the blocks of the map, and those that are alone, tile the memory that was given.
/// - **buddy.I2** a list of more than one block holds exactly the blocks that the map has as free
///   and of its order, once each, linked both ways.
/// - **buddy.I3** bit k of the mask is set exactly if list k is not empty.
/// - **buddy.I4** two buddies are never both free, but at the top order.
/// - **buddy.I5** the map has 0 for a block that is alone, and for every unit inside a block.
///
/// Cost: take and give touch at most a head, or a byte of the map and three links, an order; one
/// byte of map a unit. Threads: owner thread only.
public final class BuddyBlocks {
    /// End of a list. No unit has this number.
    static final int NIL = Integer.MIN_VALUE;

    private static final long NIL_LINKS = (long) NIL << 32 | NIL & 0xFFFF_FFFFL;
    private static final long PREV = Integer.BYTES;

    private final String owner;
    private final long origin;
    private final int unitLog2;
    private final int topLimit;
    private final int pageLog2 = Long.numberOfTrailingZeros(Region.pageSize());

    /// Bit k: list k is not empty.
    private long nonEmpty;

    /// Bit k: list k has one block, of which nothing is written down.
    private long alone;

    private final int[] heads = new int[Long.SIZE];

    /// Where the map's byte of unit 0 is, or would be.
    private long mapOrigin;

    /// Where the links are of the page at the origin, or would be.
    private long linksOrigin;

    /// The part of the grid that the map covers, in bytes from the origin.
    private long low;

    private long high;

    /// Largest order; blocks of it have no buddy.
    private int top;

    private final BuddyGrid grid;
    private long examined;

    /// An empty grid.
    ///
    /// @param owner name for messages
    /// @param grid that covers nothing yet
    /// @param topLimit largest order ever, at most `unitLog2` + 30
    public BuddyBlocks(String owner, BuddyGrid grid, int topLimit) {
        this.owner = owner;
        this.grid = grid;
        this.origin = grid.origin();
        this.unitLog2 = grid.unitLog2();
        this.topLimit = topLimit;
        assert unitLog2 >= 3 && topLimit - unitLog2 <= 30 : "links and shifts are ints";
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
        if ((alone & 1L << from) != 0) {
            alone &= ~(1L << from);
            nonEmpty &= ~(1L << from);
        } else {
            unlink(block, from);
        }
        if (from != order) split(block, from, order);
        Memory.putByte(mapOrigin + block, BuddyTag.used(order));
        return address(block);
    }

    /// Pushes the upper halves of a block of order `from`. The lists between are empty.
    private void split(int block, int from, int order) {
        long halves = (1L << from) - (1L << order);
        nonEmpty |= halves;
        alone |= halves;
        for (int half = order; half < from; half++) heads[half] = block + (1 << half - unitLog2);
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
    /// @param address of a used block of `order`, or of memory that is in no block yet
    public void give(long address, int order) {
        int block = (int) (address - origin >> unitLog2);
        Memory.putByte(mapOrigin + block, (byte) 0);
        int merged = order;
        while (merged < top) {
            int bit = 1 << merged - unitLog2;
            if (!removed(block ^ bit, merged)) break;
            block &= ~bit;
            merged++;
        }
        push(block, merged);
        assert count(2 * (merged - order) + 1);
    }

    /// Takes a block out of its list if it is free and of `order`; whether it was.
    private boolean removed(int block, int order) {
        long bit = 1L << order;
        if ((alone & bit) != 0) {
            if (heads[order] != block) return false;
            alone &= ~bit;
            nonEmpty &= ~bit;
            return true;
        }
        if ((nonEmpty & bit) == 0 || !isWritten(block, order)) return false;
        unlink(block, order);
        Memory.putByte(mapOrigin + block, (byte) 0);
        return true;
    }

    private void push(int block, int order) {
        long bit = 1L << order;
        if ((nonEmpty & bit) == 0) {
            nonEmpty |= bit;
            alone |= bit;
            heads[order] = block;
        } else {
            pushSecond(block, order);
        }
    }

    private void pushSecond(int block, int order) {
        int next = heads[order];
        if ((alone & 1L << order) != 0) {
            alone &= ~(1L << order);
            write(next, order, NIL_LINKS);
        }
        Memory.putInt(links(next, order) + PREV, block);
        write(block, order, (long) NIL << 32 | next & 0xFFFF_FFFFL);
        heads[order] = block;
    }

    private void write(int block, int order, long links) {
        if (order >= pageLog2) grid.commitLinks(address(block));
        Memory.putByte(mapOrigin + block, BuddyTag.free(order));
        Memory.putLong(links(block, order), links);
    }

    /// Takes a block that is written down out of its list.
    private void unlink(int block, int order) {
        long links = Memory.getLong(links(block, order));
        int next = (int) links;
        int prev = (int) (links >>> 32);
        if (prev == NIL) {
            heads[order] = next;
            if (next == NIL) nonEmpty &= ~(1L << order);
        } else {
            checkLink(prev, order);
            Memory.putInt(links(prev, order), next);
        }
        if (next != NIL) {
            checkLink(next, order);
            Memory.putInt(links(next, order) + PREV, prev);
        }
    }

    private boolean isWritten(int block, int order) {
        return Memory.getByte(mapOrigin + block) == BuddyTag.free(order);
    }

    /// A link that was overwritten must not lead out of the grid.
    private void checkLink(int block, int order) {
        long offset = (long) block << unitLog2;
        if (offset < low || offset >= high || !isWritten(block, order)) {
            throw smashed(block, order);
        }
    }

    // ---- a block's size changes in place ----

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
            if (!isFree(block + (1 << half - unitLog2), half)) return false;
        }
        return true;
    }

    /// Grows a used block for which [#canGrow] holds.
    public void grow(long address, int from, int order) {
        int block = (int) (address - origin >> unitLog2);
        for (int half = from; half < order; half++) removed(block + (1 << half - unitLog2), half);
        Memory.putByte(mapOrigin + block, BuddyTag.used(order));
    }

    private boolean isFree(int block, int order) {
        return (alone & 1L << order) != 0 ? heads[order] == block : isWritten(block, order);
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
        int newTop = Math.min(topLimit, orderOf(grid.reach(start, end), 1));
        grid.cover(start, end, newTop);
        top = newTop;
        mapOrigin = grid.mapOrigin();
        linksOrigin = grid.linksOrigin();
        low = grid.low();
        high = grid.high();
    }

    /// Ends the grid: nothing is free and no address is in it.
    public void close() {
        nonEmpty = alone = 0;
        low = high = 0;
        grid.close();
    }

    // ---- looking ----

    /// Name of the allocator, for messages.
    public String owner() {
        return owner;
    }

    /// Largest order that a block can have now.
    public int top() {
        return top;
    }

    /// The next free block of the list of `order` after `address`; first with
    /// [org.allod.Allocator#NULL].
    ///
    /// @return [org.allod.Allocator#NULL] at the end
    public long nextFree(long address, int order) {
        if (address == NULL && (alone & 1L << order) != 0) return address(heads[order]);
        if ((alone | ~nonEmpty) << ~order < 0) return NULL;
        int block = (int) (address - origin >> unitLog2);
        int next = address == NULL ? heads[order] : Memory.getInt(links(block, order));
        if (next == NIL) return NULL;
        checkLink(next, order);
        return address(next);
    }

    /// Whether a free block's link back is to `prev`, or to the list's head for
    /// [org.allod.Allocator#NULL].
    boolean isLinkedFrom(long address, long prev, int order) {
        if ((alone & 1L << order) != 0) return prev == NULL;
        int link = Memory.getInt(links((int) (address - origin >> unitLog2), order) + PREV);
        return prev == NULL ? link == NIL : link != NIL && address(link) == prev;
    }

    /// The tag of the unit at `address`, see `BuddyTag`; 0 for the inside of a block.
    public int tag(long address) {
        long offset = address - origin;
        if (offset < low || offset >= high) return 0;
        int block = (int) (offset >> unitLog2);
        for (long rest = alone; rest != 0; rest &= rest - 1) {
            int order = Long.numberOfTrailingZeros(rest);
            if (heads[order] == block) return BuddyTag.free(order) & 0xFF;
        }
        return Memory.getByte(mapOrigin + block) & 0xFF;
    }

    /// Words of lists and map examined by [#give] so far, counted where assertions are on.
    public long examined() {
        return examined;
    }

    private boolean count(int words) {
        examined += words;
        return true;
    }

    private long links(int block, int order) {
        return order < pageLog2
                ? address(block)
                : linksOrigin + ((long) block >> pageLog2 - unitLog2) * Long.BYTES;
    }

    private long address(int block) {
        return origin + ((long) block << unitLog2);
    }
}
