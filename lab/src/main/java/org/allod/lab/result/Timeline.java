package org.allod.lab.result;

/// Live, granted, held and committed bytes over the operations of a pass; -1 where not known.
///
/// All arrays have one length, at most a few thousand; the moment of the largest `requested` is
/// among the samples.
///
/// @param operation number of operations done at each sample, rising
/// @param requested R
/// @param granted G
/// @param held H
/// @param committed C
public record Timeline(
        long[] operation, long[] requested, long[] granted, long[] held, long[] committed) {}
