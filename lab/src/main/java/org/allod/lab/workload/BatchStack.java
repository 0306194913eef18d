package org.allod.lab.workload;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Allocator;
import org.allod.memory.Memory;

/// The batches of xmalloc-test that wait for a releaser: the newest first, under one lock. The
/// first word of a batch links to the next one. Any thread, locks.
///
/// Who waits makes a few objects a batch of 4,096 blocks, and looks at least every 10 ms whether
/// the time is over.
final class BatchStack {
    /// From here on allocators wait.
    private static final int FULL = 100;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Crew crew;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notFull = lock.newCondition();
    private final Condition notEmpty = lock.newCondition();
    private long top = Allocator.NULL;
    private int batches;

    BatchStack(Crew crew) {
        this.crew = crew;
    }

    /// Adds a batch, after it has waited for room.
    void push(long batch) {
        lock.lock();
        try {
            while (batches >= FULL && !crew.isOver()) await(notFull);
            Memory.putLong(batch, top);
            top = batch;
            batches++;
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Takes the newest batch, after it has waited for one.
    ///
    /// @return `NULL` if the time is over
    long pop() {
        lock.lock();
        try {
            while (top == Allocator.NULL && !crew.isOver()) await(notEmpty);
            return crew.isOver() ? Allocator.NULL : take();
        } finally {
            lock.unlock();
        }
    }

    /// Takes one of those that are left, when the time is over.
    ///
    /// @return `NULL` if there is none
    long popLeft() {
        lock.lock();
        try {
            return top == Allocator.NULL ? Allocator.NULL : take();
        } finally {
            lock.unlock();
        }
    }

    private long take() {
        long batch = top;
        top = Memory.getLong(batch);
        batches--;
        notFull.signal();
        return batch;
    }

    private void await(Condition condition) {
        try {
            condition.awaitNanos(LOOK_NANOS);
        } catch (InterruptedException woken) {
            throw crew.interrupted();
        }
    }
}
