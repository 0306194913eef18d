package org.allod.tcmalloc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The bytes that all thread caches together may hold, shared out as they are needed.
///
/// ```
///   total 32 MiB   │ cache 1 │ cache 2        │ cache 3 │ unclaimed .......................... │
/// ```
///
/// A cache begins with 64 KiB and takes 64 KiB more whenever it is full; once nothing is unclaimed,
/// from one of the others in turn: one that has more than the floor and does not use it. A new
/// cache that finds nothing gets the floor, so the caches together hold at most the total and a
/// floor for each. What a dead thread's cache had is unclaimed again.
///
/// Threads: any, locks.
///
/// Source: spec 1.1, 1.5 (4), 1.6. That a cache is not robbed of what it is using is ours: else a
/// thread that rests could hold more than its budget.
final class TcBudget {
    /// Bytes that move at once. Source: spec 1.1.
    private static final long STEP = 64 << 10;

    /// Least and most bytes of all. Source: spec 1.1.
    static final long TOTAL_MIN = 512 << 10;

    static final long TOTAL_MAX = 1 << 30;

    /// Caches asked before it is given up. Source: spec 1.5 (4).
    private static final int ASKED_MAX = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<TcCache> caches = new ArrayList<>();
    private int next;
    private long total;
    private long floor;
    private long unclaimed;

    TcBudget(long total, long floor) {
        this.total = clipped(total);
        this.floor = floor;
        this.unclaimed = this.total;
    }

    private static long clipped(long total) {
        return Math.max(TOTAL_MIN, Math.min(TOTAL_MAX, total));
    }

    /// Gives a new cache its first bytes.
    void add(TcCache cache) {
        lock.lock();
        try {
            long first = unclaimed > 0 ? STEP : floor;
            unclaimed -= first;
            cache.budget(first);
            caches.add(cache);
        } finally {
            lock.unlock();
        }
    }

    /// Takes back what a cache had.
    void remove(TcCache cache) {
        lock.lock();
        try {
            if (!caches.remove(cache)) return;
            unclaimed += cache.budget();
            cache.budget(0);
        } finally {
            lock.unlock();
        }
    }

    /// Gives a full cache more, if there is any; whether it got some.
    boolean grow(TcCache cache) {
        lock.lock();
        try {
            if (unclaimed > 0) unclaimed -= STEP;
            else if (!rob(cache)) return false;
            cache.budget(cache.budget() + STEP);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean rob(TcCache cache) {
        int asked = Math.min(ASKED_MAX, caches.size());
        for (int i = 0; i < asked; i++) {
            if (++next >= caches.size()) next = 0;
            TcCache other = caches.get(next);
            long left = other.budget() - STEP;
            if (other != cache && left >= Math.max(floor, other.bytes())) {
                other.budget(left);
                return true;
            }
        }
        return false;
    }

    /// Whether nothing is left to claim.
    boolean isSpent() {
        lock.lock();
        try {
            return unclaimed <= 0;
        } finally {
            lock.unlock();
        }
    }

    long total() {
        return total;
    }

    /// Sets the total, 512 KiB to 1 GiB; caches that have too much lose in proportion.
    void total(long bytes) {
        lock.lock();
        try {
            total = clipped(bytes);
            long claimed = 0;
            for (TcCache cache : caches) claimed += cache.budget();
            double ratio = (double) total / Math.max(1, claimed);
            unclaimed = total;
            for (TcCache cache : caches) {
                if (ratio < 1) cache.budget((long) (cache.budget() * ratio));
                unclaimed -= cache.budget();
            }
            if (ratio < 1) unclaimed = Math.min(unclaimed, 0); // what rounding left
        } finally {
            lock.unlock();
        }
    }

    long floor() {
        return floor;
    }

    /// Sets what a new cache gets at least and a robbed one keeps.
    void floor(long bytes) {
        floor = bytes;
    }
}
