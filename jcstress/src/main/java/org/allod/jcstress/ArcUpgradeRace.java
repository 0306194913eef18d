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
import org.openjdk.jcstress.infra.results.LL_Result;

/// The last owner closes while a weak one is upgraded: the value is there, or it is not.
@JCStressTest
@Outcome(id = "7, gone", expect = Expect.ACCEPTABLE, desc = "upgraded in time")
@Outcome(id = "none, gone", expect = Expect.ACCEPTABLE, desc = "too late")
@Outcome(expect = Expect.FORBIDDEN, desc = "An owner of what is dropped")
@State
public class ArcUpgradeRace {
    private final Arc<Box<Long>> left = Arc.of(RaceHeap.HEAP, Box.of(RaceHeap.HEAP, 7L));
    private final ArcWeak<Box<Long>> weak = left.downgrade();
    private final ArcWeak<Box<Long>> other = weak.clone();

    /// Made by jcstress.
    public ArcUpgradeRace() {}

    /// Closes the last strong owner.
    @Actor
    public void close() {
        left.close();
    }

    /// Upgrades, looks, closes.
    @Actor
    public void upgrade(LL_Result result) {
        try (weak;
                Arc<Box<Long>> strong = weak.upgrade()) {
            result.r1 = strong == null ? "none" : strong.get().get();
        }
    }

    /// Looks whether the value is gone, and frees the block.
    @Arbiter
    public void look(LL_Result result) {
        try (other;
                Arc<Box<Long>> again = other.upgrade()) {
            result.r2 = again == null ? "gone" : "there";
        }
    }
}
