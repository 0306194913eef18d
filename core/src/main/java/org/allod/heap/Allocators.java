package org.allod.heap;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.bucket.BucketAllocator;
import org.allod.buddy.BuddyAllocator;
import org.allod.dlmalloc.DlMalloc;
import org.allod.hoard.HoardMalloc;
import org.allod.liballoc.LibAlloc;
import org.allod.nedmalloc.NedMalloc;
import org.allod.ptmalloc.PtMalloc;
import org.allod.simplebuddy.SimpleBuddyAllocator;

/// The one table of names, sentences and constructors.
public final class Allocators {

    /// An allocator that can be made by name.
    ///
    /// @param name as on the command line
    /// @param sentence what it is, for a list
    /// @param constructor makes one over a region, with its defaults
    public record Entry(String name, String sentence, Function<Region, Allocator> constructor) {

        /// A new allocator over `region`, which then belongs to it.
        ///
        /// @throws IllegalArgumentException if the region is too small for it
        public Allocator open(Region region) {
            return constructor.apply(region);
        }
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
                    new Entry(
                            "ptmalloc",
                            "glibc's malloc: a cache a thread before arenas of sorted bins",
                            PtMalloc::new),
                    new Entry(
                            "hoard",
                            "Hoard: heaps of superblocks, and a bound on what they hold beyond use",
                            HoardMalloc::new));

    private Allocators() {}

    /// All, simplest first.
    public static List<Entry> all() {
        return ALL;
    }

    /// The one of that name.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists the known ones
    public static Entry named(String name) {
        for (Entry entry : ALL) {
            if (entry.name().equals(name)) return entry;
        }
        throw new IllegalArgumentException("allocator=" + name + ", expected one of " + names());
    }

    /// The names, with commas between.
    public static String names() {
        return ALL.stream().map(Entry::name).collect(Collectors.joining(", "));
    }
}
