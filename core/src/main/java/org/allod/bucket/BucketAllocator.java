package org.allod.bucket;

import java.util.concurrent.atomic.LongAdder;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.memory.Memory;

/// Bucket: a few large buckets, each tiled by pieces in one list, each piece with a pebble before
/// it that says what it is, and what it is called.
///
/// ```java
/// try (var heap = new BucketAllocator(Region.reserved(1 << 20))) {
///     long table = heap.allocate(4096, 4096, ALIGNED | CLEAR, "page table");
///     heap.walk((address, bytes, kind, name) -> {});      // tells "page table"
///     heap.free(table);
/// }
/// ```
///
/// Seen, as [CorruptHeapError]: double, foreign and interior frees; a pebble that was overwritten,
/// when its block or a neighbour is freed. Not seen: a store into the rounding of one's own block.
///
/// Cost: O(buckets) to find one with room, of which there is one up to 64 MiB; a few loads in it.
/// 64 bytes a block, and rounding to 64. Threads: any thread, locks, one lock a bucket; a thread
/// that finds a bucket busy looks into the next one that has room first.
///
/// Source: the design of `bucket` 1.0.1 in FYSOS (Benjamin Lunt), from a description of it.
public final class BucketAllocator implements Malloc {
    /// Request: the block is zero.
    public static final int CLEAR = 4;

    /// Request: the block lies in the first MiB of the region.
    public static final int LOW_1_MIB = 8;

    /// Request: the block lies in the first 16 MiB of the region.
    public static final int LOW_16_MIB = 16;

    /// Request: the block lies in the first 4 GiB of the region.
    public static final int LOW_4_GIB = 32;

    /// Request: the block lies anywhere, as without a limit.
    public static final int ANYWHERE = 64;

    /// Request: the alignment counts. Without it, one above 64 is a contradiction.
    public static final int ALIGNED = 128;

    /// Request: the bucket that holds the block stays when it is empty.
    public static final int PERSISTENT = 256;

    static final String NAME = "bucket";

    /// Bytes of a bucket. Source: what the original's paper suggests for the first.
    private static final long BUCKET_BYTES = 64L << 20;

    private static final int LIMITS = LOW_1_MIB | LOW_16_MIB | LOW_4_GIB;
    private static final int KNOWN = CLEAR | LIMITS | ANYWHERE | ALIGNED | PERSISTENT;

    private final Region region;
    private final BucketSet set;
    private final LongAdder failures = new LongAdder();

    /// Buckets of 64 MiB, best fit.
    ///
    /// @param region belongs to the allocator from now on
    /// @throws IllegalArgumentException if the region is too small for one block
    /// @throws HeapExhaustedException if its limit leaves no room for one page
    public BucketAllocator(Region region) {
        this(region, BUCKET_BYTES, Fit.BEST);
    }

    /// Over one region, which the first bucket fills if it is no larger than a bucket.
    ///
    /// @param region belongs to the allocator from now on
    /// @param bucketBytes of a bucket, at least 17 pages of 4 KiB; more where a block needs it
    /// @param fit which free piece is taken
    /// @throws IllegalArgumentException if the region is too small for one block, or `bucketBytes`
    ///     is too small
    /// @throws HeapExhaustedException if its limit leaves no room for one page
    public BucketAllocator(Region region, long bucketBytes, Fit fit) {
        if (bucketBytes < BucketSet.BUCKET_LEAST) {
            throw new IllegalArgumentException(
                    "bucketBytes=" + bucketBytes + ", expected at least " + BucketSet.BUCKET_LEAST);
        }
        this.region = region;
        this.set = new BucketSet(region, bucketBytes, fit == Fit.FIRST);
        Bucket first = set.grow(Pebble.BYTES, Long.MAX_VALUE);
        if (first == null) {
            throw new HeapExhaustedException(
                    Region.pageSize(), 1, "the region's limit leaves no room for one page");
        }
        first.persistent = true;
        first.lock.unlock();
    }

    // ---- the contract ----

    @Override
    public long allocate(long size, long alignment) {
        return allocate(size, alignment, 0, Long.MAX_VALUE, false, "");
    }

