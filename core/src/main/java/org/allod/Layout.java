package org.allod;

/// Size and alignment of a block, checked.
///
/// For people. The methods of [Allocator] that do the work take two longs instead: a record costs
/// 32 B of garbage a call once several allocators are loaded.
///
/// @param size bytes, at least 0 (0 acts as 1: a block of its own)
/// @param alignment of the address; a power of two
public record Layout(long size, long alignment) {

    /// Alignment of a block for which none was asked: that of the largest C scalar.
    public static final long DEFAULT_ALIGNMENT = 16;

    /// @throws IllegalArgumentException if `size` is negative or `alignment` is no power of two
    public Layout {
        if (size < 0) throw bad("size", size, "at least 0");
        checkAlignment(alignment);
    }

    /// `size` bytes at the default alignment.
    ///
    /// @throws IllegalArgumentException if `size` is negative
    public static Layout of(long size) {
        return new Layout(size, DEFAULT_ALIGNMENT);
    }

    /// `count` elements of this layout side by side, each aligned.
    ///
    /// @throws IllegalArgumentException if `count` is negative or the total exceeds a long
    public Layout array(long count) {
        if (count < 0) throw bad("count", count, "at least 0");
        long stride = (size + alignment - 1) & -alignment;
        if (stride < size || Math.multiplyHigh(stride, count) != 0 || stride * count < 0) {
            throw bad("count", count, "count * " + stride + " below 2^63");
        }
        return new Layout(stride * count, alignment);
    }

    /// Throws unless `alignment` is a power of two; for the hot path.
    ///
    /// @throws IllegalArgumentException if `alignment` is not a power of two
    public static void checkAlignment(long alignment) {
        if (alignment <= 0 || (alignment & (alignment - 1)) != 0) {
            throw bad("alignment", alignment, "a power of two");
        }
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
