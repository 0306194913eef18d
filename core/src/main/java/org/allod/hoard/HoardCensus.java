package org.allod.hoard;

/// What all buffers did, and what they hold, as of one moment.
///
/// @param pops requests that buffers served
/// @param pushes blocks that callers put into buffers
/// @param resizes resizes that kept a block where it was
/// @param blocks in buffers now
/// @param bytes of those
record HoardCensus(long pops, long pushes, long resizes, long blocks, long bytes) {}