    @Override
    public long allocateZeroed(long size, long alignment) {
        return allocate(size, alignment, Pebble.CLEARED, Long.MAX_VALUE, false, "");
    }

    /// A block with a name, as the flags want it.
    ///
    /// The limits count from the region's base, as if the region were the machine's memory. A
    /// request with one is a walk over the pebbles below it.
    ///
    /// @param size bytes wanted; 0 acts as 1
    /// @param alignment a power of two; above 64 only with [#ALIGNED]
    /// @param flags or-ed from this class's constants
    /// @param name at most 31 bytes of UTF-8; empty for none
    /// @return the address of the block, or [org.allod.Allocator#NULL] if there is no room
    /// @throws IllegalArgumentException if `alignment` is not a power of two, the flags contradict
    ///     each other or the alignment or are unknown, the name is null or too long
    /// @throws IllegalStateException after [#close]
    public long allocate(long size, long alignment, int flags, String name) {
        Layout.checkAlignment(alignment);
        checkFlags(alignment, flags);
        PebbleNames.check(name);
        int ofPebble = (flags & CLEAR) != 0 ? Pebble.CLEARED : 0;
        boolean persistent = (flags & PERSISTENT) != 0;
        return allocate(size, alignment, ofPebble, highest(flags), persistent, name);
    }

    @Override
    public void free(long address) {
        deallocate(address, 0);
    }

