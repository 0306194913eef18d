package org.allod.hoard;

import static org.allod.Allocator.NULL;

import org.allod.Region;
import org.allod.parts.PageMap;

/// Large blocks: runs of pages; what is freed waits in lists by size until the store is too empty.
///
/// ```
///   page map   kinds   │ 1 │ 0 │ 0 │ 0 │ 2 │ 0 │ 0 │ 0 │ 0 │     1 live, 2 cached, 3 sampled
///              owners  │ 4 │   │   │   │ 5 │ 77│             pages; of a cached run, the next one
///
///   lists      4 sizes to a power of two ──► run ──► run          the newest first
/// ```
///
/// After a free, when more than 1 MiB lives and the most that lived is above 1.25 times what does,
/// all cached runs go back to the system and the most is set to what lives. So after each free at
/// most a quarter of what lives is cached, or 1.25 MiB and one block.
///
/// Threads: any, locks the pages.
///
/// Source: 4.2 of the description, Hoard's segregated store with a threshold. Its 80 classes round
/// up by a fifth; here a run has the pages that it needs.
final class HoardBigs {
    static final int LIVE = 1;
    static final int CACHED = 2;
    static final int SAMPLED = 3;

    /// Live bytes below which nothing goes back. Source: spec 4.2.
    private static final long LIVE_MIN = 1 << 20;

    /// Lists: 4 to each power of two of pages.
    private static final int LISTS = 4 * 31;

    /// Runs of a list that are looked at.
    private static final int GLANCE = 8;

    private final HoardPages pages;
    private final Region region;
    private final PageMap map;

    /// Page number and 1 of the newest run of each list, or 0.
    private final int[] lists = new int[LISTS];

    private long live;
    private long peak;
    private long cached;
    private long cachedRuns;
    private long allocations;
    private long frees;

    HoardBigs(HoardPages pages) {
        this.pages = pages;
        this.region = pages.region;
        this.map = new PageMap(pages.address(0), pages.address(pages.end()), pages.shift);
    }

    private long pagesFor(long size) {
        return size + (1L << pages.shift) - 1 >>> pages.shift;
    }

    // ---- take ----

    /// A run of its own for a request, or NULL where there is no room.
    ///
    /// @param size unsigned
    /// @param kind [#LIVE] or [#SAMPLED]
    long take(long size, long alignment, boolean zeroed, int kind) {
        if (size < 0 || size > region.bytes() || alignment > region.bytes()) return NULL;
        long count = Math.max(1, pagesFor(size));
        pages.lock.lock();
        try {
            long page = alignment <= 1L << pages.shift ? takeCached(count) : -1;
            if (page < 0) page = pages.take(count, alignment);
            if (page < 0) return NULL;
            long address = pages.address(page);
            long bytes = count << pages.shift;
            boolean done =
                    zeroed ? region.commitZeroed(address, bytes) : region.commit(address, bytes);
            if (!done) {
                pages.free(page, count);
                return NULL;
            }
            set(page, count, kind);
            allocations++;
            return address;
        } finally {
            pages.lock.unlock();
        }
    }

    private void set(long page, long count, int kind) {
        map.setKind(page, 1, kind);
        map.setOwner(page, (int) count);
        live += count << pages.shift;
        peak = Math.max(peak, live);
    }

    /// A run of exactly so many pages out of a longer one that is cached, or -1.
    private long takeCached(long count) {
        if (cachedRuns == 0) return -1;
        int list = listOf(count);
        long page = find(list, count);
        if (page < 0 && list + 1 < LISTS) page = find(list + 1, count);
        if (page < 0) return -1;
        long length = map.owner(page);
        uncache(page);
        if (length > count) pages.free(page + count, length - count);
        return page;
    }

    private long find(int list, long count) {
        long page = lists[list] - 1;
        for (int i = 0; page >= 0 && i < GLANCE; i++, page = map.owner(page + 1) - 1) {
            if (map.owner(page) >= count) return page;
        }
        return -1;
    }

    private static int listOf(long count) {
        int power = 63 - Long.numberOfLeadingZeros(count);
        int quarter = (int) ((count << 2 >>> power) & 3);
        return 4 * power + quarter;
    }

    // ---- free ----

