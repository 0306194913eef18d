package org.allod.lab.replay;

import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.heap.Allocators;

/// An allocator by its name on the command line: one of ours, or `native:LIB`.
///
/// @param name `native:...` or a name that [Allocators] knows
public record Contender(String name) {
    private static final String NATIVE = "native:";

    /// The C library's malloc: what ratios are against.
    public static final String LIBC = NATIVE + "libc";

    /// Checks the name and its options; a library is looked for when it is opened.
    ///
    /// @throws IllegalArgumentException if there is none of that name, or it has no such option;
    ///     the message lists the known
    public Contender {
        if (name.equals(NATIVE)) throw unknown(name);
        if (!name.startsWith(NATIVE)) {
            if (!isOurs(name)) throw unknown(name);
            Allocators.named(name);
        }
    }

    private static boolean isOurs(String name) {
        String bare = name.replaceFirst(":.*", "");
        return Allocators.all().stream().anyMatch(entry -> entry.name().equals(bare));
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "allocator="
                        + name
                        + ", expected one of "
                        + Allocators.names()
                        + ", native:libc or native:LIBRARY");
    }

    /// Whether it is a C library's, which has no region.
    public boolean isNative() {
        return name.startsWith(NATIVE);
    }

    /// A region for it, or null if it needs none.
    public Region region(long bytes) {
        return isNative() ? null : Region.reserved(bytes);
    }

    /// A new heap of it.
    ///
    /// @param region as from [#region]
    /// @param threads how many will use it at a time; an allocator for one gets a lock if more do
    /// @throws IllegalArgumentException if the library cannot be used or the region is too small
    public Allocator open(Region region, int threads) {
        Allocator heap =
                isNative()
                        ? NativeMalloc.open(name.substring(NATIVE.length()))
                        : Allocators.named(name).open(region);
        return threads > 1 && !heap.threadSafe() ? LockedAllocator.of(heap) : heap;
    }
}
