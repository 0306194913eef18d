package org.allod.lab.workload;

import java.util.List;
import org.allod.lab.replay.Contender;

/// What is run, and how.
///
/// @param workload a name that [Workloads] knows
/// @param allocator a name that [Contender] knows
/// @param threads from 1 to [#THREADS_MAX]
/// @param length when it is enough
/// @param divisor fixed-work programs do this part of their work, from 1 (all of it) on
/// @param sampleDistance about one allocation in so many is timed; 1: each, 0: none
/// @param virtual whether threads are virtual ones
/// @param regionBytes address space that one of our allocators gets, at least 1
public record WorkloadSettings(
        String workload,
        String allocator,
        int threads,
        WorkloadLength length,
        int divisor,
        int sampleDistance,
        boolean virtual,
        long regionBytes) {

    /// The most threads: each has some 40 KiB of counters in the Java heap.
    public static final int THREADS_MAX = 10_000;

    /// The least part of the work: one of a million.
    public static final int DIVISOR_MAX = 1_000_000;

    /// Checks names and numbers.
    ///
    /// @throws IllegalArgumentException if one is unknown or out of range
    public WorkloadSettings {
        Workloads.named(workload);
        new Contender(allocator);
        if (threads < 1 || threads > THREADS_MAX) {
            throw bad("threads", threads, "1 to " + THREADS_MAX);
        }
        if (divisor < 1 || divisor > DIVISOR_MAX) {
            throw bad("divide", divisor, "1 to " + DIVISOR_MAX);
        }
        if (sampleDistance < 0) throw bad("sample", sampleDistance, "at least 0");
        if (regionBytes <= 0) throw bad("region", regionBytes, "at least 1 byte");
    }

    /// The same with another program, allocator and number of threads.
    WorkloadSettings with(String otherWorkload, String otherAllocator, int otherThreads) {
        return new WorkloadSettings(
                otherWorkload,
                otherAllocator,
                otherThreads,
                length,
                divisor,
                sampleDistance,
                virtual,
                regionBytes);
    }

    /// As words of a fork's command line; [#parse] reads them.
    List<String> arguments() {
        return List.of(
                workload,
                allocator,
                Integer.toString(threads),
                Integer.toString(length.seconds()),
                Integer.toString(length.rounds()),
                Long.toString(length.operations()),
                Integer.toString(length.warmupSeconds()),
                Integer.toString(divisor),
                Integer.toString(sampleDistance),
                Boolean.toString(virtual),
                Long.toString(regionBytes));
    }

    /// The reverse of [#arguments].
    static WorkloadSettings parse(String[] arguments) {
        return new WorkloadSettings(
                arguments[0],
                arguments[1],
                Integer.parseInt(arguments[2]),
                new WorkloadLength(
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]),
                        Long.parseLong(arguments[5]),
                        Integer.parseInt(arguments[6])),
                Integer.parseInt(arguments[7]),
                Integer.parseInt(arguments[8]),
                Boolean.parseBoolean(arguments[9]),
                Long.parseLong(arguments[10]));
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
