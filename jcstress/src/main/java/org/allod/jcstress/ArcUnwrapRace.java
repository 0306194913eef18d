package org.allod.jcstress;

import java.util.Optional;
import org.allod.own.Arc;
import org.allod.own.Box;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// One closes while the other wants the value: it has it, or keeps its share.
@JCStressTest
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "it was the last")
@Outcome(id = "shared", expect = Expect.ACCEPTABLE, desc = "it was not")
@Outcome(expect = Expect.FORBIDDEN, desc = "Gone, or there twice")
@State
public class ArcUnwrapRace {
    private final Arc<Box<Long>> left = Arc.of(RaceHeap.HEAP, Box.of(RaceHeap.HEAP, 7L));
    private final Arc<Box<Long>> right = left.clone();

    /// Made by jcstress.
    public ArcUnwrapRace() {}

    /// Closes one.
    @Actor
    public void closeLeft() {
        left.close();
    }

    /// Takes the value out, or closes.
    @Actor
    public void unwrapRight(L_Result result) {
        Optional<Box<Long>> value = right.tryUnwrap();
        result.r1 = value.isPresent() ? value.get().take() : "shared";
        right.close();
    }
}
