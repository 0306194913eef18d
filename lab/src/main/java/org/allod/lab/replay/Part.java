package org.allod.lab.replay;

/// What one thread replays: its operations as columns, cut into segments.
///
/// ```
///   operations  a a f │ a r │ f f a │ ...        one column entry an operation
///   ends              3     5       8            where each segment ends
///   waitParts        -1     2      -1            before it: wait for that part ...
///   waitCounts        0     7       0            ... until it has done so many operations
/// ```
///
/// A segment is what the player runs in one go. A part tells the others how far it has come at the
/// end of each segment, so every operation that somebody waits for ends one.
///
/// @param operations `a`, `r` or `f`, as in the trace; an `r` to 0 has become `f`, as in C
/// @param slots whose block it is
/// @param sizes bytes asked for
/// @param alignments log2 of the alignment of the block, for each kind of operation
/// @param origins number of the operation in the trace
/// @param ends of the segments, rising; the last is the number of operations
/// @param waitParts part to wait for before each segment, or -1
/// @param waitCounts operations that it must have done
record Part(
        byte[] operations,
        int[] slots,
        long[] sizes,
        byte[] alignments,
        int[] origins,
        int[] ends,
        int[] waitParts,
        int[] waitCounts) {

    int length() {
        return operations.length;
    }
}
