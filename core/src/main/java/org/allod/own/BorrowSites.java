package org.allod.own;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Where the guards of [RefCell]s were taken, by the block of the cell, while all is traced.
final class BorrowSites {
    private static final Map<Long, Site> TAKEN = new ConcurrentHashMap<>();

    private BorrowSites() {}

    /// A guard begins here. The first one is kept: it is the one in the way.
    static void taken(long block) {
        if (Tracing.level() == Tracing.Level.EVERY) TAKEN.putIfAbsent(block, Site.here());
    }

    /// A guard ends.
    static void released(long block) {
        if (!TAKEN.isEmpty()) TAKEN.remove(block);
    }

    /// Where the guard in the way was taken, to be put at the end of a message.
    static String text(long block) {
        Site site = TAKEN.get(block);
        return site == null ? "" : "; taken at " + site;
    }
}
