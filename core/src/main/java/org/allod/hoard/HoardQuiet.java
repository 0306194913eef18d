package org.allod.hoard;

import java.util.function.BooleanSupplier;
import org.allod.CorruptHeapError;

/// Gives back what is empty once nobody has used heaps or pages for a while.
///
/// A thread that only hits its own buffer does not count as use. Buries dead threads' buffers at
/// every turn. What it finds broken it leaves for the next caller to find. Threads: `allod-decay`
/// alone, but for [#stop].
final class HoardQuiet implements BooleanSupplier {
    private final HoardRequests requests;
    private final long quietNanos;
    private volatile boolean stopped;
    private long seen = -1;
    private long since;
    private boolean done = true;

    HoardQuiet(HoardRequests requests, long quietMillis) {
        this.requests = requests;
        this.quietNanos = quietMillis * 1_000_000;
    }

    /// One turn.
    ///
    /// @return whether there will be another
    @Override
    public boolean getAsBoolean() {
        if (stopped) return false;
        try {
            turn(System.nanoTime());
        } catch (CorruptHeapError | IllegalStateException broken) {
            return false;
        }
        return true;
    }

    /// As if it were `nanos` now.
    void turn(long nanos) {
        requests.caches.bury();
        long activity = requests.activity();
        if (activity != seen) {
            seen = activity;
            since = nanos;
            done = false;
        } else if (!done && nanos - since >= quietNanos) {
            done = true;
            requests.release();
        }
    }

    /// No turn from now on.
    void stop() {
        stopped = true;
    }
}
