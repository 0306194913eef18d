package org.allod.dlmalloc;

import java.util.concurrent.ThreadLocalRandom;

/// What a [DlMalloc] can be told at its making.
///
/// ```java
/// new DlMalloc(region, DlOptions.DEFAULT.withFooters().withDirectRunsFrom(256 << 10))
/// ```
///
/// @param footers whether every block in use carries the mark of its heap behind it: 8 bytes more a
///     block, and a free of another heap's block or an overrun is seen
/// @param directFrom requests of at least so many bytes get pages of their own at the far end of
///     the region, given back as soon as they are freed; [Long#MAX_VALUE] for none
/// @param granule bytes by which the heap grows; a power of two, at least 4096
/// @param trimAbove bytes of free memory at the end of the heap above which a free gives it back,
///     but for a granule; [Long#MAX_VALUE] for never
/// @param topOnly whether a block grows in place into the end of the heap alone, as before 2.8.5;
///     else also into a free block behind it
/// @param apartFrom requests of at least so many bytes start a granule where the heap has to grow
///     for them; [Long#MAX_VALUE] for none. Over granules the original's direct maps lie so
/// @param mark that footers are, above any size; 0 for one of the heap's own making
public record DlOptions(
        boolean footers,
        long directFrom,
        long granule,
        long trimAbove,
        boolean topOnly,
        long apartFrom,
        long mark) {

    /// As the original, over one region: no footers, nothing direct, growth by 64 KiB, trim above
    /// 2 MiB. Source: spec 1.3.
    public static final DlOptions DEFAULT =
            new DlOptions(false, Long.MAX_VALUE, 64 << 10, 2 << 20, false, Long.MAX_VALUE, 0);

    /// Smallest [#directFrom], bytes. Derived: a page; what is smaller would waste most of one.
    private static final long DIRECT_MIN = 4096;

    /// @throws IllegalArgumentException if a number is out of its range
    public DlOptions {
        if (directFrom < DIRECT_MIN) throw bad("directFrom", directFrom, "at least " + DIRECT_MIN);
        if (granule < 4096 || Long.bitCount(granule) != 1) {
            throw bad("granule", granule, "a power of two, at least 4096");
        }
        if (trimAbove < 0) throw bad("trimAbove", trimAbove, "at least 0");
    }

    /// The same with footers.
    public DlOptions withFooters() {
        return new DlOptions(true, directFrom, granule, trimAbove, topOnly, apartFrom, mark);
    }

    /// The same with direct page runs for requests of at least `bytes` bytes. The original has 256
    /// KiB.
    public DlOptions withDirectRunsFrom(long bytes) {
        return new DlOptions(footers, bytes, granule, trimAbove, topOnly, apartFrom, mark);
    }

    /// The same with another granule.
    public DlOptions withGranule(long bytes) {
        return new DlOptions(footers, directFrom, bytes, trimAbove, topOnly, apartFrom, mark);
    }

    /// The same with another trim threshold.
    public DlOptions withTrimAbove(long bytes) {
        return new DlOptions(footers, directFrom, granule, bytes, topOnly, apartFrom, mark);
    }

    /// A space of nedmalloc: footers of the given mark, growth in place as before 2.8.5.
    ///
    /// @param bytes as [#apartFrom]
    public DlOptions asSpaceOfNedmalloc(long bytes, long mark) {
        return new DlOptions(true, directFrom, granule, trimAbove, true, bytes, mark);
    }

    /// A mark for the footers of a new heap; 0 for none.
    long footer() {
        if (!footers) return 0;
        return mark != 0 ? mark : ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE | 8;
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
