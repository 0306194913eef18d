package org.allod.lab.workload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What came out of a run, and the text in which a fork brings it home: `name=value` lines.
///
/// @param rounds that count and were played to their end
/// @param nanos that these took together
/// @param cpuNanos processor time of these, all threads and the compiler's together; in steps of 10
///     ms, 0 where the system does not tell
/// @param firstNanos that the first of all took, compiling included, or 0 if none ended
/// @param medianNanos that the middle one took, or 0
/// @param operations allocations, frees and reallocations in these rounds
/// @param latency of `allocate` in these rounds
/// @param peakHeld bytes, or -1: a C library does not tell
/// @param peakCommitted bytes, or -1
/// @param failures requests refused
/// @param complaint what was found to be corrupt, or null
public record WorkloadOutcome(
        int rounds,
        long nanos,
        long cpuNanos,
        long firstNanos,
        long medianNanos,
        long operations,
        Latency latency,
        long peakHeld,
        long peakCommitted,
        long failures,
        String complaint) {
    private static final String COMPLAINT = "complaint";
    private static final String END = "end=1";

    /// Operations a second of the rounds' time; 0 if none ended.
    public double operationsPerSecond() {
        return nanos == 0 ? 0 : 1e9 * operations / nanos;
    }

    /// Operations a second of processor time: what is left when others use the machine, too. 0 if
    /// that time is not known.
    public double operationsPerCpuSecond() {
        return cpuNanos == 0 ? 0 : 1e9 * operations / cpuNanos;
    }

    /// Whether it is worth a comparison: rounds ended, nothing was refused, all was as written.
    public boolean sound() {
        return rounds > 0 && failures == 0 && verified();
    }

    /// Whether all contents were as written and the allocator's own checks passed.
    public boolean verified() {
        return complaint == null;
    }

    /// The lines; the last says that nothing is missing.
    List<String> lines() {
        return List.of(
                "rounds=" + rounds,
                "nanos=" + nanos,
                "cpuNanos=" + cpuNanos,
                "firstNanos=" + firstNanos,
                "medianNanos=" + medianNanos,
                "operations=" + operations,
                "samples=" + latency.samples(),
                "p50=" + latency.p50(),
                "p99=" + latency.p99(),
                "p999=" + latency.p999(),
                "p9999=" + latency.p9999(),
                "max=" + latency.max(),
                "clock=" + latency.clock(),
                "peakHeld=" + peakHeld,
                "peakCommitted=" + peakCommitted,
                "failures=" + failures,
                COMPLAINT + "=" + (complaint == null ? "" : complaint.replaceAll("\\s+", " ")),
                END);
    }

    /// The outcome that [#lines] wrote.
    ///
    /// @throws IllegalArgumentException if lines are missing
    static WorkloadOutcome parse(List<String> lines) {
        if (lines.isEmpty() || !lines.getLast().equals(END)) {
            throw new IllegalArgumentException("result of a fork is cut off");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        String complaint = values.get(COMPLAINT);
        return new WorkloadOutcome(
                Math.toIntExact(number(values, "rounds")),
                number(values, "nanos"),
                number(values, "cpuNanos"),
                number(values, "firstNanos"),
                number(values, "medianNanos"),
                number(values, "operations"),
                new Latency(
                        number(values, "samples"),
                        number(values, "p50"),
                        number(values, "p99"),
                        number(values, "p999"),
                        number(values, "p9999"),
                        number(values, "max"),
                        number(values, "clock")),
                number(values, "peakHeld"),
                number(values, "peakCommitted"),
                number(values, "failures"),
                complaint.isEmpty() ? null : complaint);
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.get(name));
    }
}
