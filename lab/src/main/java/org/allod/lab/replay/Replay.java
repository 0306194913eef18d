package org.allod.lab.replay;

import org.allod.Allocator;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.lab.result.RunResult;
import org.allod.lab.trace.Trace;

/// One trace and one allocator in this JVM: what `replay` does, and a fork of `compare`.
///
/// Each method makes a heap of its own and closes it. Owner thread only.
public final class Replay {
    private final Contender contender;
    private final Trace trace;
    private final ReplaySettings settings;
    private final Plan plan;

    /// Compiles the trace into a plan.
    public Replay(Contender contender, Trace trace, ReplaySettings settings) {
        this.contender = contender;
        this.trace = trace;
        this.settings = settings;
        this.plan = Plan.of(trace, settings);
    }

    /// What a fork does: timed passes on one heap, then the checked one on a fresh heap.
    public RunOutcome measure() {
        Timing timing;
        try (Allocator heap = open(contender.region(settings.regionBytes()))) {
            Timing.WarmUp warmUp = settings.brief() ? Timing.WarmUp.BRIEF : Timing.WarmUp.FULL;
            timing = Timing.of(new Stage(heap, plan, settings), warmUp);
        }
        return check(timing);
    }

    /// What `replay` does: one pass, timed as it comes, and if asked for a checked one.
    public RunOutcome once(boolean verify) {
        try (Allocator heap = open(contender.region(settings.regionBytes()))) {
            Stage stage = new Stage(heap, plan, settings);
            long nanos = stage.pass();
            Timing timing = new Timing(nanos, nanos, false, stage.failures());
            if (!verify) return outcome(timing, null);
            stage.freeLeftOvers();
            return check(timing);
        }
    }

    /// Writes where each block is placed.
    ///
    /// @return requests refused
    /// @throws IllegalArgumentException if usable sizes are asked for of a heap that knows none
    public long place(Placements.Columns columns, Appendable out) {
        Region region = contender.region(settings.regionBytes());
        try (Allocator heap = open(region)) {
            if (columns.usable() && !(heap instanceof Malloc)) {
                throw new IllegalArgumentException(
                        contender.name() + " knows no usable sizes, expected one of C's family");
            }
            return Placements.write(heap, region, trace, settings, columns, out);
        }
    }

    private Allocator open(Region region) {
        return contender.open(region, plan.parts().size());
    }

    private RunOutcome check(Timing timing) {
        Region region = contender.region(settings.regionBytes());
        try (Allocator heap = open(region)) {
            return outcome(timing, CheckedPass.of(heap, region, trace, plan, settings));
        }
    }

    private RunOutcome outcome(Timing timing, CheckedPass.Result checked) {
        Sampler seen = checked == null ? null : checked.sampler();
        double ops = plan.operations();
        RunResult result =
                new RunResult(
                        trace.name(),
                        contender.name(),
                        plan.parts().size(),
                        plan.operations(),
                        timing.warmNanos() / ops,
                        timing.coldNanos() / ops,
                        timing.settled(),
                        seen == null ? -1 : seen.requestedMax(),
                        seen == null ? -1 : seen.grantedMax(),
                        seen == null ? -1 : seen.heldMax(),
                        seen == null ? -1 : seen.committedMax(),
                        seen == null ? -1 : seen.extentMax(),
                        seen == null ? -1 : seen.residentMax(),
                        Math.max(timing.failures(), seen == null ? 0 : checked.failures()),
                        seen != null && checked.complaint() == null);
        if (seen == null) return new RunOutcome(result, null, null, null);
        return new RunOutcome(result, checked.complaint(), seen.timeline(), checked.heap());
    }
}
