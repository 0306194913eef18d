package org.allod.own;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.allod.Allocator;

/// Which owners remember where they were made and ended, and are missed when they are collected
/// open.
///
/// | level | who is watched | what an owner costs more |
/// |---|---|---|
/// | `OFF` | nobody | nothing |
/// | `SAMPLED` | every 128th, at most 4,000 a second | 2 % of the time at most |
/// | `EVERY` | all | about 5 us and 0.5 kB of Java heap until it has ended |
///
/// Of an owner that is watched, an error names the line that closed or moved it, a leak the line
/// that made it. The default is `SAMPLED`, or what `-Dallod.tracing=off|sampled|every` says.
///
/// **A leak** is an owner that was collected without having been closed. It is told once for each
/// place that makes such owners, to the [System.Logger] `org.allod.own` or to [#onLeak]. Its
/// memory is freed by the next thread that may: the collector's puts the blocks on the list of
/// [org.allod.Strays] only. With [#keepLeaks] it stays for good. The blocks of a leaked [Rc] always
/// stay, since its counts are one thread's.
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

    /// Nanoseconds that one sampled owner must pay for: watching it takes 5 us or so, 2 % of them.
    /// Source: the JDK's Flight Recorder limits its allocation samples so.
    private static final long GAP = 250_000;

    /// Owners sampled at once, before the limit tells.
    private static final long BURST = 1000;

    private static Level level = initial(System.getProperty("allod.tracing"));

    /// Counts owners made, roughly: threads may overwrite each other.
    private static int made;

    /// When the next one may be sampled: in the past by what was saved up. Roughly, too.
    private static long next = System.nanoTime() - BURST * GAP;

    private Tracing() {}

    private static Level initial(String property) {
        if (property == null) return Level.SAMPLED;
        for (Level each : Level.values()) {
            if (each.name().equals(property.toUpperCase(Locale.ROOT))) return each;
        }
        throw new IllegalArgumentException(
                "allod.tracing=" + property + ", expected off, sampled or every");
    }

    /// What is traced now.
    public static Level level() {
        return level;
    }

    /// Chooses what is traced from now on.
    public static void level(Level wanted) {
        level = Objects.requireNonNull(wanted, "wanted");
    }

    /// Who is told of leaks, on a thread of ours. Null: the logger.
    public static void onLeak(Consumer<? super Leak> listener) {
        Leaks.listener(listener);
    }

    /// Whether the memory of leaked owners stays as it is. Default: it is freed.
    public static void keepLeaks(boolean wanted) {
        Watch.keepLeaks(wanted);
    }

    /// Owners of an allocator that are watched and open now, by the place that made them: most
    /// bytes first.
    ///
    /// What they own is counted; an owner in another one is part of that. Nobody may change them
    /// meanwhile.
    public static List<Leak> live(Allocator allocator) {
        return Watch.live(Objects.requireNonNull(allocator, "allocator"));
    }

    /// Whether the owner that is being made is to be watched.
    static boolean isOn() {
        return level != Level.OFF && isSampled();
    }

    private static boolean isSampled() {
        return level == Level.EVERY || (++made & SAMPLE - 1) == 0 && isAffordable();
    }

    /// Whether the limit of samples a second allows one more.
    private static boolean isAffordable() {
        long now = System.nanoTime();
        long wait = next - now;
        if (wait > 0) return false;
        next = now + Math.max(wait, -BURST * GAP) + GAP;
        return true;
    }
}
