package org.allod.jemalloc;

import static org.allod.jemalloc.JeOption.flag;
import static org.allod.jemalloc.JeOption.number;
import static org.allod.jemalloc.JeOption.text;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What can be set, by jemalloc's own names.
///
/// ```java
/// JeOptions options = JeOptions.parse("narenas:1,dirty_decay_ms:-1,prof:true");
/// ```
///
/// Immutable. Source: spec 3.7, jemalloc's manual for the defaults, but for `background_thread` and
/// `abort_conf`, which are on here: there is one thread for all heaps, and memory that comes back
/// is why one takes jemalloc; and a misspelt option is better refused than forgotten.
public final class JeOptions {
    private static final System.Logger LOG = System.getLogger("org.allod.jemalloc");

    /// Largest `tcache_max`. Derived: classes that a byte of the live map can name.
    private static final long TCACHE_MAX = 1 << 20;

    /// Most places of a class. Derived: those of 61 classes are numbered by 16 bits.
    private static final long SLOTS_MAX = 1024;

    /// Derived: nanoseconds in a `long`, with room.
    private static final long MILLIS_MAX = Long.MAX_VALUE >>> 24;

    private static final List<JeOption> ALL =
            List.of(
                    flag("abort_conf", true),
                    number("narenas", 0, 0, 4095),
                    flag("tcache", true),
                    number("tcache_max", 32 << 10, 8, TCACHE_MAX),
                    number("tcache_nslots_small_min", 20, 1, SLOTS_MAX),
                    number("tcache_nslots_small_max", 200, 1, SLOTS_MAX),
                    number("tcache_nslots_large", 20, 1, SLOTS_MAX),
                    number("lg_tcache_nslots_mul", 1, -16, 16),
                    number("tcache_gc_incr_bytes", 64 << 10, 1 << 10, 1L << 40),
                    number("lg_tcache_flush_small_div", 1, 1, 16),
                    number("lg_tcache_flush_large_div", 1, 1, 16),
                    number("dirty_decay_ms", 10_000, -1, MILLIS_MAX),
                    number("muzzy_decay_ms", 0, -1, MILLIS_MAX),
                    flag("background_thread", true),
                    number("oversize_threshold", 8 << 20, 0, Long.MAX_VALUE),
                    number("lg_extent_max_active_fit", 6, 0, 64),
                    flag("cache_oblivious", true),
                    flag("zero", false),
                    text("junk", "false", "true", "false", "alloc", "free"),
                    flag("prof", false),
                    flag("prof_active", true),
                    number("lg_prof_sample", 19, 0, 62),
                    text("prof_prefix", "jeprof"),
                    flag("prof_final", false),
                    number("lg_prof_interval", -1, -1, 62),
                    flag("prof_gdump", false),
                    flag("prof_leak", false),
                    flag("prof_waste", false),
                    flag("stats_print", false),
                    text("stats_print_opts", ""),
                    number("stats_interval", -1, -1, Long.MAX_VALUE),
                    text("stats_interval_opts", ""));

    /// What jemalloc does by default, and a background thread.
    public static final JeOptions DEFAULT = new JeOptions(defaults());

    private final Map<String, Object> values;

    private JeOptions(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (JeOption option : ALL) values.put(option.name(), option.byDefault());
        return values;
    }

    // ---- reading and writing ----

    /// The defaults, changed by `name:value` pairs with commas between.
    ///
    /// @throws IllegalArgumentException naming what is unknown or out of range, and what would not
    ///     be; unless `abort_conf:false` is among them
    public static JeOptions parse(String conf) {
        return DEFAULT.with(conf);
    }

    /// These options, changed by `name:value` pairs with commas between; as [#parse].
    public JeOptions with(String conf) {
        if (conf.isEmpty()) return this;
        Map<String, Object> changed = new LinkedHashMap<>(values);
        List<IllegalArgumentException> wrong = new ArrayList<>();
        for (String pair : conf.split(",", -1)) {
            try {
                int colon = pair.indexOf(':');
                if (colon < 1) throw JeOption.wrong("option", pair, "name:value");
                set(changed, pair.substring(0, colon), pair.substring(colon + 1));
            } catch (IllegalArgumentException refused) {
                wrong.add(refused);
            }
        }
        return checked(changed, wrong);
    }

    /// These options with another value for one of them; as [#parse].
    public JeOptions with(String name, String value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        List<IllegalArgumentException> wrong = new ArrayList<>();
        try {
            set(changed, name, value);
        } catch (IllegalArgumentException refused) {
            wrong.add(refused);
        }
        return checked(changed, wrong);
    }

    private static JeOptions checked(
            Map<String, Object> changed, List<IllegalArgumentException> wrong) {
        if (!wrong.isEmpty() && changed.get("abort_conf").equals(true)) throw wrong.getFirst();
        for (IllegalArgumentException each : wrong) LOG.log(Level.WARNING, each.getMessage());
        return new JeOptions(changed);
    }

    private static void set(Map<String, Object> values, String name, String value) {
        if (name.equals("lg_tcache_max")) {
            long log2 = Math.clamp(JeOption.number(name, value), 0, 62);
            set(values, "tcache_max", Long.toString(1L << log2));
            return;
        }
        for (JeOption option : ALL) {
            if (option.name().equals(name)) {
                values.put(name, option.parse(value));
                return;
            }
        }
        String known = String.join(", ", values.keySet());
        throw JeOption.wrong("option", name, "one of " + known);
    }

