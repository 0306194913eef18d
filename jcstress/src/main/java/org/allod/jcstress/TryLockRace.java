package org.allod.jcstress;

import org.allod.own.Arc;
import org.allod.own.Mutex;
import org.allod.own.MutexGuard;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// Two try the lock: who has it sees nobody else inside.
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "one after the other")
@Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "the second found it locked")
@Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "the first found it locked")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both inside")
@State
public class TryLockRace {
    private final Arc<Mutex<Long>> left = Arc.of(RaceHeap.HEAP, Mutex.of(RaceHeap.HEAP, 0L));
    private final Arc<Mutex<Long>> right = left.clone();
    private final Arc<Mutex<Long>> last = left.clone();

    /// Made by jcstress.
    public TryLockRace() {}

    /// Tries.
    @Actor
    public void tryLeft(JJ_Result result) {
        result.r1 = enter(left);
    }

    /// Tries.
    @Actor
    public void tryRight(JJ_Result result) {
        result.r2 = enter(right);
    }

    /// How many were inside, or -1 if it is locked.
    private static long enter(Arc<Mutex<Long>> mine) {
        try (mine;
                MutexGuard<Long> guard = mine.get().tryLock()) {
            if (guard == null) return -1;
            long inside = guard.get();
            guard.set(inside + 1);
            guard.set(guard.get() - 1);
            return inside;
        }
    }

    /// Frees the block.
    @Arbiter
    public void end(JJ_Result result) {
        last.close();
    }
}
