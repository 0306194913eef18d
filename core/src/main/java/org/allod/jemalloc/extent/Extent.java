package org.allod.jemalloc.extent;

import java.util.Arrays;

/// A run of whole pages of one arena: a slab, one large block, or free.
///
/// ```
///   address                                                   address + bytes
///    ├────────────┬────────────┬────────────┬──────────── ... ───┤
///    │ region 0   │ region 1   │ region 2   │                    │   a slab: regions of one class
///    └────────────┴────────────┴────────────┴──────────── ... ───┘   and no remainder
///   used: 1              0            1                              a bit a region, outside
/// ```
///
/// Objects are recycled within their arena, so that `arena` never changes and any thread may read
/// it of a neighbour's extent. All else belongs to who holds the lock that says so: the bin's for a
/// slab's bits, the arena's pages' for the rest.
///
/// - **extent.I1** `regionsFree` is the number of clear bits among the first `regions`.
public final class Extent {
    /// What an extent is.
    public enum State {
        /// A slab or a large block.
        ACTIVE,
        /// Free; its pages are as the last owner left them.
        DIRTY,
        /// Free for longer; to go next.
        MUZZY,
        /// Free address space whose pages were given back.
        RETAINED,
        /// No extent: the object waits to be used again.
        POOLED
    }

    private static final long[] NO_BITS = {};

    /// Not 0: the page map's number of it.
    final int number;

    /// Number of the arena it belongs to.
    public final int arena;

    long address;
    long bytes;

    /// Of the mapping it was cut from: older ones have lower numbers.
    long serial;

    State state = State.POOLED;

    // ---- a slab's, or a large block's ----

    private int sizeClass = -1;
    private boolean slab;
    private int regions;
    private int regionsFree;
    private long[] used = NO_BITS;
    private long block;
    private int kind;

    // ---- places in a heap, and in a list by age ----

    Extent child;
    Extent previous;
    Extent next;
    Extent older;
    Extent newer;

    Extent(int number, int arena) {
        this.number = number;
        this.arena = arena;
    }

    // ---- what it is ----

    /// First address.
    public long address() {
        return address;
    }

    /// Size, a multiple of the page size.
    public long bytes() {
        return bytes;
    }

    /// First address after it.
    public long end() {
        return address + bytes;
    }

    /// What it is now.
    public State state() {
        return state;
    }

    /// Whether it is a slab.
    public boolean isSlab() {
        return slab;
    }

    /// Class of its regions, or of the large block.
    public int sizeClass() {
        return sizeClass;
    }

    /// Whether this one is to be used before `other`: older, or lower where both are as old.
    public boolean isBefore(Extent other) {
        return serial != other.serial
                ? serial < other.serial
                : Long.compareUnsigned(address, other.address) < 0;
    }

    // ---- a large block ----

    /// What its holder says of the one block in it, if that is at the address; else 0.
    public int kindOf(long address) {
        return block == address ? kind : 0;
    }

    /// Says where the one block in it is, and what of it; both 0 for none.
    public void setBlock(long address, int kind) {
        this.block = address;
        this.kind = kind;
    }

    // ---- a slab ----

    /// Makes it a slab of `count` free regions.
    ///
    /// @return bytes by which its tables grew
    int beSlab(int sizeClass, int count) {
        int before = used.length;
        setBlock(0, 0);
        this.slab = true;
        this.sizeClass = sizeClass;
        this.regions = count;
        this.regionsFree = count;
        int words = count + 63 >>> 6;
        if (used.length < words) used = new long[words];
        else Arrays.fill(used, 0);
        return (used.length - before) * Long.BYTES;
    }

    /// Makes it one large block of a class.
    public void beLarge(int sizeClass) {
        setBlock(0, 0);
        this.slab = false;
        this.sizeClass = sizeClass;
        this.regions = 0;
        this.regionsFree = 0;
    }

    /// Regions of the slab.
    public int regions() {
        return regions;
    }

    /// Those that are free.
    public int regionsFree() {
        return regionsFree;
    }

    /// Takes the lowest free region. There is one.
    ///
    /// @return its index
    public int take() {
        int word = 0;
        while (used[word] == -1L) word++;
        int bit = Long.numberOfTrailingZeros(~used[word]);
        used[word] |= 1L << bit;
        regionsFree--;
        return word << 6 | bit;
    }

    /// Gives a region back; false, and nothing done, if it is free already.
    public boolean give(int index) {
        long bit = 1L << index;
        if ((used[index >>> 6] & bit) == 0) return false;
        used[index >>> 6] &= ~bit;
        regionsFree++;
        return true;
    }

    /// Whether a region is out of the slab: in use, or in a cache.
    public boolean isTaken(int index) {
        return (used[index >>> 6] & 1L << index) != 0;
    }

    /// Clear bits among those of the regions.
    int countFree() {
        int free = 0;
        for (int index = 0; index < regions; index++) if (!isTaken(index)) free++;
        return free;
    }

    @Override
    public String toString() {
        return "%s extent [0x%x, 0x%x) of arena %d".formatted(state, address, end(), arena);
    }
}
