package org.allod.ptmalloc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.Region;
import org.allod.memory.Memory;

/// Large blocks in pages of their own, at the far end of the region: given back as soon as freed.
///
/// ```
///  heaps ...          lowest                                        end
///     ────┤      ...     ├────┬──────────────┬─────┬────┬────────────┤
///                        │tags│ caller's ... │ gap │tags│ caller's   │
///                        └────┴──────────────┴─────┴────┴────────────┘
/// ```
///
/// A run's chunk has M set and P clear; its first word is its offset in the run, 0 but for aligned
/// blocks. Where runs are is kept in Java, in order, so that an address is known or not known for
/// certain, and a smashed tag is found by comparing.
///
/// The original grows a map by moving its pages. Here a run grows into the gap behind it, or into
/// the one before it, and its contents slide down: never two copies at once.
///
/// Cost: O(runs) to take or free one, O(log runs) to find it. Threads: any, locks [PtHeaps#lock].
///
/// Source: spec 2.5 (1), 2.6 (a).
final class PtRuns {
    /// Bytes of a run's chunk that are not the caller's.
    static final long OVERHEAD = 16;

    /// Largest alignment that a block keeps when it slides by whole pages.
    static final long SLIDES_MAX = Region.pageSize();

    private final PtHeaps heaps;
    private final PtTuning tuning;
    private final long page = Region.pageSize();
    private final long end;

    /// Start, end and chunk of each live run, lowest first.
    private long[] starts = new long[8];

    private long[] ends = new long[8];
    private long[] chunks = new long[8];
    private int count;
    private int countMax;

    /// Bytes that callers may use, of pages, and the most of those.
    private long usable;

    private long bytes;
    private long bytesMax;

    private long allocations;
    private long reallocations;

    PtRuns(PtHeaps heaps, PtTuning tuning) {
        this.heaps = heaps;
        this.tuning = tuning;
        this.end = heaps.end & -page;
    }

    // ---- take, free ----

    /// A block with pages of its own, or NULL where there is no room.
    ///
    /// @param size bytes that the caller wants, below 2^62
    /// @param alignment of its address
    /// @param zeroed whether the caller's bytes are to be zero
    long take(long size, long alignment, boolean zeroed) {
        if (Long.compareUnsigned(size, end - heaps.origin) >= 0) return NULL;
        size = Math.max(size, PtChunk.ALIGNMENT);
        heaps.lock.lock();
        try {
            if (count >= tuning.options.mmapMax()) return NULL;
            int at = count;
            long limit = end;
            for (; ; limit = starts[--at]) {
                long floor = at > 0 ? ends[at - 1] : frontier();
                long address = highest(limit, size, alignment);
                if (address - PtChunk.PAYLOAD >= floor && address <= limit) {
                    return place(at, address, size, zeroed);
                }
                if (at == 0) return NULL;
            }
        } finally {
            heaps.lock.unlock();
        }
    }

    private long frontier() {
        return PtHeaps.upToPage(heaps.frontier());
    }

    /// The highest address below `limit` for a run's caller such that no page is wasted.
    private long highest(long limit, long size, long alignment) {
        if (alignment > page) return limit - size & -alignment;
        long lead = PtChunk.PAYLOAD + alignment - 1 & -alignment;
        return limit - (size + lead + page - 1 & -page) + lead;
    }

    private long place(int at, long address, long size, boolean zeroed) {
        long chunk = PtChunk.ofAddress(address);
        long start = chunk & -page;
        long runEnd = PtHeaps.upToPage(address + size);
        if (start < (at > 0 ? ends[at - 1] : frontier())) return NULL;
        boolean done =
                zeroed
                        ? heaps.region.commitZeroed(start, runEnd - start)
                        : heaps.region.commit(start, runEnd - start);
        if (!done) return NULL;
        insert(at, start, runEnd, chunk);
        allocations++;
        return address;
    }