    @Override
    public void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        deallocate(address, size);
    }

    private long allocate(
            long size, long alignment, int flags, long highest, boolean persistent, String name) {
        Layout.checkAlignment(alignment);
        if (size < 0 || size > set.most() || alignment > set.most()) return fail();
        int ofPebble = alignment > Pebble.BYTES ? flags | Pebble.ALIGNED : flags;
        for (Bucket bucket : set.all()) {
            if (bucket.largest() < size || !bucket.lock.tryLock()) continue;
            try {
                if (bucket.gone) continue;
                long address = bucket.place(size, alignment, ofPebble, highest, name, false);
                if (address != NULL) {
                    bucket.persistent |= persistent;
                    return address;
                }
            } finally {
                bucket.lock.unlock();
            }
        }
        return allocateSlowly(size, alignment, ofPebble, highest, persistent, name);
    }

    private void deallocate(long address, long size) {
        if (address == NULL) {
            set.checkOpen();
            return;
        }
        Bucket bucket = set.lockedAt(address);
        boolean emptied;
        try {
            bucket.free(address, size);
            emptied = !bucket.persistent && bucket.isEmpty();
        } finally {
            bucket.lock.unlock();
        }
        if (emptied) set.emptied(bucket);
    }

    @Override
    public long reallocate(long address, long newSize) {
        return reallocate(address, 0, Layout.DEFAULT_ALIGNMENT, newSize);
    }

    @Override
    public long reallocate(long address, long size, long alignment, long newSize) {
        Layout.checkAlignment(alignment);
        if (address == NULL) return allocate(newSize, alignment);
        Bucket bucket = set.lockedAt(address);
        long usable;
        String name;
        try {
            usable = bucket.usableSize(address);
            boolean possible = newSize >= 0 && newSize <= set.most();
            if (!possible && size >= 0 && size <= usable) return fail();
            if (bucket.resize(address, size, newSize)) return address;
            name = bucket.nameOf(address);
        } finally {
            bucket.lock.unlock();
        }
        long moved = allocate(newSize, alignment, 0, Long.MAX_VALUE, false, name);
        if (moved == NULL) return NULL;
        Memory.copy(address, moved, Math.min(usable, newSize));
        deallocate(address, size);
        countReallocation(moved);
        return moved;
    }

    @Override
    public long usableSize(long address) {
        Bucket bucket = set.lockedAt(address);
        try {
            return bucket.usableSize(address);
        } finally {
            bucket.lock.unlock();
        }
    }

    /// The name that a live block was given; empty for none.
    ///
    /// @throws CorruptHeapError if it is no live block
    public String nameOf(long address) {
        Bucket bucket = set.lockedAt(address);
        try {
            return bucket.nameOf(address);
        } finally {
            bucket.lock.unlock();
        }
    }

    // ---- cold ----

    /// Waits for buckets that were busy, looks at every piece, then makes a bucket.
    private long allocateSlowly(
            long size, long alignment, int flags, long highest, boolean persistent, String name) {
        set.checkOpen();
        for (Bucket bucket : set.all()) {
            if (bucket.largest() < size) continue;
            bucket.lock.lock();
            try {
                long address = placeIn(bucket, size, alignment, flags, highest, persistent, name);
                if (address != NULL) return address;
            } finally {
                bucket.lock.unlock();
            }
        }
        long slack = alignment > Pebble.BYTES ? alignment + Pebble.BYTES : 0;
        Bucket made = set.grow(Pebble.roundUp(size) + slack, highest);
        if (made == null) return fail();
        try {
            long address = placeIn(made, size, alignment, flags, highest, persistent, name);
            return address != NULL ? address : fail();
        } finally {
            made.lock.unlock();
        }
    }

    private static long placeIn(
            Bucket bucket,
            long size,
            long alignment,
            int flags,
            long highest,
            boolean persistent,
            String name) {
        if (bucket.gone) return NULL;
        long address = bucket.place(size, alignment, flags, highest, name, true);
        if (address != NULL) bucket.persistent |= persistent;
        return address;
    }

    private long fail() {
        set.checkOpen();
        region.checkAlive();
        failures.increment();
        return NULL;
    }

    private void countReallocation(long address) {
        Bucket bucket = set.lockedAt(address);
        bucket.reallocations++;
        bucket.lock.unlock();
    }

    private static void checkFlags(long alignment, int flags) {
        if ((flags & ~KNOWN) != 0) throw badFlags(flags, "only flags of BucketAllocator");
        int limits = Integer.bitCount(flags & LIMITS);
        if (limits > 1) throw badFlags(flags, "at most one of LOW_1_MIB, LOW_16_MIB, LOW_4_GIB");
        if (limits == 1 && (flags & ANYWHERE) != 0) throw badFlags(flags, "ANYWHERE or a limit");
        if (alignment > Pebble.BYTES && (flags & ALIGNED) == 0) {
            throw badFlags(flags, "ALIGNED with alignment=" + alignment);
        }
    }

    private static IllegalArgumentException badFlags(int flags, String expected) {
        return new IllegalArgumentException("flags=" + flags + ", expected " + expected);
    }

    private long highest(int flags) {
        return switch (flags & LIMITS) {
            case LOW_1_MIB -> region.base() + (1L << 20);
            case LOW_16_MIB -> region.base() + (1L << 24);
            case LOW_4_GIB -> region.base() + (1L << 32);
            default -> Long.MAX_VALUE;
        };
    }

    // ---- looking ----

    /// Bytes of the largest free piece: a request of as many at an alignment up to 64 is served
    /// without a new bucket.
    public long largestFree() {
        set.checkOpen();
        long largest = 0;
        for (Bucket bucket : set.all()) largest = Math.max(largest, bucket.largest());
        return largest;
    }

    /// Buckets now.
    public int buckets() {
        set.checkOpen();
        return set.all().length;
    }

    /// Gives back the pages inside free pieces, and an empty bucket that was kept.
    @Override
    public long trim() {
        return set.trim();
    }

    @Override
    public AllocatorStats stats() {
        return set.stats(failures.sum());
    }

    @Override
    public boolean owns(long address) {
        set.checkOpen();
        return region.contains(address);
    }

    @Override
    public boolean threadSafe() {
        return true;
    }

    @Override
    public void walk(BlockVisitor visitor) {
        walk((address, bytes, kind, _) -> visitor.block(address, bytes, kind));
    }

    /// As [#walk(BlockVisitor)], with the blocks' names.
    public void walk(PebbleVisitor visitor) {
        set.checkOpen();
        BucketWalk.walk(set.all(), region, visitor);
    }

    @Override
    public void verify() {
        set.checkOpen();
        for (Bucket bucket : set.all()) new BucketWalk(bucket, region).verify();
    }

    @Override
    public void close() {
        set.close();
    }
}
