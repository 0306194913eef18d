package org.allod.jcstress;

import org.allod.own.Arc;
import org.allod.own.Box;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// One clones and closes the clone while the other closes: one owner is left.
@JCStressTest
@Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "one owner, the value as it was")
@Outcome(expect = Expect.FORBIDDEN, desc = "A lost count")
@State
public class ArcCloneRace {
    private final Arc<Box<Long>> left = Arc.of(RaceHeap.HEAP, Box.of(RaceHeap.HEAP, 7L));
    private final Arc<Box<Long>> right = left.clone();

    /// Made by jcstress.
    public ArcCloneRace() {}

    /// One more, one less.
    @Actor
    public void cloneAndClose(JJ_Result result) {
        try (Arc<Box<Long>> another = left.clone()) {
            result.r1 = another.get().get();
        }
    }

    /// One less.
    @Actor
    public void closeRight() {
        right.close();
    }

    /// Counts, and drops the value.
    @Arbiter
    public void look(JJ_Result result) {
        result.r2 = left.strongCount();
        left.close();
    }
}
