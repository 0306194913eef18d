package org.allod.tcmalloc;

import java.util.Arrays;
import org.allod.parts.SizeClasses;

/// The 85 sizes of small blocks, and how many pages a span of each has.
///
/// ```
///   size   8 16 32 48 64 ... 1024 │ 1152 1280 ... 2560 │ 2816 │ ... │ 65536 │ 73728 ... 262144
///   pages           1             │         2          │   3  │ ... │   8   │   9   ...   32
/// ```
///
/// From each size the next is an eighth of a power of two away, so that rounding wastes an eighth;
/// a span has the fewest pages of which at most an eighth is left over at its end and that hold a
/// quarter of a batch. Two sizes that end up with as many blocks on as many pages are one class,
/// that of the larger. Immutable.
///
/// Source: spec 1.2.
final class TcClasses {
    /// Bytes of a page, log2. Source: spec 1.1.
    static final int PAGE_SHIFT = 13;

    /// Bytes of a page.
    static final long PAGE = 1L << PAGE_SHIFT;

    /// Largest small block. Source: spec 1.1.
    static final int SIZE_MAX = 256 << 10;

    /// Blocks of a batch at most, unless told otherwise. Source: spec 1.1.
    static final int BATCH_MAX = 32;

    /// Bytes of a batch. Source: spec 1.1.
    private static final int BATCH_BYTES = 64 << 10;

    private static final int[] PAGES = new int[128];

    /// Which class a size falls into.
    static final SizeClasses SIZES = generate();

    /// How many there are.
    static final int COUNT = SIZES.count();

    /// Bytes of a block of each class.
    static final int[] BYTES = new int[COUNT];

    /// Classes below have spans of one page.
    static final int ONE_PAGE_END;

    /// 2^32 / size, rounded up: a multiplication instead of a division.
    private static final long[] INVERSES = new long[COUNT];

    static {
        int onePage = 0;
        for (int c = 0; c < COUNT; c++) {
            BYTES[c] = SIZES.size(c);
            INVERSES[c] = ((1L << 32) + BYTES[c] - 1) / BYTES[c];
            if (PAGES[c] == 1 && onePage == c) onePage = c + 1;
        }
        ONE_PAGE_END = onePage;
    }

    private TcClasses() {}

    /// Pages of a span of the class.
    static int pages(int sizeClass) {
        return PAGES[sizeClass];
    }

    /// Blocks of a span of the class.
    static int blocks(int sizeClass) {
        return (int) ((long) pages(sizeClass) << PAGE_SHIFT) / SIZES.size(sizeClass);
    }

    /// Whether a block begins at an offset from its span's start.
    ///
    /// @param offset below 2^18
    static boolean isOnGrid(int sizeClass, int offset) {
        return (int) (offset * INVERSES[sizeClass] >>> 32) * BYTES[sizeClass] == offset;
    }

    /// Blocks of a size that move between the caches at once: 2 to `most`.
    static int batch(int size, int most) {
        return Math.max(2, Math.min(most, BATCH_BYTES / size));
    }

    /// Pages that so many bytes need, at least 1.
    ///
    /// @param bytes at most 2^62
    static long pagesFor(long bytes) {
        return Math.max(1, bytes + PAGE - 1 >>> PAGE_SHIFT);
    }

    private static SizeClasses generate() {
        int[] sizes = new int[PAGES.length];
        int count = 0;
        for (int size = 8; size <= SIZE_MAX; size += step(size)) {
            int pages = pagesOfSpan(size);
            boolean same =
                    count > 0
                            && PAGES[count - 1] == pages
                            && pages * PAGE / sizes[count - 1] == pages * PAGE / size;
            if (!same) count++;
            sizes[count - 1] = size;
            PAGES[count - 1] = pages;
        }
        return new SizeClasses(Arrays.copyOf(sizes, count));
    }

    private static int step(int size) {
        if (size < 16) return 8;
        if (size < 128) return 16;
        return (int) Math.min(PAGE, Integer.highestOneBit(size) / 8);
    }

    private static int pagesOfSpan(int size) {
        long bytes = PAGE;
        while (bytes % size > bytes / 8 || bytes / size < batch(size, BATCH_MAX) / 4) bytes += PAGE;
        return (int) (bytes >>> PAGE_SHIFT);
    }
}
