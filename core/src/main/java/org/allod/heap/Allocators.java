package org.allod.heap;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.bucket.BucketAllocator;
import org.allod.buddy.BuddyAllocator;
import org.allod.dlmalloc.DlMalloc;
import org.allod.hoard.HoardMalloc;
import org.allod.hoard.HoardOptions;
import org.allod.jemalloc.JeMalloc;
import org.allod.jemalloc.JeOptions;
import org.allod.liballoc.LibAlloc;
import org.allod.nedmalloc.NedMalloc;
import org.allod.ptmalloc.PtMalloc;
import org.allod.ptmalloc.PtOptions;
import org.allod.simplebuddy.SimpleBuddyAllocator;
import org.allod.tcmalloc.TcMalloc;
import org.allod.tcmalloc.TcOptions;

/// The one table of names, sentences and constructors.
///
/// A name may have options behind it, each `name=value` after a colon:
/// `ptmalloc:tcache_count=0:arena_max=1`. Numbers take k, m and g. No comma is in them: lists of
/// names are split at those.
public final class Allocators {
    private static final String OPTION = ":";

    /// An allocator that can be made by name.
    ///
    /// @param name as on the command line, with its options
    /// @param sentence what it is, for a list
    /// @param constructor makes one over a region
    /// @param configured answers the constructor for options such as `a=1:b=2`, or throws
    ///     [IllegalArgumentException]
    public record Entry(
            String name,
            String sentence,
            Function<Region, Allocator> constructor,
            Function<String, Function<Region, Allocator>> configured) {

        /// One that has no options.
        Entry(String name, String sentence, Function<Region, Allocator> constructor) {
            this(
                    name,
                    sentence,
                    constructor,
                    _ -> {
                        throw new IllegalArgumentException("expected no options");
                    });
        }

        /// A new allocator over `region`, which then belongs to it.
        ///
        /// @throws IllegalArgumentException if the region is too small for it
        public Allocator open(Region region) {
            return constructor.apply(region);
        }

        /// The same with options.
        ///
        /// @param options such as `a=1:b=2`; where two disagree, the later one counts
        /// @throws IllegalArgumentException if it has none such; the message lists those it has
        public Entry with(String options) {
            String full = name + OPTION + options;
            try {
                return new Entry(full, sentence, configured.apply(options), configured);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("allocator=" + full + ": " + wrong.getMessage());
            }
        }
    }

    /// Options with another value for one of them.
    private interface Setter<O> {
        O set(O options, String name, String value);
    }

    /// One that has options.
    private static <O> Entry configurable(
            String name,
            String sentence,
            O defaults,
            Setter<O> setter,
            BiFunction<Region, O, Allocator> constructor) {
        return new Entry(
                name,
                sentence,
                region -> constructor.apply(region, defaults),
                text -> {
                    O options = read(text, defaults, setter);
                    return region -> constructor.apply(region, options);
                });
    }

    private static <O> O read(String text, O defaults, Setter<O> setter) {
        O options = defaults;
        for (String option : text.split(OPTION, -1)) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "option '" + option + "', expected name=value after each colon");
            }
            options =
                    setter.set(options, option.substring(0, equals), option.substring(equals + 1));
        }
        return options;
    }

    private static final List<Entry> ALL =
            List.of(
                    new Entry(
                            "buddy",
                            "rCore's buddy system: powers of two, split and merged at once",
                            BuddyAllocator::new),
                    new Entry(
                            "simplebuddy",
                            "the tutorial chapter's own buddy: carved from the left as needed",
                            SimpleBuddyAllocator::new),
                    new Entry(
                            "liballoc",
                            "liballoc 1.1: runs of pages, blocks in a ring, free space between",
                            LibAlloc::new),
                    new Entry(
                            "bucket",
                            "Bucket: one list of free and used pieces, each with a name; any"
                                    + " thread",
                            BucketAllocator::new),
                    new Entry(
                            "dlmalloc",
                            "Doug Lea's malloc: boundary tags, small bins and tries, best fit",
                            DlMalloc::new),
                    new Entry(
                            "nedmalloc",
                            "Niall Douglas' nedmalloc: a cache a thread before several dlmallocs",
                            NedMalloc::new),
                    configurable(
                            "ptmalloc",
                            "glibc's malloc: a cache a thread before arenas of sorted bins",
                            PtOptions.DEFAULT,
                            PtOptions::with,
                            PtMalloc::new),
                    configurable(
                            "tcmalloc",
                            "TCMalloc: a cache of 85 sizes a thread before spans of 8 KiB pages",
                            TcOptions.DEFAULT,
                            TcOptions::with,
                            TcMalloc::new),
                    configurable(
                            "jemalloc",
                            "jemalloc 5.3: a cache a thread before slabs, and memory that goes"
                                    + " back by itself",
                            JeOptions.DEFAULT,
                            JeOptions::with,
                            JeMalloc::new),
                    configurable(
                            "hoard",
                            "Hoard: heaps of superblocks, and a bound on what they hold beyond use",
                            HoardOptions.DEFAULT,
                            HoardOptions::with,
                            HoardMalloc::new));

    private Allocators() {}

    /// All, simplest first.
    public static List<Entry> all() {
        return ALL;
    }

    /// The one of that name, with the options that stand behind it.
    ///
    /// @throws IllegalArgumentException if there is none, or it has no such option; the message
    ///     lists the known ones
    public static Entry named(String name) {
        int colon = name.indexOf(OPTION);
        String bare = colon < 0 ? name : name.substring(0, colon);
        for (Entry entry : ALL) {
            if (entry.name().equals(bare)) {
                return colon < 0 ? entry : entry.with(name.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException("allocator=" + name + ", expected one of " + names());
    }

    /// The names, with commas between.
    public static String names() {
        return ALL.stream().map(Entry::name).collect(Collectors.joining(", "));
    }
}
