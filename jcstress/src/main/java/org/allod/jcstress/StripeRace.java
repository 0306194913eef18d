package org.allod.jcstress;

import org.allod.parts.Stripes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// Two threads count in one stripe's cache, in plain fields: -1 where it looks half done.
@JCStressTest
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "One after the other")
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "The other way round")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The second one found it taken")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The first one found it taken")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "A weak CAS failed")
@Outcome(expect = Expect.FORBIDDEN, desc = "Two in one stripe, or a write was not seen")
@State
public class StripeRace {
    private final Stripes<long[]> stripes = new Stripes<>(1);

    /// Made by jcstress.
    public StripeRace() {
        stripes.set(0, new long[2]);
    }

    /// One thread.
    @Actor
    public void one(JJ_Result result) {
        result.r1 = count();
    }

    /// Another thread.
    @Actor
    public void other(JJ_Result result) {
        result.r2 = count();
    }

    private long count() {
        if (!stripes.tryTake(0)) return 0;
        long[] cache = stripes.get(0);
        long before = cache[0];
        boolean whole = cache[1] == 2 * before;
        cache[0] = before + 1;
        cache[1] = 2 * before + 2;
        stripes.release(0);
        return whole ? before + 1 : -1;
    }
}