    /// Every option as `name:value`, in a fixed order; [#parse] reads them joined by commas.
    public List<String> pairs() {
        List<String> pairs = new ArrayList<>();
        values.forEach((name, value) -> pairs.add(name + ":" + value));
        return pairs;
    }

    /// Every value by its name: a `Boolean`, a `Long` or a `String`.
    Map<String, Object> values() {
        return values;
    }

    private boolean is(String name) {
        return (boolean) values.get(name);
    }

    private long get(String name) {
        return (long) values.get(name);
    }

    private int small(String name) {
        return Math.toIntExact(get(name));
    }

    /// Whether all values are the same.
    @Override
    public boolean equals(Object other) {
        return other instanceof JeOptions that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /// As `malloc_conf` would have it.
    @Override
    public String toString() {
        return String.join(",", pairs());
    }

    // ---- each of them ----

    /// Automatic arenas at most; 0: four times the processors, 1 on a single one.
    public int narenas() {
        return small("narenas");
    }

    /// Whether threads have caches.
    public boolean tcache() {
        return is("tcache");
    }

    /// Largest request that they serve, in bytes; rounded to a class.
    public long tcacheMax() {
        return get("tcache_max");
    }

    /// Blocks of a small class that a cache holds at most, where two slabs have fewer.
    public int tcacheNslotsSmallMin() {
        return small("tcache_nslots_small_min");
    }

    /// Blocks of a small class that a cache ever holds.
    public int tcacheNslotsSmallMax() {
        return small("tcache_nslots_small_max");
    }

    /// Blocks of a large class that a cache holds at most.
    public int tcacheNslotsLarge() {
        return small("tcache_nslots_large");
    }

    /// A slab's regions << this are the blocks of a small class that a cache holds.
    public int lgTcacheNslotsMul() {
        return small("lg_tcache_nslots_mul");
    }

    /// Bytes that a thread allocates, or frees, between two looks at a class of its cache.
    public long tcacheGcIncrBytes() {
        return get("tcache_gc_incr_bytes");
    }

    /// Of a full small class this part stays, log2, when the others leave.
    public int lgTcacheFlushSmallDiv() {
        return small("lg_tcache_flush_small_div");
    }

    /// Of a full large class this part stays, log2.
    public int lgTcacheFlushLargeDiv() {
        return small("lg_tcache_flush_large_div");
    }

    /// Milliseconds until free pages have gone; 0 at once, -1 never.
    public long dirtyDecayMs() {
        return get("dirty_decay_ms");
    }

    /// Milliseconds that they have after that; 0 none, -1 for ever.
    public long muzzyDecayMs() {
        return get("muzzy_decay_ms");
    }

    /// Whether pages also go while nobody calls.
    public boolean backgroundThread() {
        return is("background_thread");
    }

    /// Blocks of so many bytes and more have an arena without decay; 0: none.
    public long oversizeThreshold() {
        return get("oversize_threshold");
    }

    /// A dirty extent above the request << this is not cut for it.
    public int lgExtentMaxActiveFit() {
        return small("lg_extent_max_active_fit");
    }

    /// Whether large blocks start at different lines of the processor's caches.
    public boolean cacheOblivious() {
        return is("cache_oblivious");
    }

    /// Whether every block is zero.
    public boolean zero() {
        return is("zero");
    }

    /// Whether a new block is filled with 0xA5.
    public boolean junkAlloc() {
        return junk("alloc");
    }

    /// Whether a freed block is filled with 0x5A.
    public boolean junkFree() {
        return junk("free");
    }

    private boolean junk(String what) {
        Object junk = values.get("junk");
        return junk.equals("true") || junk.equals(what);
    }

    /// Whether a heap profile can be taken.
    public boolean prof() {
        return is("prof");
    }

    /// Whether blocks are sampled.
    public boolean profActive() {
        return is("prof_active");
    }

    /// log2 of the bytes between two samples.
    public int lgProfSample() {
        return small("lg_prof_sample");
    }

    /// How the names of dumped profiles begin: `<prefix>.<pid>.<seq>.<kind>.heap`. Empty: none is
    /// dumped but on demand.
    public String profPrefix() {
        return (String) values.get("prof_prefix");
    }

    /// Whether `close` dumps a profile.
    public boolean profFinal() {
        return is("prof_final");
    }

    /// log2 of the bytes allocated between two dumps; -1: no dumps.
    public int lgProfInterval() {
        return small("lg_prof_interval");
    }

    /// Whether a new peak of the committed bytes dumps a profile.
    public boolean profGdump() {
        return is("prof_gdump");
    }

    /// Whether `close` tells what was not freed.
    public boolean profLeak() {
        return is("prof_leak");
    }

    /// Whether it can be told whose blocks pin partly used slabs. Not in jemalloc.
    public boolean profWaste() {
        return is("prof_waste");
    }

    /// Whether `close` tells the statistics.
    public boolean statsPrint() {
        return is("stats_print");
    }

    /// What of them: as [JeControl#statsText].
    public String statsPrintOpts() {
        return (String) values.get("stats_print_opts");
    }

    /// Bytes allocated between two times that the statistics are told; -1: never.
    public long statsInterval() {
        return get("stats_interval");
    }

    /// What of them.
    public String statsIntervalOpts() {
        return (String) values.get("stats_interval_opts");
    }
}
