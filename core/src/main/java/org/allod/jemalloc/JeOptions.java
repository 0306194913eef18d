package org.allod.jemalloc;

import java.util.ArrayList;
import java.util.List;

/// What can be set, by jemalloc's own names.
///
/// ```java
/// JeOptions options = JeOptions.parse("narenas:1,dirty_decay_ms:-1,prof:true");
/// ```
///
/// Immutable. Source: spec 3.7, jemalloc's manual for the defaults, but for `background_thread`,
/// which is on here: there is one thread for all heaps, and memory that comes back is why one takes
/// jemalloc.
///
/// @param narenas automatic arenas at most; 0: four times the processors, 1 on a single one
/// @param tcache whether threads have caches
/// @param tcacheMax largest request that they serve, in bytes, up to 1 MiB; rounded to a class
/// @param dirtyDecayMs milliseconds until free pages have gone; 0 at once, -1 never
/// @param muzzyDecayMs milliseconds that they have after that; 0 none, -1 for ever
/// @param backgroundThread whether pages also go while nobody calls
/// @param oversizeThreshold blocks from here on have an arena without decay; 0: none
/// @param lgExtentMaxActiveFit a dirty extent above the request << this is not cut for it
/// @param cacheOblivious whether large blocks start at different lines of the processor's caches
/// @param zero whether every block is zero
/// @param junkAlloc whether a new block is filled with 0xA5
/// @param junkFree whether a freed block is filled with 0x5A
/// @param prof whether a heap profile can be taken
/// @param profActive whether blocks are sampled
/// @param lgProfSample log2 of the bytes between two samples
/// @param profLeak whether `close` tells what was not freed
/// @param profWaste whether it can be told whose blocks pin partly used slabs; not in jemalloc
/// @param statsPrint whether `close` tells the statistics
/// @param statsPrintOpts what of them: as `JeMalloc.statsText`
public record JeOptions(
        int narenas,
        boolean tcache,
        long tcacheMax,
        long dirtyDecayMs,
        long muzzyDecayMs,
        boolean backgroundThread,
        long oversizeThreshold,
        int lgExtentMaxActiveFit,
        boolean cacheOblivious,
        boolean zero,
        boolean junkAlloc,
        boolean junkFree,
        boolean prof,
        boolean profActive,
        int lgProfSample,
        boolean profLeak,
        boolean profWaste,
        boolean statsPrint,
        String statsPrintOpts) {

    /// What jemalloc does by default, and a background thread.
    public static final JeOptions DEFAULT =
            new JeOptions(
                    0, true, 32 << 10, 10_000, 0, true, 8 << 20, 6, true, false, false, false,
                    false, true, 19, false, false, false, "");

    /// Largest `tcache_max`. Derived: classes that a byte of the live map can name.
    private static final long TCACHE_MAX = 1 << 20;

    /// @throws IllegalArgumentException if a number is out of its range
    public JeOptions {
        check("narenas", narenas, 0, 4095);
        check("tcache_max", tcacheMax, 8, TCACHE_MAX);
        check("dirty_decay_ms", dirtyDecayMs, -1, Long.MAX_VALUE >>> 24);
        check("muzzy_decay_ms", muzzyDecayMs, -1, Long.MAX_VALUE >>> 24);
        check("oversize_threshold", oversizeThreshold, 0, Long.MAX_VALUE);
        check("lg_extent_max_active_fit", lgExtentMaxActiveFit, 0, 64);
        check("lg_prof_sample", lgProfSample, 0, 62);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s=%d, expected %d to %d".formatted(name, value, min, max));
        }
    }

    /// The defaults, changed by `name:value` pairs with commas between.
    ///
    /// @throws IllegalArgumentException naming what is unknown or out of range, and what would not
    ///     be
    public static JeOptions parse(String conf) {
        return DEFAULT.with(conf);
    }

    /// These options, changed by `name:value` pairs with commas between; as [#parse].
    public JeOptions with(String conf) {
        Draft draft = new Draft(this);
        if (!conf.isEmpty()) {
            for (String pair : conf.split(",", -1)) {
                int colon = pair.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException("option=" + pair + ", expected name:value");
                }
                draft.set(pair.substring(0, colon), pair.substring(colon + 1));
            }
        }
        return draft.options();
    }

    /// These options with another value for one of them; as [#parse].
    public JeOptions with(String name, String value) {
        Draft draft = new Draft(this);
        draft.set(name, value);
        return draft.options();
    }

    /// Every option as `name:value`, in the order of the record.
    public List<String> pairs() {
        Draft draft = new Draft(this);
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < Draft.NAMES.size(); i++) {
            pairs.add(Draft.NAMES.get(i) + ":" + draft.values.get(i));
        }
        return pairs;
    }

    /// The options as texts, while they are changed.
    private static final class Draft {
        static final List<String> NAMES =
                List.of(
                        "narenas",
                        "tcache",
                        "tcache_max",
                        "dirty_decay_ms",
                        "muzzy_decay_ms",
                        "background_thread",
                        "oversize_threshold",
                        "lg_extent_max_active_fit",
                        "cache_oblivious",
                        "zero",
                        "junk",
                        "prof",
                        "prof_active",
                        "lg_prof_sample",
                        "prof_leak",
                        "prof_waste",
                        "stats_print",
                        "stats_print_opts");

        final List<Object> values;

        Draft(JeOptions of) {
            String junk =
                    of.junkAlloc ? of.junkFree ? "true" : "alloc" : of.junkFree ? "free" : "false";
            values =
                    new ArrayList<>(
                            List.of(
                                    of.narenas,
                                    of.tcache,
                                    of.tcacheMax,
                                    of.dirtyDecayMs,
                                    of.muzzyDecayMs,
                                    of.backgroundThread,
                                    of.oversizeThreshold,
                                    of.lgExtentMaxActiveFit,
                                    of.cacheOblivious,
                                    of.zero,
                                    junk,
                                    of.prof,
                                    of.profActive,
                                    of.lgProfSample,
                                    of.profLeak,
                                    of.profWaste,
                                    of.statsPrint,
                                    of.statsPrintOpts));
        }

        void set(String name, String value) {
            int at = NAMES.indexOf(name);
            if (name.equals("lg_tcache_max")) {
                at = NAMES.indexOf("tcache_max");
                value = Long.toString(1L << Math.clamp(number(name, value), 0, 62));
                name = "tcache_max";
            }
            if (at < 0) {
                throw new IllegalArgumentException(
                        "option=" + name + ", expected one of " + String.join(", ", NAMES));
            }
            if (name.equals("junk")) {
                choice(name, value, "true", "false", "alloc", "free");
                values.set(at, value);
                return;
            }
            values.set(
                    at,
                    switch (values.get(at)) {
                        case Boolean _ -> choice(name, value, "true", "false").equals("true");
                        case Integer _ -> Math.toIntExact(number(name, value));
                        case Long _ -> number(name, value);
                        default -> value;
                    });
        }

        private static String choice(String name, String value, String... choices) {
            if (List.of(choices).contains(value)) return value;
            throw new IllegalArgumentException(
                    name + "=" + value + ", expected one of " + String.join(", ", choices));
        }

        private static long number(String name, String value) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException _) {
                throw new IllegalArgumentException(
                        name + "=" + value + ", expected a whole number");
            }
        }

        JeOptions options() {
            String junk = (String) values.get(10);
            return new JeOptions(
                    (int) values.get(0),
                    (boolean) values.get(1),
                    (long) values.get(2),
                    (long) values.get(3),
                    (long) values.get(4),
                    (boolean) values.get(5),
                    (long) values.get(6),
                    (int) values.get(7),
                    (boolean) values.get(8),
                    (boolean) values.get(9),
                    junk.equals("true") || junk.equals("alloc"),
                    junk.equals("true") || junk.equals("free"),
                    (boolean) values.get(11),
                    (boolean) values.get(12),
                    (int) values.get(13),
                    (boolean) values.get(14),
                    (boolean) values.get(15),
                    (boolean) values.get(16),
                    (String) values.get(17));
        }
    }
}
