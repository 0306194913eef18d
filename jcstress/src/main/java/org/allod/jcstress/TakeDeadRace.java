package org.allod.jcstress;

import java.util.List;
import org.allod.parts.ThreadCaches;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// A thread fills its cache, plainly, and ends while two others look for the dead: what each got,
/// and what is left for a third one afterwards.
@JCStressTest
@Outcome(id = "2, 0, 0", expect = Expect.ACCEPTABLE, desc = "The first one got it")
@Outcome(id = "0, 2, 0", expect = Expect.ACCEPTABLE, desc = "The second one got it")
@Outcome(id = "0, 0, 2", expect = Expect.ACCEPTABLE, desc = "Nobody yet: it lived, or had none yet")
@Outcome(expect = Expect.FORBIDDEN, desc = "Taken twice, lost, or without what was written")
@State
public class TakeDeadRace {
    private final ThreadCaches<int[]> caches = new ThreadCaches<>();
    private final Thread dying = Thread.ofPlatform().start(this::live);

    /// Made by jcstress.
    public TakeDeadRace() {}

    private void live() {
        int[] cache = {0};
        caches.add(cache);
        cache[0] = 1;
        caches.mine()[0]++;
    }

    /// One thread.
    @Actor
    public void one(III_Result result) {
        result.r1 = taken();
    }

    /// Another thread.
    @Actor
    public void other(III_Result result) {
        result.r2 = taken();
    }

    /// Afterwards.
    @Arbiter
    public void after(III_Result result) {
        while (dying.isAlive()) Thread.onSpinWait();
        result.r3 = taken();
    }

    private int taken() {
        List<int[]> dead = caches.takeDead();
        return dead.isEmpty() ? 0 : dead.getFirst()[0] + 10 * (dead.size() - 1);
    }
}
