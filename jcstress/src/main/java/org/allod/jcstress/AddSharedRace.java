package org.allod.jcstress;

import org.allod.parts.HeapCaches;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/// Two threads find a stripe without a cache and make one each: the third number is whose stays.
@JCStressTest
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "The first one's stays")
@Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "The second one's stays")
@Outcome(id = "false, false, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "Weak CAS failed")
@Outcome(expect = Expect.FORBIDDEN, desc = "A cache is lost, or nobody's")
@State
public class AddSharedRace {
    private final HeapCaches<Integer> caches = new HeapCaches<>();

    /// Made by jcstress.
    public AddSharedRace() {}

    /// One thread.
    @Actor
    public void one(ZZI_Result result) {
        result.r1 = caches.addShared(0, 1);
    }

    /// Another thread.
    @Actor
    public void other(ZZI_Result result) {
        result.r2 = caches.addShared(0, 2);
    }

    /// Afterwards.
    @Arbiter
    public void after(ZZI_Result result) {
        result.r3 = caches.all().stream().mapToInt(cache -> cache).sum();
    }
}
