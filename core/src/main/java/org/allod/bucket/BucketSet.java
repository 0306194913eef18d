package org.allod.bucket;

import static org.allod.Allocator.NULL;

import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// The buckets of a region: finds the one of an address, makes one, gives an empty one back.
///
/// ```
///   region
///   ├── bucket, persistent ──┬── bucket ──┬── hole ──┬── bucket ──┬── never used ─────┤
/// ```
///
/// Any thread. The array of buckets is replaced, never changed, under the growth lock, which is
/// taken before a bucket's lock; no thread holds two buckets' locks but under it.
final class BucketSet {
    private static final String NAME = BucketAllocator.NAME;
    private static final Bucket[] NONE = {};
    private static final long PAGE = 4096;

    /// Bytes of a smallest bucket, where the region leaves them. Source: the original's 17 pages.
    static final long BUCKET_LEAST = 17 * PAGE;

    private final Region region;
    private final long bucketBytes;
    private final boolean firstFit;
    private final long low;
    private final long high;
    private final ReentrantLock growth = new ReentrantLock();

    /// In address order.
    private volatile Bucket[] buckets = NONE;

    /// The empty bucket that is kept, or null. Under the growth lock, as is all that follows.
    private Bucket spare;

    private long goneAllocations;
    private long goneFrees;
    private long goneReallocations;
    private long tablesMax;
    private volatile boolean closed;

    BucketSet(Region region, long bucketBytes, boolean firstFit) {
        this.region = region;
        this.bucketBytes = bucketBytes;
        this.firstFit = firstFit;
        this.low = region.base() + 63 & -64;
        this.high = region.end() & -64;
        if (high - low < Pebble.SPLIT_LEAST) {
            throw new IllegalArgumentException(
                    String.format(
                            "bytes=%d, expected at least %d for one block of %s",
                            region.bytes(), Pebble.SPLIT_LEAST + 63, NAME));
        }
    }

    Bucket[] all() {
        return buckets;
    }

    /// Most bytes that a request can have.
    long most() {
        return high - low;
    }

    /// The bucket in which an address lies, locked.
    ///
    /// @throws CorruptHeapError if there is none
    Bucket lockedAt(long address) {
        Bucket bucket = at(address);
        if (bucket == null) throw wrongAddress(address);
        bucket.lock.lock();
        if (bucket.gone) {
            bucket.lock.unlock();
            throw wrongAddress(address);
        }
        return bucket;
    }

    private Bucket at(long address) {
        Bucket[] all = buckets;
        int lower = 0;
        int upper = all.length - 1;
        while (lower <= upper) {
            int middle = lower + upper >>> 1;
            Bucket bucket = all[middle];
            if (address < bucket.base) upper = middle - 1;
            else if (address >= bucket.end) lower = middle + 1;
            else return bucket;
        }
        return null;
    }

    private CorruptHeapError wrongAddress(long address) {
        checkOpen();
        return new CorruptHeapError(NAME, address, "expected an address in a bucket of this heap");
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException(NAME + " is closed, expected an open allocator");
        }
    }

    // ---- a bucket comes ----

    /// Makes a bucket with room for `bytes` in one piece, at the lowest place.
    ///
    /// @param highest address at or before which those must end
    /// @return the bucket, locked before anybody else sees it, or null where there is no address
    ///     space or no page
    Bucket grow(long bytes, long highest) {
        growth.lock();
        try {
            if (closed) return null;
            Bucket bucket = growIn(bytes + Pebble.BYTES, highest);
            if (bucket == null && giveBackSpare()) bucket = growIn(bytes + Pebble.BYTES, highest);
            return bucket;
        } finally {
            growth.unlock();
        }
    }

    private Bucket growIn(long least, long highest) {
        long wanted = Math.max(bucketBytes, least + PAGE - 1 & -PAGE);
        long best = NULL;
        long bestBytes = 0;
        long from = low;
        for (int i = 0; i <= buckets.length && bestBytes < wanted; i++) {
            long to = i < buckets.length ? buckets[i].base : high;
            if (to - from >= least && to - from > bestBytes && highest - from >= least) {
                best = from;
                bestBytes = to - from;
            }
            if (i < buckets.length) from = buckets[i].end;
        }
        if (best == NULL || !region.commit(best, Pebble.BYTES)) return null;
        long bytes = bestBytes - wanted < BUCKET_LEAST ? bestBytes : wanted;
        Bucket bucket = new Bucket(region, best, best + bytes, firstFit);
        bucket.lock.lock();
        Bucket[] more = Arrays.copyOf(buckets, buckets.length + 1);
        more[buckets.length] = bucket;
        Arrays.sort(more, Comparator.comparingLong(one -> one.base));
        buckets = more;
        return bucket;
    }

    // ---- a bucket goes ----

    /// Gives a bucket back if it is still empty, or keeps it if it is the only such one.
    void emptied(Bucket bucket) {
        growth.lock();
        try {
            if (spare == null || spare == bucket || spare.gone || !spare.isEmpty()) {
                spare = bucket;
            } else {
                giveBack(bucket);
            }
        } finally {
            growth.unlock();
        }
    }

    private boolean giveBackSpare() {
        Bucket last = spare;
        spare = null;
        return last != null && giveBack(last);
    }

    private boolean giveBack(Bucket bucket) {
        bucket.lock.lock();
        try {
            if (bucket.gone || bucket.persistent || !bucket.isEmpty()) return false;
            bucket.gone = true;
        } finally {
            bucket.lock.unlock();
        }
        tablesMax = Math.max(tablesMax, tables());
        goneAllocations += bucket.allocations;
        goneFrees += bucket.frees;
        goneReallocations += bucket.reallocations;
        buckets = Arrays.stream(buckets).filter(one -> one != bucket).toArray(Bucket[]::new);
        region.decommit(bucket.base, bucket.end - bucket.base);
        return true;
    }

    /// Gives back the spare bucket and the pages inside free pieces.
    long trim() {
        growth.lock();
        try {
            checkOpen();
            long before = region.committed();
            giveBackSpare();
            for (Bucket bucket : buckets) {
                bucket.lock.lock();
                try {
                    bucket.trim();
                } finally {
                    bucket.lock.unlock();
                }
            }
            return before - region.committed();
        } finally {
            growth.unlock();
        }
    }

    void close() {
        growth.lock();
        try {
            if (closed) return;
            closed = true;
            for (Bucket bucket : buckets) {
                bucket.lock.lock();
                bucket.gone = true;
                bucket.lock.unlock();
            }
            buckets = NONE;
            region.close();
        } finally {
            growth.unlock();
        }
    }

    // ---- looking ----

    private long tables() {
        long bytes = 0;
        for (Bucket bucket : buckets) bytes += bucket.tableBytes();
        return bytes;
    }

    AllocatorStats stats(long failures) {
        growth.lock();
        try {
            checkOpen();
            long asked = 0;
            long granted = 0;
            long allocations = goneAllocations;
            long frees = goneFrees;
            long reallocations = goneReallocations;
            for (Bucket bucket : buckets) {
                bucket.lock.lock();
                asked += bucket.asked;
                granted += bucket.granted;
                allocations += bucket.allocations;
                frees += bucket.frees;
                reallocations += bucket.reallocations;
                bucket.lock.unlock();
            }
            tablesMax = Math.max(tablesMax, tables());
            return AllocatorStats.builder()
                    .live(asked, granted)
                    .pages(region.committed(), region.committedMax(), region.bytes())
                    .tables(tables(), region.committedMax() + tablesMax)
                    .calls(allocations, frees, reallocations, failures)
                    .build();
        } finally {
            growth.unlock();
        }
    }
}
