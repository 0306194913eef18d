package org.allod.profile;

/// A block that was sampled and still lives.
///
/// @param site who allocated it
/// @param bytes of it that are counted
/// @param weight how many blocks it stands for, at least 1
record SampledBlock(Site site, long bytes, double weight) {}
