package org.allod.jemalloc.extent;

/// Free extents of one arena that are in one state: heaps by size, and a list by age.
///
/// ```
///   nonEmpty  0 1 0 1 ...            a bit a heap
///   heaps       │   └► pairing heap: the oldest, lowest of its sizes
///               └► ...
///   oldest ◄─► ... ◄─► newest        the order in which they came: the first to be purged
/// ```
///
/// Under the lock of the arena's pages. Source: jemalloc's eset.
final class ExtentSet {
    final Extent.State state;
    private final ExtentHeap[] heaps = new ExtentHeap[PageClasses.COUNT];
    private final long[] nonEmpty = new long[PageClasses.COUNT + 63 >>> 6];
    private final int pageShift;
    private Extent oldest;
    private Extent newest;
    private long bytes;
    private int count;

    ExtentSet(Extent.State state, int pageShift) {
        this.state = state;
        this.pageShift = pageShift;
    }

    /// Bytes of all that are in it.
    long bytes() {
        return bytes;
    }

    /// How many are in it.
    int count() {
        return count;
    }

    /// The one that came first, or null.
    Extent oldest() {
        return oldest;
    }

    /// Puts one in, as the newest.
    void add(Extent extent) {
        int index = PageClasses.of(extent.bytes >>> pageShift);
        ExtentHeap heap = heaps[index];
        if (heap == null) heap = heaps[index] = new ExtentHeap();
        heap.add(extent);
        nonEmpty[index >>> 6] |= 1L << index;
        extent.state = state;
        extent.older = newest;
        extent.newer = null;
        if (newest == null) oldest = extent;
        else newest.newer = extent;
        newest = extent;
        bytes += extent.bytes;
        count++;
    }

    /// Takes one out that is in; it is active then.
    void remove(Extent extent) {
        int index = PageClasses.of(extent.bytes >>> pageShift);
        ExtentHeap heap = heaps[index];
        heap.remove(extent);
        if (heap.first() == null) nonEmpty[index >>> 6] &= ~(1L << index);
        if (extent.older == null) oldest = extent.newer;
        else extent.older.newer = extent.newer;
        if (extent.newer == null) newest = extent.older;
        else extent.newer.older = extent.older;
        extent.older = extent.newer = null;
        extent.state = Extent.State.ACTIVE;
        bytes -= extent.bytes;
        count--;
    }

    /// The oldest, lowest extent of `pages` or more, or null.
    ///
    /// @param fitLog2 none above `pages` << this is taken: a large extent is not cut for a little
    Extent firstFit(long pages, int fitLog2) {
        Extent best = null;
        for (int i = next(PageClasses.from(pages)); i >= 0; i = next(i + 1)) {
            if (fitLog2 < Long.SIZE && PageClasses.pages(i) >>> fitLog2 > pages) break;
            Extent first = heaps[i].first();
            if (best == null || first.isBefore(best)) best = first;
        }
        return best;
    }

    /// Any extent that has `pages` at a multiple of `alignment`, or null.
    Extent alignedFit(long pages, long alignment) {
        for (Extent at = oldest; at != null; at = at.newer) {
            long start = at.address + alignment - 1 & -alignment;
            long room = at.end() - start;
            if (room >= 0 && room >>> pageShift >= pages) return at;
        }
        return null;
    }

    private int next(int from) {
        for (int word = from >>> 6; word < nonEmpty.length; word++) {
            long bits = nonEmpty[word];
            if (word == from >>> 6) bits &= -1L << from;
            if (bits != 0) return word << 6 | Long.numberOfTrailingZeros(bits);
        }
        return -1;
    }
}
