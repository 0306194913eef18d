package org.allod.lab.workload;

import java.util.List;
import org.allod.lab.replay.Contender;

/// What is run, and how.
///
/// @param workload a name that [Workloads] knows
/// @param allocator a name that [Contender] knows
/// @param threads from 1 to [#THREADS_MAX]
/// @param seconds that rounds are repeated for, from 1 on, or 0: `rounds` counts
/// @param rounds from 1 on, or 0: `seconds` counts
/// @param virtual whether threads are virtual ones
/// @param regionBytes address space that one of our allocators gets, at least 1
public record WorkloadSettings(
        String workload,
        String allocator,
        int threads,
        int seconds,
        int rounds,
        boolean virtual,
        long regionBytes) {

    /// The most threads: each has some 40 KiB of counters in the Java heap.
    public static final int THREADS_MAX = 10_000;

    /// Checks names and numbers.
    ///
    /// @throws IllegalArgumentException if one is unknown or out of range
    public WorkloadSettings {
        Workloads.named(workload);
        new Contender(allocator);
        if (threads < 1 || threads > THREADS_MAX) {
            throw bad("threads", threads, "1 to " + THREADS_MAX);
        }
        if (seconds < 0) throw bad("seconds", seconds, "at least 1");
        if (rounds < 0) throw bad("rounds", rounds, "at least 1");
        if (seconds > 0 == rounds > 0) {
            throw bad("seconds", seconds, "seconds or rounds, and rounds=" + rounds);
        }
        if (regionBytes <= 0) throw bad("region", regionBytes, "at least 1 byte");
    }

    /// As words of a fork's command line; [#parse] reads them.
    List<String> arguments() {
        return List.of(
                workload,
                allocator,
                Integer.toString(threads),
                Integer.toString(seconds),
                Integer.toString(rounds),
                Boolean.toString(virtual),
                Long.toString(regionBytes));
    }

    /// The reverse of [#arguments].
    static WorkloadSettings parse(String[] arguments) {
        return new WorkloadSettings(
                arguments[0],
                arguments[1],
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Boolean.parseBoolean(arguments[5]),
                Long.parseLong(arguments[6]));
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
