package org.allod.lab.replay;

import java.util.Locale;

/// How a trace is replayed.
///
/// @param regionBytes address space that one of our allocators gets, at least 1
/// @param ownThreads whether each thread of the trace replays its own operations; else one thread
///     replays all in the trace's order
/// @param touch what is written to each block
/// @param alignment that every request asks for, a power of two, or 0: the trace's column, else 16
/// @param copyRealloc whether an `r` allocates, copies and frees, instead of asking the allocator
/// @param brief whether a fork of `compare` warms up for less than half of the time
public record ReplaySettings(
        long regionBytes,
        boolean ownThreads,
        Touch touch,
        long alignment,
        boolean copyRealloc,
        boolean brief) {

    /// Alignment of a request for which neither trace nor settings name one. Source: C's `malloc`
    /// on 64-bit systems.
    public static final long DEFAULT_ALIGNMENT = 16;

    /// Address space where nothing else is asked for.
    public static final long DEFAULT_REGION_BYTES = 4L << 30;

    /// What `compare` takes where nothing else is asked for.
    public static final ReplaySettings DEFAULT =
            new ReplaySettings(DEFAULT_REGION_BYTES, false, Touch.PAGE, 0, false);

    /// Settings that are not brief.
    public ReplaySettings(
            long regionBytes,
            boolean ownThreads,
            Touch touch,
            long alignment,
            boolean copyRealloc) {
        this(regionBytes, ownThreads, touch, alignment, copyRealloc, false);
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if one is out of range
    public ReplaySettings {
        if (regionBytes <= 0) throw bad("region", regionBytes, "at least 1 byte");
        if (alignment < 0 || Long.bitCount(alignment) > 1) {
            throw bad("alignment", alignment, "a power of two");
        }
    }

    /// In one line for people: `region 4g, one thread, ...`.
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "region %s, %s, touch %s, alignment %s%s",
                bytes(regionBytes),
                ownThreads ? "own threads" : "one thread",
                touch.name().toLowerCase(Locale.ROOT),
                alignment == 0 ? "of the trace or " + DEFAULT_ALIGNMENT : alignment,
                brief ? ", a brief warm-up" : "");
    }

    /// The same, brief or not.
    public ReplaySettings brief(boolean wanted) {
        return new ReplaySettings(regionBytes, ownThreads, touch, alignment, copyRealloc, wanted);
    }

    /// Bytes as they are written on the command line.
    private static String bytes(long bytes) {
        int shift = Math.min(30, Long.numberOfTrailingZeros(bytes) / 10 * 10);
        String[] units = {"", "k", "m", "g"};
        return (bytes >> shift) + units[shift / 10];
    }

    /// In one line for a fork's command line: `region=... threads=own ...`; [#parse] reads it.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "region=%d threads=%s touch=%s alignment=%s realloc=%s brief=%s",
                regionBytes,
                ownThreads ? "own" : "order",
                touch.name().toLowerCase(Locale.ROOT),
                alignment == 0 ? "trace" : Long.toString(alignment),
                copyRealloc ? "copy" : "own",
                brief);
    }

    /// The reverse of [#toString].
    ///
    /// @throws IllegalArgumentException if the text is not one that `toString` makes
    public static ReplaySettings parse(String text) {
        ReplaySettings settings = DEFAULT;
        for (String pair : text.split(" ")) {
            int equals = pair.indexOf('=');
            settings = settings.with(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return settings;
    }

    private ReplaySettings with(String name, String value) {
        long region = name.equals("region") ? Long.parseLong(value) : regionBytes;
        boolean own = name.equals("threads") ? value.equals("own") : ownThreads;
        Touch what = name.equals("touch") ? Touch.valueOf(value.toUpperCase(Locale.ROOT)) : touch;
        boolean copy = name.equals("realloc") ? value.equals("copy") : copyRealloc;
        long exact = alignment;
        if (name.equals("alignment")) exact = value.equals("trace") ? 0 : Long.parseLong(value);
        boolean quick = name.equals("brief") ? value.equals("true") : brief;
        return new ReplaySettings(region, own, what, exact, copy, quick);
    }

    private static IllegalArgumentException bad(String name, long value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }
}
