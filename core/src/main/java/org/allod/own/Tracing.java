package org.allod.own;

/// Which owners remember where they were made and ended, and are missed when they are collected
/// open.
///
/// | level | who is watched | cost of an owner |
/// |---|---|---|
/// | `OFF` | nobody | one load |
/// | `SAMPLED` | every 128th | about 30 ns on average |
/// | `EVERY` | all | about 3 us and 300 B of Java heap, until it has ended |
///
/// Of who is watched, an error names the line that closed or moved it, a leak the line that made
/// it. Default: `SAMPLED`, or what `-Dallod.tracing=off|sampled|every` says.
///
/// Any thread; a change holds for owners that are made after it.
public final class Tracing {
    /// How many owners are watched.
    public enum Level {
        /// None.
        OFF,
        /// One in 128.
        SAMPLED,
        /// All.
        EVERY
    }

    /// One owner in so many is watched when sampled; a power of two. Source: Netty's leak detector.
    private static final int SAMPLE = 128;

    private static Level level = Level.SAMPLED;

    /// Counts owners made, roughly: threads may overwrite each other.
    private static int made;

    private Tracing() {}

    /// What is traced now.
    public static Level level() {
        return level;
    }

    /// Chooses what is traced from now on.
    public static void level(Level wanted) {
        level = wanted;
    }

    /// Whether the owner that is being made is to be watched.
    static boolean isOn() {
        return level != Level.OFF && isSampled();
    }

    private static boolean isSampled() {
        return level == Level.EVERY || (++made & SAMPLE - 1) == 0;
    }
}
