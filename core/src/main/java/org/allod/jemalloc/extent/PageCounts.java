package org.allod.jemalloc.extent;

/// What the pages of an arena were at one moment, in bytes unless said otherwise.
///
/// @param active in slabs and large blocks
/// @param dirty free, as they were left
/// @param muzzy free for longer
/// @param retained address space without pages
/// @param bits of the slabs' tables
/// @param dirtyMillis until dirty pages are gone, or -1
/// @param muzzyMillis until muzzy pages are gone, or -1
/// @param dirtyExtents number of dirty extents
/// @param muzzyExtents number of muzzy extents
/// @param retainedExtents number of retained extents
/// @param dirtyPurges times that dirty pages were purged
/// @param dirtyCalls extents in those
/// @param dirtyPurged pages in those
/// @param muzzyPurges times that muzzy pages were purged
/// @param muzzyCalls extents in those
/// @param muzzyPurged pages in those
public record PageCounts(
        long active,
        long dirty,
        long muzzy,
        long retained,
        long bits,
        long dirtyMillis,
        long muzzyMillis,
        long dirtyExtents,
        long muzzyExtents,
        long retainedExtents,
        long dirtyPurges,
        long dirtyCalls,
        long dirtyPurged,
        long muzzyPurges,
        long muzzyCalls,
        long muzzyPurged) {

    PageCounts(
            long active,
            ExtentSet dirty,
            ExtentSet muzzy,
            ExtentSet retained,
            PageDecay dirtyDecay,
            PageDecay muzzyDecay,
            PurgeCounts purges,
            long bits) {
        this(
                active,
                dirty.bytes(),
                muzzy.bytes(),
                retained.bytes(),
                bits,
                dirtyDecay.millis(),
                muzzyDecay.millis(),
                dirty.count(),
                muzzy.count(),
                retained.count(),
                purges.dirty.purges,
                purges.dirty.calls,
                purges.dirty.pages,
                purges.muzzy.purges,
                purges.muzzy.calls,
                purges.muzzy.pages);
    }
}