    private void insert(int at, long start, long runEnd, long chunk) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            chunks = Arrays.copyOf(chunks, 2 * count);
        }
        shift(at, at + 1);
        count++;
        countMax = Math.max(countMax, count);
        set(at, start, runEnd, chunk);
    }

    private void shift(int from, int to) {
        int runs = count - from;
        System.arraycopy(starts, from, starts, to, runs);
        System.arraycopy(ends, from, ends, to, runs);
        System.arraycopy(chunks, from, chunks, to, runs);
    }

    /// Writes a run down, and its tags.
    private void set(int at, long start, long runEnd, long chunk) {
        starts[at] = start;
        ends[at] = runEnd;
        chunks[at] = chunk;
        heaps.lowest(starts[0]);
        PtChunk.setPrevSize(chunk, chunk - start);
        PtChunk.setHead(chunk, runEnd - chunk | PtChunk.M);
        count(at, 1);
    }

    private void count(int at, long sign) {
        usable += sign * usable(at);
        bytes += sign * length(at);
        bytesMax = Math.max(bytesMax, bytes);
    }

    /// Frees the run of a caller's address.
    void free(long address, long size) {
        heaps.lock.lock();
        try {
            int at = findSized(address, size);
            tuning.learn(PtChunk.size(chunks[at]));
            count(at, -1);
            heaps.region.decommit(starts[at], length(at));
            shift(at + 1, at);
            count--;
            heaps.lowest(count == 0 ? heaps.end : starts[0]);
        } finally {
            heaps.lock.unlock();
        }
    }

    // ---- resize ----

    /// Resizes a block in its run, or slides it down.
    ///
    /// @param size least usable size that it must have now
    /// @param newSize below 2^62
    /// @param slides whether its address may change
    /// @return its address, or NULL where there is no room
    long resize(long address, long size, long newSize, boolean slides) {
        heaps.lock.lock();
        try {
            int at = findSized(address, size);
            newSize = Math.max(newSize, PtChunk.ALIGNMENT);
            long wanted = PtHeaps.upToPage(address + newSize);
            if (wanted < ends[at]) {
                long surplus = ends[at] - wanted;
                if (heaps.region.decommit(wanted, surplus) > 0) replace(at, starts[at], wanted);
            } else if (wanted > ends[at] && !growUp(at, wanted)) {
                return slides ? slideDown(at, newSize) : NULL;
            }
            reallocations++;
            return address;
        } finally {
            heaps.lock.unlock();
        }
    }

    private boolean growUp(int at, long wanted) {
        long limit = at + 1 < count ? starts[at + 1] : end;
        if (wanted > limit || !heaps.region.commit(ends[at], wanted - ends[at])) return false;
        replace(at, starts[at], wanted);
        return true;
    }

    private void replace(int at, long start, long runEnd) {
        count(at, -1);
        set(at, start, runEnd, chunks[at] - starts[at] + start);
    }

    private long slideDown(int at, long newSize) {
        long lead = PtChunk.address(chunks[at]) - starts[at];
        long start = ends[at] - (newSize + lead + page - 1 & -page);
        long floor = at > 0 ? ends[at - 1] : frontier();
        if (start < floor || !heaps.region.commit(start, starts[at] - start)) return NULL;
        Memory.copy(PtChunk.address(chunks[at]), start + lead, usable(at));
        replace(at, start, ends[at]);
        allocations++;
        reallocations++;
        return start + lead;
    }

    // ---- looking ----

    private int findSized(long address, long size) {
        int at = find(address);
        if (at < 0) {
            throw heaps.fault.address(address, "expected a live block, found none");
        }
        if (Long.compareUnsigned(size, usable(at)) > 0) {
            throw heaps.fault.size(address, size, usable(at));
        }
        return at;
    }

    /// Number of the run whose block has this address, or -1. With the lock held.
    int find(long address) {
        long chunk = PtChunk.ofAddress(address);
        int at = Arrays.binarySearch(chunks, 0, count, chunk);
        if (at < 0) return -1;
        long offset = chunk - starts[at];
        if (PtChunk.prevSize(chunk) != offset
                || PtChunk.head(chunk) != (ends[at] - chunk | PtChunk.M)) {
            throw heaps.fault.address(
                    address, "pt.I9: the tag before a direct run's block was overwritten");
        }
        return at;
    }

    /// Bytes that the caller of the run at this address may use, or -1 if there is none.
    long usableAt(long address) {
        heaps.lock.lock();
        try {
            int at = find(address);
            return at < 0 ? -1 : usable(at);
        } finally {
            heaps.lock.unlock();
        }
    }

    /// Number of live runs.
    int count() {
        return count;
    }

    /// The most so far.
    int countMax() {
        return countMax;
    }

    long start(int at) {
        return starts[at];
    }

    /// The chunk of a run, the lowest being number 0.
    long chunk(int at) {
        return chunks[at];
    }

    /// Bytes of pages of a run.
    long length(int at) {
        return ends[at] - starts[at];
    }

    /// Bytes that the caller of a run's block may use.
    long usable(int at) {
        return ends[at] - chunks[at] - OVERHEAD;
    }

    /// Bytes that callers of all runs may use.
    long usable() {
        return usable;
    }

    /// Bytes of pages of all runs.
    long bytes() {
        return bytes;
    }

    /// The most so far.
    long bytesMax() {
        return bytesMax;
    }

    long allocations() {
        return allocations;
    }

    long reallocations() {
        return reallocations;
    }

    /// Bytes of the table.
    long tableBytes() {
        return 3L * Long.BYTES * starts.length;
    }

    /// No address is in a run any more.
    void close() {
        heaps.lock.lock();
        try {
            count = 0;
        } finally {
            heaps.lock.unlock();
        }
    }
}
