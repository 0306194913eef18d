package org.allod.jemalloc;

import org.allod.jemalloc.extent.Space;

/// The 232 size classes: four a doubling, so that at most a fifth of a block is not asked for.
///
/// ```
///   8 │ 16 32 48 64 │ 80 96 112 128 │ 160 192 224 256 │ ... │ 10240 12288 14336 │ 16384 ...
///   0 │  1  2  3  4 │  5  6   7   8 │   9  10  11  12 │ ... │    33    34    35 │    36 ...
///     tiny                                                    small: in slabs   │ large: extents
/// ```
///
/// A slab has the smallest number of pages that regions of its class fill without a remainder.
///
/// Immutable, any thread. Source: jemalloc's sc, spec 3.1.
final class JeClasses {
    /// Classes.
    static final int COUNT = 232;

    /// Classes whose blocks lie in slabs. Source: spec 3.1.
    static final int SMALL = 36;

    /// Largest block in a slab.
    static final long SMALL_MAX = 14_336;

    /// Smallest block with an extent of its own.
    static final long LARGE_MIN = 16_384;

    private static final int TINY = 8;
    private static final int QUANTUM_LOG2 = 4;

    /// Up to here every multiple of the quantum is a class.
    private static final int LINEAR_MAX = 64;

    /// Bits of an offset's division by a region's size: see [#regionOf].
    private static final int INVERSE_BITS = 32;

    private static final int[] SLAB_PAGES = new int[SMALL];
    private static final long[] INVERSES = new long[SMALL];

    static {
        for (int i = 0; i < SMALL; i++) {
            int pages = 1;
            while (pages * Space.PAGE % size(i) != 0) pages++;
            SLAB_PAGES[i] = pages;
            INVERSES[i] = (1L << INVERSE_BITS) / size(i) + 1;
        }
        assert size(SMALL - 1) == SMALL_MAX && size(SMALL) == LARGE_MIN;
    }

    private JeClasses() {}

    /// The smallest class that has room for `size` bytes.
    ///
    /// @param size from 0; above the largest class: [#COUNT]
    static int of(long size) {
        if (size <= TINY) return size < 0 ? COUNT : 0;
        if (size <= LINEAR_MAX) return (int) (size + 15 >>> QUANTUM_LOG2);
        int x = 63 - Long.numberOfLeadingZeros(size - 1);
        return Math.min(COUNT, 5 + (x - 6) * 4 + (int) (size - 1 >>> x - 2 & 3));
    }

    /// Bytes of a class's blocks.
    static long size(int index) {
        if (index == 0) return TINY;
        if (index <= 4) return (long) index << QUANTUM_LOG2;
        int x = 6 + (index - 5 >>> 2);
        return (1L << x) + ((index - 5 & 3) + 1L << x - 2);
    }

    /// Bytes of a slab of a small class.
    static long slabBytes(int index) {
        return SLAB_PAGES[index] * Space.PAGE;
    }

    /// Regions of a slab.
    static int regions(int index) {
        return (int) (slabBytes(index) / size(index));
    }

    /// Which region of a slab has this offset as its first byte, or as one of the others.
    static int regionOf(int index, long offset) {
        return (int) (offset * INVERSES[index] >>> INVERSE_BITS);
    }
}
