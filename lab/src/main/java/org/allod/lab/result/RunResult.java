package org.allod.lab.result;

/// One trace through one allocator in one forked JVM. Bytes; -1 where a number is not known.
///
/// @param trace short name of the trace
/// @param allocator name, or `native:...`
/// @param threads threads that replayed it
/// @param ops operations of one pass
/// @param nsPerOp median wall time of an operation, warm
/// @param coldNsPerOp the same of the first pass
/// @param settled whether two passes in a row came within 5 % before the measured ones
/// @param peakRequested largest sum of requested sizes (R)
/// @param peakGranted largest sum of block sizes (G)
/// @param peakHeld largest number of bytes held (H)
/// @param peakCommitted largest number of bytes committed (C)
/// @param peakExtent largest offset + requested size of any block
/// @param peakRss largest number of bytes of the regions that were in memory
/// @param failures requests answered with no block
/// @param verified whether contents and invariants held in the extra pass
public record RunResult(
        String trace,
        String allocator,
        int threads,
        long ops,
        double nsPerOp,
        double coldNsPerOp,
        boolean settled,
        long peakRequested,
        long peakGranted,
        long peakHeld,
        long peakCommitted,
        long peakExtent,
        long peakRss,
        long failures,
        boolean verified) {}
