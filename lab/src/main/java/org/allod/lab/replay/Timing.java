package org.allod.lab.replay;

import java.util.Arrays;

/// What the timed passes of a fork gave.
///
/// Passes run until two in a row differ by less than 5 %, at most 20 passes or 10 s; the result is
/// the median of the next 5. Blocks that the trace leaves over are freed after each pass, off the
/// clock.
///
/// @param warmNanos median of the measured passes
/// @param coldNanos the first pass of the fork
/// @param settled whether two passes in a row came within 5 % before the measured ones
/// @param failures requests refused in the pass that refused most
record Timing(long warmNanos, long coldNanos, boolean settled, long failures) {
    // The four rules of DESIGN 4.
    private static final double CLOSE = 0.05;
    private static final int WARM_UP_PASSES_MAX = 20;
    private static final long WARM_UP_NANOS_MAX = 10_000_000_000L;
    private static final int MEASURED_PASSES = 5;

    /// Runs the passes.
    static Timing of(Stage stage) {
        long failuresMax = 0;
        long cold = 0;
        long spent = 0;
        long previous = 0;
        boolean settled = false;
        for (int pass = 0; !settled && pass < WARM_UP_PASSES_MAX; pass++) {
            if (spent > WARM_UP_NANOS_MAX) break;
            long before = stage.failures();
            long nanos = pass(stage);
            failuresMax = Math.max(failuresMax, stage.failures() - before);
            if (pass == 0) cold = nanos;
            else settled = Math.abs(nanos - previous) < CLOSE * previous;
            previous = nanos;
            spent += nanos;
        }
        long[] measured = new long[MEASURED_PASSES];
        for (int pass = 0; pass < measured.length; pass++) {
            long before = stage.failures();
            measured[pass] = pass(stage);
            failuresMax = Math.max(failuresMax, stage.failures() - before);
        }
        Arrays.sort(measured);
        return new Timing(measured[measured.length / 2], cold, settled, failuresMax);
    }

    private static long pass(Stage stage) {
        long nanos = stage.pass();
        stage.freeLeftOvers();
        return nanos;
    }
}
