package org.allod.parts;

/// What a [PageHeap] has asked of the system so far. Under its lock; read without, as of some
/// moment.
public final class PageHeapCounts {
    long commits;
    long pagesCommitted;
    long decommits;
    long pagesDecommitted;
    long reserves;
    long pagesReserved;
    long scavenges;

    PageHeapCounts() {}

    /// Times that pages were committed.
    public long commits() {
        return commits;
    }

    /// Pages that were committed, each time anew.
    public long pagesCommitted() {
        return pagesCommitted;
    }

    /// Times that pages were given back.
    public long decommits() {
        return decommits;
    }

    /// Pages that were given back, each time anew.
    public long pagesDecommitted() {
        return pagesDecommitted;
    }

    /// Times that the frontier grew.
    public long reserves() {
        return reserves;
    }

    /// Pages by which it grew.
    public long pagesReserved() {
        return pagesReserved;
    }

    /// Times that a free led to a release.
    public long scavenges() {
        return scavenges;
    }
}
