package org.allod;

/// C's malloc family: blocks that know their own size.
///
/// In [#deallocate] and the four-argument [#reallocate(long, long, long, long)] the alignment is
/// ignored but for being a power of two, and a size above [#usableSize] is a [CorruptHeapError].
///
/// Source: C11 7.22.3, `malloc_usable_size` of the BSDs and glibc.
public interface Malloc extends Allocator {

    /// Frees a block by its address alone. [Allocator#NULL] does nothing.
    ///
    /// @throws CorruptHeapError if the algorithm can see that this is no live block
    /// @throws IllegalStateException after [#close]
    void free(long address);

    /// Bytes that the caller may use from `address` on: at least what was asked for.
    ///
    /// @throws CorruptHeapError if the algorithm can see that this is no live block
    /// @throws IllegalStateException after [#close]
    long usableSize(long address);

    /// Resizes a block, keeping alignment 16; otherwise as the four-argument method.
    ///
    /// @return the block's new address, or [Allocator#NULL] if there is no room; then the old block
    ///     is as it was
    long reallocate(long address, long newSize);
}
