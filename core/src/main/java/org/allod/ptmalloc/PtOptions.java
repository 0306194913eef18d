package org.allod.ptmalloc;

import java.util.List;
import org.allod.parts.Quantity;

/// What a [PtMalloc] can be told at its making: glibc's tunables, by glibc's names in [#with].
///
/// ```java
/// new PtMalloc(region, PtOptions.DEFAULT.with("arena_max", 1).with("tcache_count", 0))
/// ```
///
/// @param mxfast largest request that goes to a fastbin, 0 to 160; 0 for none
/// @param trimThreshold bytes at the end of a heap from which on a free gives them back
/// @param topPad bytes at the end of a heap that stay when it gives back
/// @param mmapThreshold chunks of at least so many bytes get pages of their own
/// @param mmapMax how many such runs there may be; 0 for none
/// @param dynamic whether the two thresholds follow the sizes of the runs that are freed
/// @param perturb byte whose complement fills what is allocated, and that fills what is freed; 0
///     for none
/// @param arenaTest arenas made in any case if `arenaMax` is 0
/// @param arenaMax most arenas; 0 for 8 x processors
/// @param tcacheMax largest request that a thread's cache serves, up to 1032
/// @param tcacheCount blocks of one size in a cache, 0 to 65535; 0 for no caches
/// @param tcacheUnsortedLimit chunks filed in one search after which a cached block is taken; 0 for
///     no limit
/// @param trimQuietMillis quiet time after which free pages go back by themselves; 0 for never
/// @param smallAtOnce whether a freed small chunk goes to its bin at once, not to the unsorted
///     queue
/// @param reallocZeroFrees whether a resize to 0 frees the block and answers `NULL`, as C's
///     `realloc` does in glibc; else it keeps the smallest block
public record PtOptions(
        long mxfast,
        long trimThreshold,
        long topPad,
        long mmapThreshold,
        long mmapMax,
        boolean dynamic,
        int perturb,
        int arenaTest,
        int arenaMax,
        long tcacheMax,
        int tcacheCount,
        long tcacheUnsortedLimit,
        long trimQuietMillis,
        boolean smallAtOnce,
        boolean reallocZeroFrees) {

    /// Largest request in a cache. Source: spec 2.3.
    static final long TCACHE_MAX = 1032;

    /// Largest request in a fastbin. Source: spec 2.3.
    private static final long MXFAST_MAX = 160;

    private static final long KIB = 1024;

    private static final List<String> NAMES =
            List.of(
                    "mxfast",
                    "trim_threshold",
                    "top_pad",
                    "mmap_threshold",
                    "mmap_max",
                    "check",
                    "perturb",
                    "arena_test",
                    "arena_max",
                    "tcache_max",
                    "tcache_count",
                    "tcache_unsorted_limit",
                    "hugetlb",
                    "trim_quiet_millis",
                    "small_at_once",
                    "realloc_zero_frees");

    /// As glibc 2.36: up to 8 arenas a processor, nothing given back by itself. Source: spec 2.2.
    public static final PtOptions GLIBC =
            new PtOptions(
                    128, 128 * KIB, 128 * KIB, 128 * KIB, 65536, true, 0, 8, 0, 1032, 7, 0, 0,
                    false, true);

    /// As glibc 2.36 in placing blocks, but with as many arenas as twice the processors that the
    /// container grants, free pages that go back after a second of quiet, and pages of their own
    /// for blocks from 32 MiB on alone, where glibc's dynamic threshold ends: blocks lie the same
    /// whatever was freed before.
    public static final PtOptions DEFAULT =
            GLIBC.with("arena_max", 2L * Runtime.getRuntime().availableProcessors())
                    .with("mmap_threshold", 32 << 20)
                    .with("trim_quiet_millis", 1000)
                    .with("realloc_zero_frees", 0)
                    .following(true);

    /// [#DEFAULT] as in glibc 2.43: no fastbins, 16 blocks of a size in a cache, small chunks filed
    /// at once. Source: spec 2.14.
    public static final PtOptions V2_43 = DEFAULT.version("2.43");

    /// @throws IllegalArgumentException if a number is out of its range
    public PtOptions {
        check("mxfast", mxfast, 0, MXFAST_MAX);
        check("trim_threshold", trimThreshold, 0, Long.MAX_VALUE);
        check("top_pad", topPad, 0, Long.MAX_VALUE >>> 2);
        check("mmap_threshold", mmapThreshold, 0, Long.MAX_VALUE);
        check("mmap_max", mmapMax, 0, Integer.MAX_VALUE);
        check("perturb", perturb, 0, 255);
        check("arena_test", arenaTest, 0, Integer.MAX_VALUE);
        check("arena_max", arenaMax, 0, Integer.MAX_VALUE);
        check("tcache_max", tcacheMax, 0, TCACHE_MAX);
        check("tcache_count", tcacheCount, 0, 65535);
        check("tcache_unsorted_limit", tcacheUnsortedLimit, 0, Long.MAX_VALUE);
        check("trim_quiet_millis", trimQuietMillis, 0, Long.MAX_VALUE >>> 20);
    }

    /// The same with another value for one tunable, by the name that glibc gives it.
    ///
    /// Setting `trim_threshold`, `top_pad`, `mmap_threshold` or `mmap_max` stops the thresholds
    /// from following what is freed, as in glibc. `check` and `hugetlb` are accepted and change
    /// nothing.
    ///
    /// @throws IllegalArgumentException if there is no such tunable, or the value is out of its
    ///     range
    public PtOptions with(String tunable, long value) {
        boolean fixed =
                switch (tunable) {
                    case "trim_threshold", "top_pad", "mmap_threshold", "mmap_max" -> true;
                    case "mxfast", "perturb", "arena_test", "arena_max", "tcache_max" -> false;
                    case "tcache_count", "tcache_unsorted_limit", "trim_quiet_millis" -> false;
                    case "small_at_once", "realloc_zero_frees", "check", "hugetlb" -> false;
                    default -> throw unknown(tunable);
                };
        return new PtOptions(
                tunable.equals("mxfast") ? value : mxfast,
                tunable.equals("trim_threshold") ? value : trimThreshold,
                tunable.equals("top_pad") ? value : topPad,
                tunable.equals("mmap_threshold") ? value : mmapThreshold,
                tunable.equals("mmap_max") ? value : mmapMax,
                dynamic && !fixed,
                tunable.equals("perturb") ? toInt(tunable, value) : perturb,
                tunable.equals("arena_test") ? toInt(tunable, value) : arenaTest,
                tunable.equals("arena_max") ? toInt(tunable, value) : arenaMax,
                tunable.equals("tcache_max") ? value : tcacheMax,
                tunable.equals("tcache_count") ? toInt(tunable, value) : tcacheCount,
                tunable.equals("tcache_unsorted_limit") ? value : tcacheUnsortedLimit,
                tunable.equals("trim_quiet_millis") ? value : trimQuietMillis,
                tunable.equals("small_at_once") ? value != 0 : smallAtOnce,
                tunable.equals("realloc_zero_frees") ? value != 0 : reallocZeroFrees);
    }

    /// The same with another value, as a command line has it.
    ///
    /// Beside the tunables: `glibc` is `2.36` or `2.43`, as in [#V2_43]; `defaults` is `glibc`, as
    /// in [#GLIBC], or `allod`, and forgets all that was set before.
    ///
    /// @param value a number, k, m or g allowed
    /// @throws IllegalArgumentException if there is no such tunable, or the value is out of its
    ///     range
    public PtOptions with(String tunable, String value) {
        if (tunable.equals("glibc")) return version(value);
        if (tunable.equals("defaults")) {
            return switch (value) {
                case "glibc" -> GLIBC;
                case "allod" -> DEFAULT;
                default -> throw bad(tunable, value, "glibc or allod");
            };
        }
        if (!NAMES.contains(tunable)) throw unknown(tunable);
        return with(tunable, Quantity.parse(tunable, value));
    }

    private PtOptions version(String number) {
        return switch (number) {
            case "2.36" -> versionOf(GLIBC.mxfast, GLIBC.tcacheCount, 0);
            case "2.43" -> versionOf(0, 16, 1);
            default -> throw bad("glibc", number, "2.36 or 2.43");
        };
    }

    private PtOptions versionOf(long fast, long cached, long atOnce) {
        return with("mxfast", fast).with("tcache_count", cached).with("small_at_once", atOnce);
    }

    /// The same; the thresholds follow what is freed, or not.
    private PtOptions following(boolean frees) {
        return new PtOptions(
                mxfast,
                trimThreshold,
                topPad,
                mmapThreshold,
                mmapMax,
                frees,
                perturb,
                arenaTest,
                arenaMax,
                tcacheMax,
                tcacheCount,
                tcacheUnsortedLimit,
                trimQuietMillis,
                smallAtOnce,
                reallocZeroFrees);
    }

    /// Most arenas on a machine of so many processors.
    int arenaLimit(int processors) {
        if (arenaMax > 0) return arenaMax;
        return (int) Math.max(arenaTest, Math.min(Integer.MAX_VALUE, 8L * processors));
    }

    private static int toInt(String name, long value) {
        check(name, value, 0, Integer.MAX_VALUE);
        return (int) value;
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw bad(name, value, least + " to " + most);
        }
    }

    private static IllegalArgumentException bad(String name, Object value, String expected) {
        return new IllegalArgumentException(name + "=" + value + ", expected " + expected);
    }

    private static IllegalArgumentException unknown(String tunable) {
        return bad("tunable", tunable, "one of " + String.join(", ", NAMES) + ", glibc, defaults");
    }
}
