package org.allod.lab.replay;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// What the timed passes of a fork gave.
///
/// ```
///   cold │ warm-up: 1 s, then until two in a row differ by less than 5 % │ measured: 5 or more
///   ─────┴───────────────────────────────────────────────────────────────┴───────────────────►
/// ```
/// The result is the median of the measured passes.
///
/// @param warmNanos median of the measured passes
/// @param coldNanos the first pass of the fork
/// @param settled whether two passes in a row came within 5 % before the measured ones
/// @param failures requests refused in the pass that refused most
record Timing(long warmNanos, long coldNanos, boolean settled, long failures) {

    /// How near two passes must be. Source: the measuring rules in ARCHITECTURE.md, as the next
    /// two.
    private static final double CLOSE = 0.05;

    private static final int WARM_UP_PASSES_MAX = 20;
    private static final long WARM_UP_NANOS_MAX = 10_000_000_000L;

    /// How long to warm up, in nanoseconds.
    ///
    /// @param min before that two passes can be alike only because both are interpreted
    /// @param unsettled before that 20 passes that never were alike are not too many
    record WarmUp(long min, long unsettled) {
        /// Tuned: on two busy cores the loop's last compilation came 0.2 (larson-4t) to 1.1 s
        /// (git-diff) after the first operation, dlmalloc's up to 3 s; 20 passes of git-diff are
        /// over after 0.2 s.
        static final WarmUp FULL = new WarmUp(1_000_000_000L, 3_000_000_000L);

        /// For a first look at many allocators: noisier.
        static final WarmUp BRIEF = new WarmUp(400_000_000L, 1_000_000_000L);
    }

    private static final int MEASURED_PASSES = 5;

    /// A pass of 2 ms is at the mercy of one interruption; so many of them are not.
    private static final long MEASURED_NANOS_MIN = 250_000_000L;

    /// Runs passes of a stage, and frees after each, off the clock, what the trace leaves over.
    static Timing of(Stage stage, WarmUp warmUp) {
        LongSupplier pass =
                () -> {
                    long nanos = stage.pass();
                    stage.freeLeftOvers();
                    return nanos;
                };
        return of(pass, stage::failures, warmUp);
    }

    /// Runs passes.
    ///
    /// @param pass runs one, answers its time in nanoseconds
    /// @param failures requests refused so far
    /// @param warmUp how long to warm up
    static Timing of(LongSupplier pass, LongSupplier failures, WarmUp warmUp) {
        Passes passes = new Passes(pass, failures);
        long cold = passes.run();
        long spent = cold;
        long previous = cold;
        boolean settled = false;
        for (int count = 1; !settled && mayWarmUp(count, spent, warmUp); count++) {
            long nanos = passes.run();
            spent += nanos;
            boolean close = Math.abs(nanos - previous) < CLOSE * previous;
            settled = close && spent >= warmUp.min;
            previous = nanos;
        }
        return new Timing(passes.median(), cold, settled, passes.failuresMax);
    }

    private static boolean mayWarmUp(int passes, long nanos, WarmUp warmUp) {
        if (nanos < warmUp.unsettled) return true;
        return passes < WARM_UP_PASSES_MAX && nanos < WARM_UP_NANOS_MAX;
    }

    private static final class Passes {
        private final LongSupplier pass;
        private final LongSupplier failures;
        private long failuresMax;

        Passes(LongSupplier pass, LongSupplier failures) {
            this.pass = pass;
            this.failures = failures;
        }

        long run() {
            long before = failures.getAsLong();
            long nanos = pass.getAsLong();
            failuresMax = Math.max(failuresMax, failures.getAsLong() - before);
            return Math.max(1, nanos);
        }

        long median() {
            long[] measured = new long[MEASURED_PASSES];
            int count = 0;
            for (long spent = 0; count < MEASURED_PASSES || spent < MEASURED_NANOS_MIN; ) {
                if (count == measured.length) measured = Arrays.copyOf(measured, 2 * count);
                measured[count] = run();
                spent += measured[count++];
            }
            Arrays.sort(measured, 0, count);
            return measured[count / 2];
        }
    }
}
