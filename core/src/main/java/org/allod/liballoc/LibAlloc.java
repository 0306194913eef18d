package org.allod.liballoc;

import java.util.concurrent.locks.Lock;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;

/// liballoc: runs of pages, blocks linked in address order, and free space that is what lies
/// between.
///
/// ```java
/// try (var heap = new LibAlloc(Region.reserved(1 << 20))) {
///     long block = heap.allocate(100, 16);
///     heap.free(block);
/// }
/// ```
///
/// Seen, as [CorruptHeapError] at the latest when the block or a neighbour is freed: double,
/// foreign and interior frees; a store behind the block (a canary starts at the first byte that was
/// not asked for) or before it (the header is sealed); smashed links. Not seen: a free after the
/// address was handed out again.
///
/// Cost: O(1) but for a new major, which searches a bitmap of pages; 48 bytes a block, and rounding
/// to 16. Threads: owner thread only, unless made with a lock: then any thread, locks.
///
/// Source: liballoc 1.1 (Durand Miller), the file that hobby kernels use.
public final class LibAlloc implements Malloc {
    static final String NAME = "liballoc";

    private final Region region;
    private final Lock lock;
    private final LibHeap heap;

    /// For one thread.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is smaller than a page
    public LibAlloc(Region region) {
        this(region, null);
    }

    /// For any thread: `lock` is held during every call, as between `liballoc_lock` and
    /// `liballoc_unlock`.
    ///
    /// @param region belongs to the allocator from now on
    /// @param lock of the host's choice, null for none; reentrant or not
    /// @throws IllegalArgumentException if the region is smaller than a page
    public LibAlloc(Region region, Lock lock) {
        this.region = region;
        this.lock = lock;
        this.heap = new LibHeap(region);
    }

    // ---- the contract ----

    @Override
    public long allocate(long size, long alignment) {
        lock();
        try {
            return heap.allocate(size, alignment, false);
        } finally {
            unlock();
        }
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        lock();
        try {
            return heap.allocate(size, alignment, true);
        } finally {
            unlock();
        }
    }

    /// C's `calloc`: room for `count` elements of `size` bytes, zeroed, at alignment 16.
    ///
    /// @param count at least 0
    /// @param size of an element, at least 0
    /// @return the block, or [org.allod.Allocator#NULL] where there is no room or the product
    ///     exceeds a long
    public long allocateArray(long count, long size) {
        boolean fits = count >= 0 && size >= 0 && Math.multiplyHigh(count, size) == 0;
        return allocateZeroed(fits ? count * size : -1, Layout.DEFAULT_ALIGNMENT);
    }

    @Override
    public void free(long address) {
        lock();
        try {
            heap.release(address, 0);
        } finally {
            unlock();
        }
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        lock();
        try {
            Layout.checkAlignment(alignment);
            heap.release(address, size);
        } finally {
            unlock();
        }
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, Layout.DEFAULT_ALIGNMENT, newSize);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        lock();
        try {
            Layout.checkAlignment(alignment);
            return heap.reallocate(address, size, alignment, newSize);
        } finally {
            unlock();
        }
    }

    @Override
    public long usableSize(long address) {
        lock();
        try {
            return heap.usableSize(address);
        } finally {
            unlock();
        }
    }

    // ---- cold ----

    private void lock() {
        if (lock != null) lock.lock();
    }

    private void unlock() {
        if (lock != null) lock.unlock();
    }

    // ---- what went wrong ----

    /// Frees of [org.allod.Allocator#NULL] so far, and pages that were refused.
    public long warnings() {
        return heap.warnings();
    }

    /// Frees that could not be right so far, and headers found overwritten.
    public long errors() {
        return heap.errors();
    }

    /// Those of [#errors] that look like a store behind or before a block.
    public long possibleOverruns() {
        return heap.possibleOverruns();
    }

    // ---- looking ----

    /// Gives back the kept major and all free pages.
    @Override
    public long trim() {
        lock();
        try {
            return heap.trim();
        } finally {
            unlock();
        }
    }

    @Override
    public AllocatorStats stats() {
        lock();
        try {
            return heap.stats();
        } finally {
            unlock();
        }
    }

    @Override
    public boolean owns(long address) {
        heap.checkOpen();
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return lock != null;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        lock();
        try {
            heap.walk().walk(visitor);
        } finally {
            unlock();
        }
    }

    @Override
    public void verify() {
        lock();
        try {
            heap.verify();
        } finally {
            unlock();
        }
    }

    @Override
    public void close() {
        lock();
        try {
            heap.close();
        } finally {
            unlock();
        }
    }
}
