package org.allod.jcstress;

import org.allod.parts.HeapCaches;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// A stripe gets its cache while all is closed: whether it did, and how many caches there are
/// afterwards.
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "Added, then closed")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "Closed before")
@Outcome(expect = Expect.FORBIDDEN, desc = "A cache after the close")
@State
public class CloseRace {
    private final HeapCaches<Integer> caches = new HeapCaches<>();

    /// Made by jcstress.
    public CloseRace() {}

    /// One thread.
    @Actor
    public void add(ZI_Result result) {
        result.r1 = caches.addShared(0, 1);
    }

    /// Another thread.
    @Actor
    public void close() {
        caches.close();
    }

    /// Afterwards.
    @Arbiter
    public void after(ZI_Result result) {
        result.r2 = caches.all().size();
    }
}
