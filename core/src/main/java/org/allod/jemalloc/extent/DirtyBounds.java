package org.allod.jemalloc.extent;

/// How many dirty bytes are too many: rules that the original does not have.
///
/// ```
///   in use   ├──────────────────────────────────────────────────────────────┤
///   dirty    ├ stay ┤ plenty ┤ ...
///                   │        └ large extents are cut as well, before pages are asked for
///                   └ a new peak is paid for by the oldest of what is beyond
/// ```
///
/// Without the first rule each turn of a program that breathes would take new pages, since what
/// merged in the last turn is too large for it. Without the second one what lies dirty at the peak
/// comes on top of it: what is asked for then did not fit into any of it.
///
/// Numbers in, numbers out.
final class DirtyBounds {
    /// Dirty bytes that are never plenty. Tuned: none of the recordings of the original has so many
    /// where that decides.
    private static final long PLENTY = 2 << 20;

    private static final int PLENTY_LOG2 = 5;

    /// Dirty bytes that a new peak does not touch. Tuned: 256 KiB made git-diff 10 %
    /// slower.
    private static final long STAY = 512 << 10;

    private static final int STAY_LOG2 = 6;

    private DirtyBounds() {}

    /// Whether so many are plenty beside those in use: above a 32nd of them, and 2 MiB.
    static boolean isPlenty(long dirty, long active) {
        return dirty >= PLENTY && dirty > active >>> PLENTY_LOG2;
    }

    /// How many of them may stay where `above` bytes are asked for beyond the peak: what that
    /// leaves, and a 64th of those in use, and 512 KiB.
    static long stay(long dirty, long active, long above) {
        return Math.max(Math.max(STAY, active >>> STAY_LOG2), dirty - above);
    }
}
