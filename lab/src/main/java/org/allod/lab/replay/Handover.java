package org.allod.lab.replay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How many operations each part has done: a counter a part, each on cache lines of its own.
///
/// Any thread, lock-free. What a thread wrote before [#publish] is seen by those that [#await] it.
final class Handover {
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    /// Longs from one counter to the next: two cache lines, since processors fetch them in pairs.
    private static final int STRIDE = 16;

    /// Looks at a counter before the processor is offered to others: some microseconds, ten times
    /// what a hand-over between two running threads takes; beyond that the other one does not run.
    private static final int SPINS = 200;

    private final long[] counts;
    private volatile boolean abandoned;

    Handover(int parts) {
        counts = new long[(parts + 1) * STRIDE];
    }

    /// Part `part` has done `count` operations.
    void publish(int part, long count) {
        COUNTS.setRelease(counts, (part + 1) * STRIDE, count);
    }

    /// Waits until part `part` has done `count` operations.
    ///
    /// @throws IllegalStateException if a part was given up and will not get there
    void await(int part, long count) {
        int at = (part + 1) * STRIDE;
        int looks = 0;
        while ((long) COUNTS.getAcquire(counts, at) < count) {
            if (abandoned) throw new IllegalStateException("another thread of the replay failed");
            if (++looks < SPINS) Thread.onSpinWait();
            else Thread.yield();
        }
    }

    /// Tells everybody who waits that it is in vain.
    void abandon() {
        abandoned = true;
    }
}
