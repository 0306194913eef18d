package org.allod;

/// What an allocator holds and has done, as of one moment.
///
/// Each number is true by itself; sums are exact only in quiet. Always
/// `requested <= granted <= held <= committed <= reserved + metadata`, and peaks are at least what
/// they are the peak of.
///
/// @param requested bytes that callers asked for in live blocks, or -1 where that is not known
/// @param granted bytes of live blocks, rounding included
/// @param held bytes of OS pages asked of the regions and not given back: `committed - metadata`
/// @param committed [#held], and the tables beside the regions
/// @param reserved bytes of address space in regions
/// @param metadata bytes of tables beside the regions now
/// @param peakHeld largest [#held] so far
/// @param peakCommitted largest [#committed] so far
/// @param blocksUsed live blocks
/// @param blocksCached free blocks in threads' caches
/// @param bytesCached bytes of those
/// @param allocations successful allocations so far
/// @param frees blocks freed so far
/// @param reallocations successful reallocations of a block so far; one that moved its block counts
///     as an allocation and a free, too
/// @param failures requests answered with `NULL` so far
public record AllocatorStats(
        long requested,
        long granted,
        long held,
        long committed,
        long reserved,
        long metadata,
        long peakHeld,
        long peakCommitted,
        long blocksUsed,
        long blocksCached,
        long bytesCached,
        long allocations,
        long frees,
        long reallocations,
        long failures) {

    /// A builder with every number 0 and `requested` -1.
    public static Builder builder() {
        return new Builder();
    }

    /// Fifteen longs, each by its name. Owner thread only.
    public static final class Builder {
        private long requested = -1;
        private long granted;
        private long held;
        private long reserved;
        private long metadata;
        private long peakHeld;
        private long peakCommitted;
        private long blocksUsed;
        private long blocksCached;
        private long bytesCached;
        private long allocations;
        private long frees;
        private long reallocations;
        private long failures;

        private Builder() {}

        /// Bytes asked for and bytes granted in live blocks.
        public Builder live(long requested, long granted) {
            this.requested = requested;
            this.granted = granted;
            return this;
        }

        /// Bytes of pages held now and at most, in `reserved` bytes of regions.
        public Builder pages(long held, long peakHeld, long reserved) {
            this.held = held;
            this.peakHeld = peakHeld;
            this.reserved = reserved;
            return this;
        }

        /// Bytes of tables now, and the largest sum of pages and tables.
        public Builder tables(long metadata, long peakCommitted) {
            this.metadata = metadata;
            this.peakCommitted = peakCommitted;
            return this;
        }

        /// Free blocks in threads' caches and their bytes.
        public Builder cached(long blocks, long bytes) {
            this.blocksCached = blocks;
            this.bytesCached = bytes;
            return this;
        }

        /// Calls so far. Live blocks are the difference of the first two.
        public Builder calls(long allocations, long frees, long reallocations, long failures) {
            this.allocations = allocations;
            this.frees = frees;
            this.blocksUsed = allocations - frees;
            this.reallocations = reallocations;
            this.failures = failures;
            return this;
        }

        /// The record.
        public AllocatorStats build() {
            return new AllocatorStats(
                    requested,
                    granted,
                    held,
                    held + metadata,
                    reserved,
                    metadata,
                    peakHeld,
                    Math.max(peakCommitted, held + metadata),
                    blocksUsed,
                    blocksCached,
                    bytesCached,
                    allocations,
                    frees,
                    reallocations,
                    failures);
        }
    }
}
