package org.allod.nedmalloc;

/// What all caches of a heap did and hold.
///
/// @param hits requests served
/// @param frees blocks that came
/// @param released blocks that left to their spaces
/// @param kept resizes that no space did
/// @param bytes between the tags of the blocks in them
/// @param recordsMade records of caches so far, each a block of space 0
/// @param recordsGone those freed
/// @param recordBytes bytes between the tags of those that live
record NedCensus(
        long hits,
        long frees,
        long released,
        long kept,
        long bytes,
        long recordsMade,
        long recordsGone,
        long recordBytes) {

    /// Blocks in caches now.
    long blocks() {
        return frees - hits - released;
    }
}
