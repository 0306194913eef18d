package org.allod.own;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

/// How long the random runs against the JDK's collections are: 100 of them, a hundred thousand
/// steps, and a million and more under `-Pstress`.
interface ModelLengths {
    /// Runs of one property.
    int TRIES = 100;

    /// Steps of the longest run.
    int MOST = Boolean.getBoolean("allod.stress") ? 24_000 : 2_400;

    /// Steps of a run; fewer when jqwik shrinks one that failed.
    @Provide
    default Arbitrary<Integer> steps() {
        return Arbitraries.integers()
                .between(1, MOST)
                .withDistribution(RandomDistribution.uniform());
    }
}
