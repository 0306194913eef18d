package org.allod.ptmalloc;

import java.util.function.BooleanSupplier;
import org.allod.CorruptHeapError;

/// Gives back what is free once nobody has used the arenas for a while.
///
/// A thread that only hits its own cache does not count as use. Buries dead threads' caches at
/// every turn. What it finds broken it leaves for the next caller to find. Threads: `allod-decay`
/// alone, but for [#stop].
final class PtQuiet implements BooleanSupplier {
    private final PtRequests requests;
    private final long quietNanos;
    private volatile boolean stopped;
    private long seen = -1;
    private long since;
    private boolean done = true;

    PtQuiet(PtRequests requests, long quietMillis) {
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
        long activity = 0;
        for (PtArena arena : requests.arenas.all()) activity += arena.activity();
        if (activity != seen) {
            seen = activity;
            since = nanos;
            done = false;
        } else if (!done && nanos - since >= quietNanos) {
            done = true;
            trim();
        }
    }

    private void trim() {
        for (PtArena arena : requests.arenas.all()) {
            if (!arena.tryLock()) continue;
            try {
                if (!stopped) arena.trimLocked(0, false);
            } finally {
                arena.unlock();
            }
        }
    }

    /// No turn from now on.
    void stop() {
        stopped = true;
    }
}
