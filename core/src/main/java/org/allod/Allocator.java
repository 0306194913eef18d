package org.allod;

import org.allod.memory.Memory;

/// Rust's `GlobalAlloc` for Java: blocks of raw memory, by address.
///
/// ```java
/// try (Allocator heap = new BuddyAllocator(Region.reserved(1 << 20))) {
///     long block = heap.allocate(100, 16);
///     if (block == Allocator.NULL) throw new HeapExhaustedException(100, 16);
///     heap.deallocate(block, 100, 16);
/// }
/// ```
///
/// **Sizes** are what the caller asks for; the allocator rounds. 0 acts as 1: a block of its own. A
/// negative size is read as unsigned, and is too large.
///
/// **Alignments** are powers of two, above the page size too; anything else is an
/// [IllegalArgumentException], always.
///
/// **Contents** of a new block are whatever was there, but for [#allocateZeroed].
///
/// **Exhaustion** is [#NULL], and leaves everything as it was.
///
/// **Closing** gives the regions back, live blocks or not; wrappers close what they wrap. Every
/// later call but `close` is an [IllegalStateException]. Live blocks must not be touched after it.
///
/// Threads: as [#threadSafe] says. `walk` and `verify` need quiet in either case.
///
/// Not guaranteed: that `deallocate` sees a wrong address, size or alignment. What an allocator can
/// see without a header of its own its page says; `CheckedAllocator` sees all.
///
/// Source: Rust's `core::alloc::GlobalAlloc`.
public interface Allocator extends AutoCloseable {

    /// No block: the answer to a request for which there is no room.
    long NULL = 0;

    /// A block of at least `size` bytes at a multiple of `alignment`, or [#NULL].
    ///
    /// @param size bytes wanted, unsigned; 0 acts as 1
    /// @param alignment a power of two
    /// @return the address of the block, or [#NULL] if there is no room
    /// @throws IllegalArgumentException if `alignment` is not a power of two
    /// @throws IllegalStateException after [#close]
    long allocate(long size, long alignment);

    /// Frees a block. [#NULL] does nothing.
    ///
    /// @param address of a live block
    /// @param size as in the last successful (re)allocation of the block
    /// @param alignment as in its allocation
    /// @throws IllegalArgumentException if `alignment` is not a power of two
    /// @throws CorruptHeapError if the algorithm can see that this is no live block of that layout
    /// @throws IllegalStateException after [#close]
    void deallocate(long address, long size, long alignment);

    /// As [#allocate]; the first `size` bytes are zero.
    default long allocateZeroed(long size, long alignment) {
        long address = allocate(size, alignment);
        if (address != NULL) Memory.fill(address, size, (byte) 0);
        return address;
    }

    /// Resizes a block; its first min(`size`, `newSize`) bytes stay.
    ///
    /// [#NULL] as the address allocates. A new size of 0 shrinks to the smallest block and never
    /// frees.
    ///
    /// @param size as in the last successful (re)allocation of the block
    /// @param alignment as in its allocation; it is kept
    /// @param newSize bytes wanted, unsigned
    /// @return the block's new address, or [#NULL] if there is no room; then the old block is as it
    ///     was
    /// @throws IllegalArgumentException if `alignment` is not a power of two
    /// @throws CorruptHeapError as [#deallocate]
    /// @throws IllegalStateException after [#close]
    default long reallocate(long address, long size, long alignment, long newSize) {
        long moved = allocate(newSize, alignment);
        if (moved == NULL || address == NULL) return moved;
        Memory.copy(address, moved, newSize >= 0 ? Math.min(size, newSize) : size);
        deallocate(address, size, alignment);
        return moved;
    }

    /// As [#allocate(long, long)], for people.
    default long allocate(Layout layout) {
        return allocate(layout.size(), layout.alignment());
    }

    /// As [#deallocate(long, long, long)], for people.
    default void deallocate(long address, Layout layout) {
        deallocate(address, layout.size(), layout.alignment());
    }

    /// What the allocator holds and has done. At any time; O(1) or O(threads).
    AllocatorStats stats();

    /// Gives memory that no block needs back to the operating system, as far as that is possible.
    ///
    /// @return bytes given back
    long trim();

    /// Whether the address lies in memory that this allocator hands out. It need not be a live
    /// block.
    boolean owns(long address);

    /// Whether any thread may call at any time. If false: owner thread only.
    boolean threadSafe();

    /// Shows every byte of each region to the visitor, in address order, without gaps.
    ///
    /// The visitor must not call the allocator.
    void walk(BlockVisitor visitor);

    /// Checks every invariant of the heap. O(heap).
    ///
    /// @throws CorruptHeapError naming the first broken one
    void verify();

    /// Gives the regions back. Twice is once.
    @Override
    void close();
}
