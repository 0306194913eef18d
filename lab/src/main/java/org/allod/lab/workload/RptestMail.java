package org.allod.lab.workload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.allod.Allocator;
import org.allod.memory.Memory;

/// What the threads of [Rptest] send each other: a list of records for each, linked through their
/// first words. Any thread, lock-free.
final class RptestMail {
    /// Words from one list's head to the next: two cache lines.
    private static final int APART = 16;

    private final int threads;
    private final AtomicLongArray heads;
    private final AtomicInteger done = new AtomicInteger();

    RptestMail(int threads) {
        this.threads = threads;
        heads = new AtomicLongArray(threads * APART);
    }

    int threads() {
        return threads;
    }

    /// Sends a record.
    void push(int thread, long record) {
        int head = thread * APART;
        long next;
        do {
            next = heads.get(head);
            Memory.putLong(record, next);
        } while (!heads.compareAndSet(head, next, record));
    }

    /// Takes all records of a thread, the newest first; `NULL` if there are none.
    long takeAll(int thread) {
        return heads.getAndSet(thread * APART, Allocator.NULL);
    }

    /// A thread has played its loops, and sends nothing from here on.
    void finish() {
        done.incrementAndGet();
    }

    boolean hasSomeFinished() {
        return done.get() > 0;
    }

    boolean haveAllFinished() {
        return done.get() == threads;
    }
}
