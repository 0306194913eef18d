package org.allod.dlmalloc;

import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.memory.Memory;

/// The pages under a heap: how far it reaches, and which it has given back.
///
/// ```
///  base     first                      top        frontier               end      region's end
///   ├────────┼───┬──────┬───┬───────────┼──────────┼──────────────────────┼───────────┤
///   │ state  │ U │ F    │ U │ F  ░░░░   │ top  │80 │ not committed        │ direct    │
///   └────────┴───┴──────┴───┴───────────┴──────────┴──────────────────────┴───────────┘
/// ```
///
/// All pages below the frontier are committed, but for whole ones inside large free chunks (░) and,
/// where such a chunk has merged with it, top.
final class DlPages {
    /// Chunk of the state block. Source: spec 1.2, 936 bytes; as a chunk 944.
    static final long STATE_CHUNK = 944;

    /// From base to the headers of the small rings. Source: spec 1.2: 72, in the first chunk.
    static final long RINGS = DlChunk.PAYLOAD + 72;

    /// From base to the roots of the tries. Source: spec 1.2: 600, in the first chunk.
    static final long ROOTS = DlChunk.PAYLOAD + 600;

    /// Bytes between top and frontier. Source: spec 1.2, the original's segment trailer.
    static final long TRAILER = 80;

    /// Most that a trim threshold grows to. Source: 2 x DEFAULT_MMAP_THRESHOLD_MAX of mallopt(3).
    static final long TRIM_ABOVE_MAX = 64 << 20;

    /// Smallest range that is one: state block, one chunk and the trailer. Source: spec 1.5.
    static final long BYTES_MIN = 1024 + TRAILER;

    static {
        assert ROOTS >= RINGS + DlBins.BYTES;
        assert STATE_CHUNK >= ROOTS + DlTree.BINS * Long.BYTES;
    }

    private final Region region;
    private final long base;
    private long rangeEnd;
    private final long granule;
    private long end;
    private long frontier;

    /// Whether [#grow] and [#commitRun] zero what they commit.
    private boolean zeroed;

    /// Whether top or a free chunk may have pages that are not committed.
    private boolean holes;

    /// Whether limit or system refused a page since the last question.
    private boolean refused;

    /// Whether the last change of the frontier was a trim.
    private boolean trimmed;

    /// @throws IllegalArgumentException if the range is too small
    /// @throws HeapExhaustedException if the region's limit leaves no room for the first page
    DlPages(String name, Region region, long start, long end, long granule) {
        this.region = region;
        this.base = start + (-start & DlChunk.ALIGNMENT - 1);
        this.rangeEnd = end & -DlChunk.ALIGNMENT;
        this.end = rangeEnd;
        this.granule = granule;
        if (start < region.base() || end > region.end() || rangeEnd - base < BYTES_MIN) {
            throw new IllegalArgumentException(
                    String.format(
                            "region=%d bytes, expected at least %d for %s",
                            end - start, BYTES_MIN + (base - start), name));
        }
        this.frontier = Math.min(untilPage(base + BYTES_MIN), this.end);
        if (!region.commit(base, frontier - base)) {
            throw new HeapExhaustedException(
                    BYTES_MIN, 1, "the region's limit leaves no room for one page");
        }
        Memory.fill(base, STATE_CHUNK, (byte) 0);
    }

    // ---- where it is ----

    long base() {
        return base;
    }

    long frontier() {
        return frontier;
    }

    long end() {
        return end;
    }

    /// First address after the range that heap and page runs share.
    long rangeEnd() {
        return rangeEnd;
    }

    /// Bytes of that range: no request can be as large. 0 after [#close].
    long rangeBytes() {
        return end == base ? 0 : rangeEnd - base;
    }

    boolean contains(long address) {
        return address >= base && address < rangeEnd;
    }

    Region region() {
        return region;
    }

    /// The heap may grow up to `end` from now on.
    void end(long end) {
        this.end = end;
    }

