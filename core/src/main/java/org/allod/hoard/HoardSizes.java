package org.allod.hoard;

import java.util.Arrays;
import org.allod.Region;
import org.allod.parts.SizeClasses;

/// The paper's constants, and its geometric size classes.
///
/// ```
///   16 32 48 64 80 96 112 128 144 160 192 224 256 304 352 416 512 ... 4096
///   4608 5376 6528 8192 10880 16384             S/7, S/6, S/5, S/4, S/3, S/2 of 32 KiB
/// ```
///
/// A class is at most 1.2 times the one before, as far as steps of 16 bytes, and above 1 KiB of
/// 128, allow it; powers of two are not stepped over. From S/8 up it is a whole part of a
/// superblock: a class between two parts would have no more blocks in a superblock than the larger
/// of them.
final class HoardSizes {
    /// Log2 of a superblock's bytes, S. Tuned: the paper's 8 KiB leave blocks of up to 4 KiB, and
    /// half of what real programs ask for in bytes lies above. But a heap has a partly used one of
    /// each class that a program uses, some 30, half empty on average: with 64 KiB that alone makes
    /// a heap of 2.5 MB, larson's, too empty, and its superblocks commute to the global heap and
    /// back, 160,000 a second; with 32 KiB there are 2,000.
    private static final int SHIFT = 15;

    /// The same in a region that has not room for [#REGION_MIN] of those. Source: the paper, 8 KiB;
    /// but a page at least.
    private static final int SHIFT_MIN =
            Math.max(13, Long.numberOfTrailingZeros(Region.pageSize()));

    /// Superblocks that a region has room for at least. Derived: six for each class.
    private static final int REGION_MIN = 256;

    /// Superblocks that a heap may have beyond its needs: K. Source: the paper, 4.1.
    static final int SLACK = 4;

    /// Groups of superblocks by how full they are, the full ones aside.
    static final int GROUPS = 8;

    /// Blocks up to this alignment need no class of their own.
    static final int ALIGNMENT_LOG2 = 4;

    static final int ALIGNMENT = 1 << ALIGNMENT_LOG2;

    /// Most blocks of a class in one buffer. Tuned: more do not make a lock rarer than once in 64.
    private static final int BUFFERED_MAX = 128;

    private static final int FINE_MAX = 1024;
    private static final int COARSE = 128;

    /// From this part of a superblock up classes are whole parts of it.
    private static final int PARTS = 8;

    private static final HoardSizes LARGE = new HoardSizes(SHIFT);
    private static final HoardSizes SMALL = new HoardSizes(SHIFT_MIN);

    /// Log2 of [#bytes].
    final int shift;

    /// Bytes of a superblock, and the multiple that it lies at: S.
    final int bytes;

    /// Largest block in a superblock: S/2.
    final int smallMax;

    /// Log2 of the bytes used from one group to the next.
    final int groupShift;

    final SizeClasses classes;

    /// How many classes there are.
    final int count;

    private final long[] divisors;

    private HoardSizes(int shift) {
        this.shift = shift;
        this.bytes = 1 << shift;
        this.smallMax = bytes / 2;
        this.groupShift = shift - 3;
        this.classes = new SizeClasses(sizes());
        this.count = classes.count();
        assert count <= Long.SIZE : "a bit for each class";
        this.divisors = new long[count];
        for (int c = 0; c < count; c++) divisors[c] = Long.divideUnsigned(-1, size(c)) + 1;
    }

    /// Those for a region of so many bytes.
    static HoardSizes of(long regionBytes) {
        return regionBytes >>> SHIFT >= REGION_MIN ? LARGE : SMALL;
    }

    private int[] sizes() {
        int[] sizes = new int[bytes / ALIGNMENT];
        int found = 0;
        for (int size = ALIGNMENT; size <= smallMax; size = next(size)) sizes[found++] = size;
        return Arrays.copyOf(sizes, found);
    }

    private int next(int size) {
        int step = size < FINE_MAX ? ALIGNMENT : COARSE;
        if (size == smallMax) return bytes;
        if (size >= bytes / PARTS) return bytes / (bytes / size - 1) & -step;
        int power = Integer.highestOneBit(size) << 1;
        if (size + size / 4 >= power) return power;
        return Math.max(size + step, size * 6 / 5 & -step);
    }

    /// Bytes of a block of a class.
    int size(int sizeClass) {
        return classes.size(sizeClass);
    }

    /// The class for a request, or -1 where no class has such blocks.
    ///
    /// @param size at least 0
    /// @param alignment a power of two
    int classFor(long size, long alignment) {
        if (size > smallMax || alignment > smallMax) return -1;
        if (alignment <= ALIGNMENT) return classes.of(size);
        int sizeClass = classes.of(Math.max(size, alignment));
        while (classes.size(sizeClass) % alignment != 0) sizeClass++;
        return sizeClass;
    }

    /// Most blocks of a class in a buffer.
    ///
    /// @param bytes of blocks of one class, at most
    int buffered(int sizeClass, int bytes) {
        return bytes == 0 ? 0 : Math.clamp(bytes / size(sizeClass), 1, BUFFERED_MAX);
    }

    /// What tells multiples of a class's size: n is one if `n * divisor`, unsigned, is below
    /// `divisor`. Source: Lemire, Kaser and Kurz 2019, for 32-bit n.
    long divisor(int sizeClass) {
        return divisors[sizeClass];
    }

    /// Whether a block of a class may begin so many bytes after the start of a superblock.
    boolean isMultiple(long offset, int sizeClass) {
        return Long.compareUnsigned(offset * divisors[sizeClass], divisors[sizeClass]) < 0;
    }
}
