package org.allod.kit;

/// One call of a random run. Which block it means is settled when it runs: `pick` modulo the live
/// ones, so that every subset of a run is a run, too, and can be shrunk.
///
/// @param pick number of a block
/// @param size bytes wanted, at least 0
/// @param alignmentLog2 of an allocation
record ModelStep(Call call, int pick, int size, int alignmentLog2) {
    enum Call {
        ALLOCATE,
        ZEROED,
        REALLOCATE,
        DEALLOCATE,
        TRIM
    }
}