    /// Ends the range in the middle between frontier and end.
    ///
    /// @return the new end; 0, and nothing done, where less than a granule would be on either side
    long cede(long granule) {
        long cut = frontier + (rangeEnd - frontier) / 2 & -granule;
        if (end != rangeEnd || cut - frontier < granule || rangeEnd - cut < granule) return 0;
        end = rangeEnd = cut;
        return cut;
    }

    /// The region's limit becomes `bytes`, rounded up to granules, at least one.
    long limit(long bytes) {
        long up = Math.max(granule, bytes + granule - 1 & -granule);
        region.limit(bytes < 0 ? bytes : up < 0 || bytes > up ? Long.MAX_VALUE : up);
        return region.limit();
    }

    /// No room any more.
    void close() {
        frontier = end = base;
    }

    /// Bytes by which the heap grows.
    long granule() {
        return granule;
    }

    /// Whether top or a free chunk may have pages that are not committed.
    boolean hasHoles() {
        return holes;
    }

    // ---- commit ----

    /// Makes sure that the first `size` bytes of a free chunk, and the links of one cut off behind
    /// them, have pages. False where limit or system leave no room.
    boolean ensure(long chunk, long size) {
        return !holes || commit(chunk, size + DlChunk.LINKS_END, false);
    }

    /// Moves the frontier up by `missing` bytes or more, to a whole number of granules from base.
    ///
    /// @return by how much; 0 where range, limit or system leave no room
    long grow(long missing) {
        long want = Math.min(granuleFrom(frontier + missing), end) - frontier;
        if (want < missing) return 0;
        if (!commit(frontier, want, zeroed)) {
            want = Math.min(untilPage(frontier + missing), end) - frontier;
            if (want < missing || !commit(frontier, want, zeroed)) return 0;
        }
        frontier += want;
        return want;
    }

    /// Start of the first granule that the heap has nothing of.
    long nextGranule() {
        return granuleFrom(frontier);
    }

    private long granuleFrom(long address) {
        return base + (address - base + granule - 1 & -granule);
    }

    /// Pages of a direct run. False where limit or system leave no room.
    boolean commitRun(long start, long length) {
        return commit(start, length, zeroed);
    }

    /// Whether memory that is committed from now on is to be zero.
    void growZeroed(boolean zeroed) {
        this.zeroed = zeroed;
    }

    private boolean commit(long start, long length, boolean zero) {
        boolean done = zero ? region.commitZeroed(start, length) : region.commit(start, length);
        refused |= !done;
        return done;
    }

    private static long untilPage(long address) {
        return address + Region.pageSize() - 1 & -Region.pageSize();
    }

    /// Whether limit or system refused a page since the last question: others may be given up.
    boolean wasRefused() {
        boolean was = refused;
        refused = false;
        return was;
    }

    /// Whether there was a trim since the last question. Growth after a trim: it was too early.
    boolean wasTrimmed() {
        boolean was = trimmed;
        trimmed = false;
        return was;
    }

    // ---- give back ----

    /// Moves the frontier down by whole granules, so that top keeps at most one.
    ///
    /// @return bytes given back to the system
    long trimGranules(long topSize) {
        return lower(frontier - ((topSize + granule - 1 & -granule) - granule));
    }

    /// Moves the frontier down to the end of a page, so that top keeps at least 16 bytes.
    long trimPages(long top) {
        return lower(untilPage(top + DlChunk.ALIGNMENT + TRAILER));
    }

    /// Gives back the pages of a direct run.
    void releaseRun(long start, long length) {
        region.decommit(start, length);
    }

    private long lower(long to) {
        if (to >= frontier) return 0;
        long bytes = region.decommit(to, frontier - to);
        frontier = to;
        trimmed = true;
        return bytes;
    }

    /// Gives back the whole pages inside a free chunk.
    ///
    /// Only where a load from such a page stays safe: a smashed link may lead there.
    long punch(long chunk, long size) {
        if (!region.isLazy()) return 0;
        long bytes = region.decommit(chunk + DlChunk.LINKS_END, size - DlChunk.LINKS_END);
        holes |= bytes > 0;
        return bytes;
    }
}
