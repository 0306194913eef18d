package org.allod.jemalloc.extent;

/// Which list a free extent is kept in: four sizes a doubling, counted in pages.
///
/// ```
///   pages   1  2  3  4  5  6  7  8  9,10  11,12  13,14  15,16  17..20  ...
///   index   0  1  2  3  4  5  6  7   8      9      10     11     12    ...
/// ```
///
/// Of a large block's pages one is its cache-line offset's, so what is asked for is mostly a size
/// class and a page more. Extents are therefore kept by the largest class and a page that they have
/// room for: one of 9 pages, 8 and 1, is where a request for 9 looks first.
///
/// Source: jemalloc's page size classes.
final class PageClasses {
    /// Lists. Derived: index of 2^40 pages, and one more.
    static final int COUNT = 4 * 39 + 1;

    private PageClasses() {}

    /// The smallest class that has room for `pages`.
    private static int ceiling(long pages) {
        if (pages <= 4) return (int) pages - 1;
        int x = 63 - Long.numberOfLeadingZeros(pages - 1);
        return 4 * (x - 1) + (int) (pages - 1 >>> x - 2 & 3);
    }

    private static long pagesOf(int index) {
        if (index < 4) return index + 1;
        int x = (index >>> 2) + 1;
        return (1L << x) + ((index & 3) + 1L << x - 2);
    }

    /// Pages of the largest class and a page that fits.
    private static long below(long pages) {
        int index = ceiling(pages);
        return index == 0 ? pages : pagesOf(index - 1) + 1;
    }

    /// Where an extent of so many pages is kept.
    static int of(long pages) {
        return ceiling(below(pages));
    }

    /// From which index on every extent has so many pages.
    static int from(long pages) {
        long below = below(pages);
        return ceiling(below < pages ? pagesOf(ceiling(below)) + 1 : below);
    }

    /// Pages of a class: extents from the index on have this many or more, or nearly.
    static long pages(int index) {
        return pagesOf(index);
    }

    /// The smallest size of a class, in pages, that is at least `pages`.
    static long roundUp(long pages) {
        return pagesOf(ceiling(pages));
    }

    /// The class after that of `pages`, in pages.
    static long next(long pages) {
        return pagesOf(ceiling(pages) + 1);
    }
}
