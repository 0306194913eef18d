package org.allod.nedmalloc;

import java.util.concurrent.locks.ReentrantLock;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.dlmalloc.DlMalloc;
import org.allod.dlmalloc.DlOptions;

/// A dlmalloc heap over a part of the region, and its lock.
///
/// Threads: who holds the lock.
final class NedSpace {
    /// Growth of a space. Source: spec 3, granularity of nedmalloc's spaces.
    static final long GRANULE = 1 << 20;

    /// Bytes that the original's state has more than dlmalloc 2.8.6's: for its lock. A block of
    /// that size, never freed, stands for them. Source: spec 3.1: 1024 - 944, less tags.
    private static final long LOCK_BYTES = 64;

    /// Requests from which on the original maps directly, where it has no room. Source: spec 3.2.
    private static final long APART_FROM = 256 << 10;

    /// Source: spec 3: dlmalloc 2.8.4 with footers.
    private static final DlOptions OPTIONS = DlOptions.DEFAULT.withGranule(GRANULE);

    final int number;
    final long start;
    final DlMalloc heap;
    final ReentrantLock lock = new ReentrantLock();

    /// The block that stands for the lock; 0 if there was no room.
    final long lockBlock;

    /// @throws IllegalArgumentException if the range is too small
    /// @throws org.allod.HeapExhaustedException if the region's limit leaves no room for a page
    NedSpace(String name, int number, Region region, long start, long end, NedMarks marks) {
        this.number = number;
        this.start = start;
        DlOptions options = OPTIONS.asSpaceOfNedmalloc(APART_FROM, marks.mark(number));
        this.heap = DlMalloc.space(name, region, start, end, options);
        this.lockBlock = heap.allocate(LOCK_BYTES);
    }

    /// A block, zeroed if that is asked for, or [DlMalloc#NULL]. The lock is taken and given back.
    long take(long size, long alignment, boolean zeroed) {
        lock.lock();
        try {
            return takeLocked(size, alignment, zeroed);
        } finally {
            lock.unlock();
        }
    }

    long takeLocked(long size, long alignment, boolean zeroed) {
        return zeroed ? heap.allocateZeroed(size, alignment) : heap.allocate(size, alignment);
    }

    /// Frees a live block of this space. The lock is taken and given back.
    void free(long address) {
        lock.lock();
        try {
            heap.free(address);
        } finally {
            lock.unlock();
        }
    }

    /// Resizes a live block of this space, moves it where that must be, or [DlMalloc#NULL].
    long reallocate(long address, long alignment, long size) {
        lock.lock();
        try {
            return heap.reallocate(address, 0, alignment, size);
        } finally {
            lock.unlock();
        }
    }

    /// Resizes a live block of this space where it is, or does nothing.
    boolean resize(long address, long size) {
        lock.lock();
        try {
            return heap.reallocInPlace(address, size);
        } finally {
            lock.unlock();
        }
    }

    /// Blocks that stand for the lock: one, or none where there was no room.
    int lockBlocks() {
        return lockBlock == DlMalloc.NULL ? 0 : 1;
    }

    /// Bytes of it.
    long lockBytes() {
        return lockBlock == DlMalloc.NULL ? 0 : heap.usableSize(lockBlock);
    }

    AllocatorStats stats() {
        lock.lock();
        try {
            return heap.stats();
        } finally {
            lock.unlock();
        }
    }

    long trim() {
        lock.lock();
        try {
            return heap.trim();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            heap.close();
        } finally {
            lock.unlock();
        }
    }
}
