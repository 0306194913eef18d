package org.allod.lab.result;

import java.util.List;

/// Everything that one `compare` found.
///
/// @param machine processor, cores, memory, system and Java, in one line
/// @param settings what was asked for, in one line: region, threads, touch, alignment, repeats
/// @param allocators in the order of the command line; the first is what ratios are against if it
///     is `native:libc`
/// @param traces each trace with its results
public record Comparison(
        String machine, String settings, List<String> allocators, List<TraceResults> traces) {

    /// One trace through every allocator.
    ///
    /// @param trace short name
    /// @param ops operations of one pass
    /// @param threads threads in the trace
    /// @param runs by allocator, in the order of [Comparison#allocators]
    public record TraceResults(String trace, long ops, int threads, List<Run> runs) {}

    /// One allocator on one trace: every fork, the curve and the picture of the first.
    ///
    /// @param median the fork of median time
    /// @param forks all, in turn; empty if the allocator failed
    /// @param failure why there is no result, or null
    /// @param timeline of the checked pass, or null
    /// @param heap at the peak, or null for a C library
    public record Run(
            String allocator,
            RunResult median,
            List<RunResult> forks,
            String failure,
            Timeline timeline,
            HeapMap heap) {}
}
