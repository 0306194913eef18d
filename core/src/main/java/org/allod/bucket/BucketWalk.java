package org.allod.bucket;

import static org.allod.Allocator.NULL;

import org.allod.BlockVisitor.Kind;
import org.allod.CorruptHeapError;
import org.allod.Region;

/// Walks and checks the pebbles of buckets. In quiet. O(blocks).
final class BucketWalk {
    private final Bucket bucket;
    private final Region region;
    private long free;
    private long largest;
    private long granted;
    private long asked;
    private long used;

    BucketWalk(Bucket bucket, Region region) {
        this.bucket = bucket;
        this.region = region;
    }

    // ---- walk ----

    /// Shows every byte of the region.
    static void walk(Bucket[] buckets, Region region, PebbleVisitor visitor) {
        long from = region.base() + 63 & -64;
        show(visitor, region.base(), from, Kind.OVERHEAD, "");
        for (Bucket bucket : buckets) {
            showHole(visitor, from, bucket.base);
            for (long pebble = bucket.base; pebble < bucket.end; ) {
                long tag = Pebble.tag(pebble);
                long bytes = Pebble.bytes(pebble);
                check(Pebble.isSealed(pebble, tag, bytes), pebble, "bucket.I1: a sealed pebble");
                long payload = Pebble.addressOf(pebble);
                long next = Pebble.end(pebble, bytes);
                boolean used = Pebble.isInUse(tag);
                show(visitor, pebble, payload, Kind.OVERHEAD, "");
                String name = used ? bucket.nameOf(payload) : "";
                show(visitor, payload, next, used ? Kind.USED : Kind.FREE, name);
                pebble = next;
            }
            from = bucket.end;
        }
        long to = region.end() & -64;
        showHole(visitor, from, to);
        show(visitor, to, region.end(), Kind.OVERHEAD, "");
    }

    /// A hole that is too small for a bucket is overhead.
    private static void showHole(PebbleVisitor visitor, long from, long to) {
        show(visitor, from, to, to - from < Pebble.SPLIT_LEAST ? Kind.OVERHEAD : Kind.FREE, "");
    }

    private static void show(PebbleVisitor visitor, long from, long to, Kind kind, String name) {
        if (to > from) visitor.pebble(from, to - from, kind, name);
    }

    // ---- verify ----

    /// Checks bucket.I1 to I5.
    ///
    /// @throws CorruptHeapError naming the first that does not hold
    void verify() {
        long before = NULL;
        boolean wasFree = false;
        for (long pebble = bucket.base; pebble < bucket.end; ) {
            check(region.isCommitted(pebble), pebble, "bucket.I1: a pebble's page is committed");
            long tag = Pebble.tag(pebble);
            long bytes = Pebble.bytes(pebble);
            check(Pebble.isSealed(pebble, tag, bytes), pebble, "bucket.I1: a sealed pebble");
            long most = bucket.end - Pebble.addressOf(pebble);
            boolean fits = bytes >= 64 && (bytes & 63) == 0 && bytes <= most;
            check(fits, pebble, "bucket.I1: pieces of whole 64 bytes tile the bucket");
            check(Pebble.before(pebble) == before, pebble, "bucket.I2: linked with the one before");
            boolean isFree = !Pebble.isInUse(tag);
            check(!isFree || !wasFree, pebble, "bucket.I3: free neighbours are one");
            if (isFree) verifyFree(pebble, bytes);
            else verifyUsed(pebble, tag, bytes);
            wasFree = isFree;
            before = pebble;
            pebble = Pebble.end(pebble, bytes);
        }
        check(bucket.bins().verify() == free, bucket.base, "bucket.I4: only free pieces in bins");
        check(bucket.largest() == largest, bucket.base, "bucket.I4: largest=" + largest);
        check(bucket.granted == granted, bucket.base, "bucket.I5: granted=" + granted);
        check(bucket.asked == asked, bucket.base, "bucket.I5: requested=" + asked);
        long live = bucket.allocations - bucket.frees;
        check(live == used, bucket.base, "bucket.I5: blocksUsed=" + used);
    }

    private void verifyFree(long pebble, long bytes) {
        free++;
        largest = Math.max(largest, bytes);
        check(bucket.bins().holds(Pebble.node(pebble), bytes), pebble, "bucket.I4: in its bin");
        check(bucket.isAbove(pebble), pebble, "bucket.I4: none free before the lowest");
    }

    private void verifyUsed(long pebble, long tag, long bytes) {
        used++;
        granted += bytes;
        asked += Pebble.asked(pebble);
        check(Pebble.asked(pebble) <= bytes, pebble, "bucket.I5: room for what was asked");
        check(!Pebble.hasHoles(tag), pebble, "bucket.I1: a block's pages are committed");
    }

    private static void check(boolean holds, long address, String invariant) {
        if (!holds) {
            throw new CorruptHeapError(
                    BucketAllocator.NAME, address, invariant + ", expected so, found otherwise");
        }
    }
}
