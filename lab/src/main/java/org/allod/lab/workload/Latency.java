package org.allod.lab.workload;

import org.HdrHistogram.Histogram;

/// How long the sampled calls of `allocate` took, in nanoseconds, the clock's own time included.
///
/// @param samples how many were timed
/// @param p50 half of them took at most this
/// @param p99 99 % of them
/// @param p999 99.9 % of them
/// @param p9999 99.99 % of them
/// @param max the longest of them
/// @param clock what a reading of the clock alone takes, see [Worker]
public record Latency(
        long samples, long p50, long p99, long p999, long p9999, long max, long clock) {

    static Latency of(Histogram histogram) {
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue(),
                Worker.clockNanos());
    }
}
