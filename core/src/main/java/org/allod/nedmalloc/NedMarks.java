package org.allod.nedmalloc;

import java.util.concurrent.ThreadLocalRandom;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Tells live blocks, cached ones and none apart, without a lock, by their tags.
///
/// ```
///   bits of a footer    63    61 ... 58         57         56 ... 0
///                      │ 0 │ space's number │ cached │ magic, never 0 in its first byte │
/// ```
///
/// The magic is the heap's own, random, so that another heap's block, the inside of a block and a
/// write behind one are seen, of a single byte as well: that hits magic alone. No address outside
/// the region is loaded from.
///
/// Nothing here is a hint that threads write while others read it: bounds and magic never change.
final class NedMarks {
    /// Most spaces of a heap. Source: spec 3.2, MAXTHREADSINPOOL.
    static final int SPACES_MAX = 16;

    private static final int SPACE_SHIFT = 58;
    private static final long SPACE_BITS = (SPACES_MAX - 1L) << SPACE_SHIFT;

    /// Of the magic: not 0 in its first byte, above every size.
    private static final long MAGIC_SET = 1L << 56 | 1;

    private static final long MAGIC_BITS = (1L << 57) - 1;

    static {
        assert (MAGIC_BITS & NedBlock.CACHED) == 0 && NedBlock.CACHED < 1L << SPACE_SHIFT;
        assert (SPACE_BITS | NedBlock.CACHED | MAGIC_BITS) == Long.MAX_VALUE >>> 1;
    }

    private final String name;
    private final Region region;

    /// Whether an address in the region may be loaded from whatever it is.
    private final boolean lazy;

    /// Lowest address of a block: its tags lie before it.
    private final long first;

    /// From there to the highest one.
    private final long span;

    /// First address after the last footer.
    private final long end;

    private final long magic;

    NedMarks(String name, Region region) {
        this.name = name;
        this.region = region;
        this.lazy = region.isLazy();
        this.first = region.base() + NedBlock.OVERHEAD;
        this.end = region.end();
        this.span = end - first - NedBlock.OVERHEAD - Long.BYTES;
        this.magic = ThreadLocalRandom.current().nextLong() & MAGIC_BITS | MAGIC_SET;
    }

    /// What stands behind the live blocks of a space.
    long mark(int space) {
        return magic | (long) space << SPACE_SHIFT;
    }

    /// Number of the space whose live or cached block this is.
    int space(long address, long usable) {
        return (int) (NedBlock.footer(address, usable) >>> SPACE_SHIFT);
    }

    /// Bytes that the caller of a live block may use, or -1 if that is none.
    long usableLive(long address) {
        return usable(address, 0);
    }

    /// Bytes between the tags of a cached block, or -1 if that is none.
    long usableCached(long address) {
        return usable(address, NedBlock.CACHED);
    }

    private long usable(long address, long cached) {
        if ((address & NedBlock.ALIGNMENT - 1) != 0 || !isInside(address - first, span)) return -1;
        if (!lazy && !isReadable(address)) return -1;
        long head = NedBlock.head(address);
        long usable = NedBlock.usable(head);
        if (!NedBlock.isUsed(head)
                || !isInside(usable - NedBlock.OVERHEAD, end - address - 2 * NedBlock.OVERHEAD)) {
            return -1;
        }
        long word = NedBlock.footer(address, usable) ^ magic ^ cached;
        return (word & ~SPACE_BITS) == 0 ? usable : -1;
    }

    /// Whether `0 <= offset <= last`.
    private static boolean isInside(long offset, long last) {
        return Long.compareUnsigned(offset, last) <= 0;
    }

    // ---- cold ----

    private boolean isReadable(long address) {
        if (!region.isReadable(address - NedBlock.OVERHEAD)) return false;
        return region.isReadable(address + NedBlock.usable(NedBlock.head(address)));
    }

    /// For an address that was to be a live block's and is not.
    CorruptHeapError notLive(long address) {
        return new CorruptHeapError(name, address, describe(address));
    }

    private String describe(long address) {
        if ((address & NedBlock.ALIGNMENT - 1) != 0) {
            return "expected the start of a block, a multiple of " + NedBlock.ALIGNMENT;
        }
        if (!isInside(address - first, span)) {
            return "expected a live block of this heap, found an address outside it";
        }
        if (usableCached(address) >= 0) {
            return "expected a live block, found one that is free, in a thread's cache: freed"
                    + " twice";
        }
        if (!lazy && !isReadable(address)) return "expected a live block, found no memory";
        long head = NedBlock.head(address);
        if (!NedBlock.isUsed(head)) {
            return "expected a live block, found a free one or none: freed twice, or a tag"
                    + " overwritten";
        }
        return "expected this heap's mark behind the block: a write behind it, the inside of a"
                + " block, or another heap's block";
    }

    /// For a link or tag of a cached block that is not as it was left.
    CorruptHeapError notCached(long address) {
        return new CorruptHeapError(
                name,
                address,
                "ned.I3: expected a cached block, found its tags or the link to it overwritten:"
                        + " a use after free, or a write behind a block");
    }

    /// For a size that a block has not.
    CorruptHeapError size(long address, long size, long usable) {
        return new CorruptHeapError(
                name,
                address,
                "expected a block of at least "
                        + Long.toUnsignedString(size)
                        + " bytes, found one of "
                        + usable);
    }
}
