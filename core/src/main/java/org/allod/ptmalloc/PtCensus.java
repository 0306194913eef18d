package org.allod.ptmalloc;

/// What all caches of a heap have and did, as of one moment.
///
/// @param hits requests that they served so far
/// @param blocks in them now
/// @param bytes that callers could use of those
/// @param records caches with a record
/// @param recordBytes that callers could use if those were not records
record PtCensus(long hits, long blocks, long bytes, long records, long recordBytes) {}
