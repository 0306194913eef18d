package org.allod.jemalloc.stats;

import java.util.concurrent.locks.ReentrantLock;

/// A lock that counts how often it was taken, by whom, and how long others waited.
///
/// ```java
/// lock.lock();
/// try {
///     ...
/// } finally {
///     lock.unlock();
/// }
/// ```
///
/// Cost: a comparison and an addition more than a `ReentrantLock`; the clock is read only where
/// somebody has to wait. Threads: any; the counts are the holder's.
///
/// Source: jemalloc's mutex statistics, spec 3.7.
public final class CountedLock {
    private final ReentrantLock lock = new ReentrantLock();
    private long operations;
    private long waits;
    private long switches;
    private long waitNanos;
    private long waitNanosMax;

    /// Id of the last thread that had it: the thread itself would live on here.
    private long owner;

    /// One that nobody has.
    public CountedLock() {}

    /// Takes it, waiting if need be.
    public void lock() {
        if (!lock.tryLock()) await();
        count();
    }

    /// Takes it if nobody else has it.
    public boolean tryLock() {
        if (!lock.tryLock()) return false;
        count();
        return true;
    }

    /// Takes it as [#lock], uncounted: for a look, which is not to change what it sees.
    public void lockToLook() {
        lock.lock();
    }

    /// Gives it back.
    public void unlock() {
        lock.unlock();
    }

    private void count() {
        operations++;
        long thread = Thread.currentThread().threadId();
        if (thread == owner) return;
        owner = thread;
        switches++;
    }

    private void await() {
        long start = System.nanoTime();
        lock.lock();
        long nanos = System.nanoTime() - start;
        waits++;
        waitNanos += nanos;
        waitNanosMax = Math.max(waitNanosMax, nanos);
    }

    /// Puts the counts in, times in nanoseconds, each name behind `prefix` and a dot.
    public void counts(StatsTree out, String prefix) {
        lock.lock();
        try {
            out.put(prefix + ".num_ops", operations);
            out.put(prefix + ".num_wait", waits);
            out.put(prefix + ".num_owner_switch", switches);
            out.put(prefix + ".total_wait_time", waitNanos);
            out.put(prefix + ".max_wait_time", waitNanosMax);
        } finally {
            lock.unlock();
        }
    }
}
