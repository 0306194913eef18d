package org.allod.jcstress;

import org.allod.own.Arc;
import org.allod.own.ArcWeak;
import org.allod.own.Box;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// Two owners close at once: the value is dropped, once.
@JCStressTest
@Outcome(id = "gone", expect = Expect.ACCEPTABLE, desc = "dropped")
@Outcome(expect = Expect.FORBIDDEN, desc = "Dropped twice, or never")
@State
public class ArcCloseRace {
    private final Arc<Box<Long>> left = Arc.of(RaceHeap.HEAP, Box.of(RaceHeap.HEAP, 7L));
    private final Arc<Box<Long>> right = left.clone();
    private final ArcWeak<Box<Long>> weak = left.downgrade();

    /// Made by jcstress.
    public ArcCloseRace() {}

    /// Closes one.
    @Actor
    public void closeLeft() {
        left.close();
    }

    /// Closes the other.
    @Actor
    public void closeRight() {
        right.close();
    }

    /// Looks whether the value is gone, and frees the block.
    @Arbiter
    public void look(L_Result result) {
        try (weak;
                Arc<Box<Long>> again = weak.upgrade()) {
            result.r1 = again == null ? "gone" : "there";
        }
    }
}
