package org.allod.parts;

import java.util.Arrays;

/// Which size class a request falls into: a table look-up of one byte.
///
/// ```
///   size        1 ... 8 │ 9 ... 16 │ ... │ 1017 ... 1024 │ 1025 ... 1152 │ 1153 ... │ ...
///   index          1    │    2     │ ... │      128      │      129      │    130   │ ...
///                 every 8 bytes up to 1024               │ every 128 bytes after that
///   table          0    │    1     │ ...                       the class
/// ```
///
/// A class is a number from 0; blocks of a class are all of its size. Immutable, any thread.
///
/// Cost: a compare, a shift, a load. The table has a byte for each index: 2,169 of them where the
/// largest class is 256 KiB.
///
/// Source: TCMalloc's class array.
public final class SizeClasses {
    /// Up to here an index stands for 8 bytes, above for 128. Source: TCMalloc.
    private static final int FINE_MAX = 1024;

    private static final int FINE_LOG2 = 3;
    private static final int COARSE_LOG2 = 7;

    /// Indexes of fine steps more than coarse ones would have been. Derived.
    private static final int COARSE_SKIP = (FINE_MAX >>> FINE_LOG2) - (FINE_MAX >>> COARSE_LOG2);

    /// Most classes: a class is a positive byte.
    private static final int COUNT_MAX = 128;

    private final int[] sizes;
    private final byte[] classes;

    /// @param sizes of the classes in bytes, ascending: multiples of 8, above 1024 of 128
    /// @throws IllegalArgumentException if they are not
    public SizeClasses(int... sizes) {
        this.sizes = sizes.clone();
        check(sizes);
        this.classes = new byte[index(max()) + 1];
        int next = 0;
        for (int index = 0; index < classes.length; index++) {
            while (index > index(sizes[next])) next++;
            classes[index] = (byte) next;
        }
    }

    private static void check(int[] sizes) {
        if (sizes.length == 0 || sizes.length > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "sizes.length=" + sizes.length + ", expected 1 to " + COUNT_MAX);
        }
        int before = 0;
        for (int size : sizes) {
            int step = size <= FINE_MAX ? 1 << FINE_LOG2 : 1 << COARSE_LOG2;
            if (size <= before || size % step != 0) {
                throw new IllegalArgumentException(
                        "sizes=%s, expected ascending ones; %d is not above %d or no multiple of %d"
                                .formatted(Arrays.toString(sizes), size, before, step));
            }
            before = size;
        }
    }

    private static int index(long size) {
        return size <= FINE_MAX
                ? (int) (size + (1 << FINE_LOG2) - 1) >>> FINE_LOG2
                : (int) (size + (1 << COARSE_LOG2) - 1 >>> COARSE_LOG2) + COARSE_SKIP;
    }

    /// The smallest class whose blocks have room for `size` bytes.
    ///
    /// @param size from 0 to [#max]
    public int of(long size) {
        return classes[index(size)];
    }

    /// Bytes of a block of the class.
    public int size(int sizeClass) {
        return sizes[sizeClass];
    }

    /// How many classes there are.
    public int count() {
        return sizes.length;
    }

    /// Bytes of the largest class.
    public int max() {
        return sizes[sizes.length - 1];
    }
}
