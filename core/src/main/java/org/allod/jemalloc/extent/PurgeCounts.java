package org.allod.jemalloc.extent;

/// How often pages were purged. Under the lock of the arena's pages.
final class PurgeCounts {
    /// Of dirty or of muzzy pages.
    static final class Stage {
        long purges;
        long calls;
        long pages;
    }

    final Stage dirty = new Stage();
    final Stage muzzy = new Stage();
}
