package org.allod.dlmalloc;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Large blocks in pages of their own, at the far end of the range: given back as soon as freed.
///
/// ```
///  heap ... frontier        lowest                                       end of the range
///      ─────┤       ...        ├────┬──────────────┬────┬──────┬────────────┤
///                              │head│ caller's ... │ 32 │ gap  │ another run│
///                              └────┴──────────────┴────┴──────┴────────────┘
/// ```
///
/// A run's chunk has C=P=0; its first word is its offset in the run, 0 but for aligned blocks.
/// Where runs are is kept in Java, in order, so that an address is known or not known for certain,
/// and a smashed tag is found by comparing.
///
/// Cost: O(runs) for taking and freeing one, O(log runs) for finding it.
final class DlRuns {
    /// Bytes of a run's chunk that are not the caller's. Source: spec 1.1, mmapped chunks.
    static final long OVERHEAD = 16;

    /// Bytes behind a run's chunk: a fencepost and an end mark. Source: spec 1.1.
    private static final long TAIL = 32;

    private final String name;
    private final DlPages pages;
    private final long from;
    private final long page = Region.pageSize();

    /// First address after the runs: the last page's end.
    private final long end;

    /// Start, end and chunk of each live run, lowest first.
    private long[] starts = new long[8];

    private long[] ends = new long[8];
    private long[] chunks = new long[8];
    private int count;

    /// Bytes that callers may use.
    private long usable;

    /// @param from requests of at least so many bytes are served
    DlRuns(String name, DlPages pages, long from) {
        this.name = name;
        this.pages = pages;
        this.from = from;
        this.end = pages.end() & -page;
    }

    // ---- take, free ----

    /// A chunk with pages of its own for a request, or NULL where it is too small or there is no
    /// room.
    long take(long size) {
        if (size < from) return NULL;
        long length = length(size);
        int at = count;
        long limit = end;
        while (at > 0 && limit - ends[at - 1] < length) limit = starts[--at];
        long start = limit - length;
        if (start < pages.frontier() || !pages.commitRun(start, length)) return NULL;
        insert(at, start, limit);
        DlChunk.setPrevFoot(start, 0);
        writeTags(at);
        usable += usable(at);
        return start;
    }

    private long length(long size) {
        return size + OVERHEAD + TAIL + page - 1 & -page;
    }

    private void insert(int at, long start, long runEnd) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            chunks = Arrays.copyOf(chunks, 2 * count);
        }
        shift(at, at + 1);
        starts[at] = chunks[at] = start;
        ends[at] = runEnd;
        count++;
        pages.end(starts[0]);
    }

    private void shift(int from, int to) {
        int runs = count - from;
        System.arraycopy(starts, from, starts, to, runs);
        System.arraycopy(ends, from, ends, to, runs);
        System.arraycopy(chunks, from, chunks, to, runs);
    }

    private void writeTags(int at) {
        DlChunk.setHead(chunks[at], size(at));
        DlChunk.setHead(chunks[at] + size(at), DlChunk.OVERHEAD | DlChunk.C | DlChunk.P);
    }

    private long size(int at) {
        return ends[at] - TAIL - chunks[at];
    }

    /// Gives back a run.
    ///
    /// @param at from [#find]
    void free(int at) {
        usable -= usable(at);
        pages.releaseRun(starts[at], ends[at] - starts[at]);
        shift(at + 1, at);
        count--;
        pages.end(count == 0 ? pages.rangeEnd() : starts[0]);
    }

    // ---- resize ----

    /// Moves the tags of a run's chunk up to where an aligned address wants them.
    ///
    /// @return the new chunk
    long move(int at, long chunk) {
        usable -= chunk - chunks[at];
        chunks[at] = chunk;
        DlChunk.setPrevFoot(chunk, chunk - starts[at]);
        writeTags(at);
        return chunk;
    }

    /// Keeps a block where it is, without the pages that it no longer needs. False where it is too
    /// small, or the request is one for the bins.
    boolean resize(int at, long size) {
        long old = usable(at);
        if (size > old || size < from) return false;
        long newEnd = starts[at] + length(size + (chunks[at] - starts[at]));
        if (newEnd < ends[at]) {
            pages.releaseRun(newEnd, ends[at] - newEnd);
            ends[at] = newEnd;
            writeTags(at);
            usable -= old - usable(at);
        }
        return true;
    }

    // ---- looking ----

    /// Number of the run whose block has this address, or -1.
    ///
    /// @throws CorruptHeapError if its tag was overwritten
    int find(long address) {
        if (count == 0) return -1;
        long chunk = DlChunk.ofAddress(address);
        int at = Arrays.binarySearch(starts, 0, count, chunk);
        if (at < 0) at = -at - 2;
        if (at < 0 || chunks[at] != chunk) return -1;
        if (DlChunk.prevFoot(chunk) != chunk - starts[at] || DlChunk.head(chunk) != size(at)) {
            throw new CorruptHeapError(
                    name,
                    address,
                    "dlmalloc.I9: the tag before a direct page run's block was overwritten");
        }
        return at;
    }

    /// Number of live runs.
    int count() {
        return count;
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
        return size(at) - OVERHEAD;
    }

    /// Bytes that callers of all runs may use.
    long usable() {
        return usable;
    }

    /// No address is in a run any more.
    void close() {
        count = 0;
        usable = 0;
    }
}
