package org.allod.hoard;

/// What a heap of Hoard holds, as of one moment.
///
/// @param number 0 for the global heap
/// @param threads platform threads that allocate from it
/// @param used bytes of its blocks that are with callers or in buffers: the paper's u
/// @param held bytes of its superblocks: the paper's a
/// @param empty superblocks of it that have no block out
public record HoardHeapInfo(int number, int threads, long used, long held, long empty) {}
