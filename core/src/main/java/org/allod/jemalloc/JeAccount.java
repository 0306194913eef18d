package org.allod.jemalloc;

/// What the owner of a [JeCache] has allocated and freed, in bytes, but for what that counts down
/// now: an object of its own, since each field more beside the fast path's was seen there.
///
/// Owner thread only. Source: jemalloc's `thread.allocated`, `thread.peak`, spec 3.7.
final class JeAccount {
    /// Bytes of blocks that its owner was given until the last event.
    long allocated;

    /// Bytes of blocks that its owner had freed until the last event.
    long freed;

    private long told;
    private long peak;
    private long base;

    /// Counts a block that went past the cache, and of which all have been told.
    void past(long bytesAllocated, long bytesFreed) {
        allocated += bytesAllocated;
        told += bytesAllocated;
        freed += bytesFreed;
    }

    /// Of `allocatedNow` bytes those since the last call.
    long untold(long allocatedNow) {
        long bytes = allocatedNow - told;
        told = allocatedNow;
        return bytes;
    }

    /// The highest of what was allocated and not freed, now or at an event since [#resetPeak].
    long peak(long now) {
        peak = Math.max(peak, now - base);
        return peak;
    }

    void resetPeak(long now) {
        base = now;
        peak = 0;
    }
}
