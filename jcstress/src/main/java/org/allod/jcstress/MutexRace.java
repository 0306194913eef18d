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
import org.openjdk.jcstress.infra.results.J_Result;

/// Two add to a number under its lock: both additions are in.
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both added")
@Outcome(expect = Expect.FORBIDDEN, desc = "A lost addition")
@State
public class MutexRace {
    private final Arc<Mutex<Long>> left = Arc.of(RaceHeap.HEAP, Mutex.of(RaceHeap.HEAP, 0L));
    private final Arc<Mutex<Long>> right = left.clone();
    private final Arc<Mutex<Long>> last = left.clone();

    /// Made by jcstress.
    public MutexRace() {}

    /// Adds one.
    @Actor
    public void addLeft() {
        add(left);
    }

    /// Adds one.
    @Actor
    public void addRight() {
        add(right);
    }

    private static void add(Arc<Mutex<Long>> mine) {
        try (mine;
                MutexGuard<Long> guard = mine.get().lock()) {
            guard.set(guard.get() + 1);
        }
    }

    /// What was added.
    @Arbiter
    public void look(J_Result result) {
        try (last;
                MutexGuard<Long> guard = last.get().lock()) {
            result.r1 = guard.get();
        }
    }
}