    /// Frees the run that begins at an address.
    ///
    /// @return whether it was sampled
    boolean free(long address, long size) {
        pages.lock.lock();
        try {
            long page = find(address, size);
            boolean sampled = map.kind(page) == SAMPLED;
            long count = map.owner(page);
            live -= count << pages.shift;
            frees++;
            if (count > 1) cache(page, count);
            else giveBack(page, count);
            if (live > LIVE_MIN && 4 * peak > 5 * live) {
                releaseCached();
                peak = live;
            }
            return sampled;
        } finally {
            pages.lock.unlock();
        }
    }

    private void giveBack(long page, long count) {
        map.setKind(page, 1, 0);
        pages.free(page, count);
    }

    private void cache(long page, long count) {
        int list = listOf(count);
        map.setKind(page, 1, CACHED);
        map.setOwner(page + 1, lists[list]);
        lists[list] = (int) page + 1;
        cached += count << pages.shift;
        cachedRuns++;
    }

    /// Takes a run out of its list. O(list), which is as long as it was when the run was found.
    private void uncache(long page) {
        long count = map.owner(page);
        int list = listOf(count);
        long before = -1;
        for (long at = lists[list] - 1; at != page; at = map.owner(at + 1) - 1) before = at;
        int next = map.owner(page + 1);
        if (before < 0) lists[list] = next;
        else map.setOwner(before + 1, next);
        map.setKind(page, 1, 0);
        cached -= count << pages.shift;
        cachedRuns--;
    }

    /// Gives all that is cached back. Under the pages' lock.
    private void releaseCached() {
        for (int list = 0; list < LISTS && cachedRuns > 0; list++) {
            while (lists[list] != 0) {
                long page = lists[list] - 1;
                long count = map.owner(page);
                uncache(page);
                pages.free(page, count);
            }
        }
    }

    /// Gives all that is cached back.
    void release() {
        pages.lock.lock();
        try {
            releaseCached();
        } finally {
            pages.lock.unlock();
        }
    }

    // ---- resize ----

    /// Resizes a run where it is, or does nothing.
    ///
    /// @param size least size that the block must have now
    boolean resize(long address, long size, long newSize) {
        pages.lock.lock();
        try {
            long page = find(address, size);
            if (newSize < 0 || newSize > region.bytes()) return false;
            long count = map.owner(page);
            long wanted = Math.max(1, pagesFor(newSize));
            if (wanted > count && !grow(page, count, wanted)) return false;
            if (wanted < count) pages.free(page + wanted, count - wanted);
            live -= count << pages.shift;
            set(page, wanted, map.kind(page));
            return true;
        } finally {
            pages.lock.unlock();
        }
    }

    private boolean grow(long page, long count, long wanted) {
        long more = wanted - count;
        long next = page + count;
        if (!pages.isFree(next, more)) return false;
        if (!region.commit(pages.address(next), more << pages.shift)) return false;
        pages.takeAt(next, more);
        return true;
    }

    // ---- looking ----

    /// The run of a live block.
    private long find(long address, long size) {
        long page = pages.pageOf(address);
        int kind = map.kind(page);
        if ((kind != LIVE && kind != SAMPLED) || pages.address(page) != address) {
            throw kind == CACHED ? HoardFault.free(address) : HoardFault.notLive(address);
        }
        long usable = (long) map.owner(page) << pages.shift;
        if (Long.compareUnsigned(size, usable) > 0) {
            throw HoardFault.tooLong(address, size, usable);
        }
        return page;
    }

    /// Bytes of the block at an address, or a error where none of `size` lives.
    long usable(long address, long size) {
        pages.lock.lock();
        try {
            return (long) map.owner(find(address, size)) << pages.shift;
        } finally {
            pages.lock.unlock();
        }
    }

    /// Kind of a page at which a run begins, or 0.
    int kind(long page) {
        return map.kind(page);
    }

    /// Pages of the run that begins at a page.
    long count(long page) {
        return map.owner(page);
    }

    long live() {
        return live;
    }

    long cached() {
        return cached;
    }

    long cachedRuns() {
        return cachedRuns;
    }

    long allocations() {
        return allocations;
    }

    long frees() {
        return frees;
    }

    long tableBytes() {
        return map.committed() + LISTS * (long) Integer.BYTES;
    }

    long tableBytesMax() {
        return map.committedMax() + LISTS * (long) Integer.BYTES;
    }

    void close() {
        map.close();
    }
}
