package org.allod.jemalloc.extent;

import java.util.Arrays;
import java.util.SplittableRandom;

/// How many free pages may stay, as time goes by: an S-curve from all to none.
///
/// ```
///  pages
///  all ┤▇▇▇▇▄▄
///      │      ▀▇▄                    6x^5 - 15x^4 + 10x^3 in 200 steps: at first hardly any page
///      │         ▀▄                  goes, since it may soon be wanted; then most do; the last
///      │           ▀▇▄▄              ones hardly cost anything
///    0 ┤               ▀▀▇▇▇▇
///      └┬──────────┬─────────┬─► time
///       freed              decay_ms
/// ```
///
/// Pages count by the step in which they became free. Numbers in, numbers out: it knows no pages
/// and no clock. Under the lock of the arena's pages.
///
/// Source: jemalloc's decay, spec 3.4.
final class PageDecay {
    /// Steps from all to none. Source: jemalloc.
    static final int STEPS = 200;

    /// Of the curve's fixed point numbers. Source: jemalloc.
    private static final int POINT_LOG2 = 24;

    /// Steps by which pages may count as older than they are where nobody looked for a while.
    /// Derived: 5 % of the time. Without it the last ones stay for two looks longer.
    private static final int LATE_MAX = STEPS / 20;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// The curve: what part of the pages of a step may stay, oldest first.
    private static final long[] CURVE = curve();

    private final SplittableRandom jitter;
    private final long[] backlog = new long[STEPS];
    private long millis;
    private long interval;
    private long epoch;
    private long deadline;
    private long pagesBefore;

    /// @param millis from all to none; 0: at once, -1: never
    PageDecay(long millis, long now, long seed) {
        this.jitter = new SplittableRandom(seed);
        set(millis, now);
    }

    private static long[] curve() {
        long[] curve = new long[STEPS];
        for (int i = 0; i < STEPS; i++) {
            double x = (i + 1) / (double) STEPS;
            curve[i] = (long) ((1 << POINT_LOG2) * (x * x * x * (x * (x * 6 - 15) + 10)));
        }
        return curve;
    }

    /// Milliseconds from all to none; 0: at once, -1: never.
    long millis() {
        return millis;
    }

    /// Sets [#millis] and starts anew.
    void set(long millis, long now) {
        this.millis = millis;
        this.interval = Math.max(1, millis * NANOS_PER_MILLI / STEPS);
        this.pagesBefore = 0;
        this.epoch = now;
        Arrays.fill(backlog, 0);
        aim();
    }

    private void aim() {
        deadline = epoch + interval + jitter.nextLong(interval);
    }

    /// Whether [#limit] would answer anew.
    boolean isDue(long now) {
        return millis > 0 && now - deadline >= 0;
    }

    /// How many of `pages` may stay.
    long limit(long now, long pages) {
        if (millis < 0) return pages;
        if (millis == 0) return 0;
        if (isDue(now)) advance(now, pages);
        return Math.min(pages, allowed());
    }

    private void advance(long now, long pages) {
        long steps = (now - epoch) / interval;
        epoch += steps * interval;
        aim();
        if (steps >= STEPS) {
            Arrays.fill(backlog, 0);
        } else {
            int shift = (int) steps;
            System.arraycopy(backlog, shift, backlog, 0, STEPS - shift);
            Arrays.fill(backlog, STEPS - shift, STEPS, 0);
        }
        int late = (int) Math.min(steps - 1, LATE_MAX);
        backlog[STEPS - 1 - late] += Math.max(0, pages - pagesBefore);
        pagesBefore = allowed();
    }

    private long allowed() {
        long sum = 0;
        for (int i = 0; i < STEPS; i++) sum += backlog[i] * CURVE[i];
        return sum >>> POINT_LOG2;
    }
}
