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

    /// Checks the name; a library is looked for when it is opened.
    ///
    /// @throws IllegalArgumentException if there is none of that name; the message lists the known
    public Contender {
        if (!name.startsWith(NATIVE)) known(name);
        else if (name.length() == NATIVE.length()) {
            throw new IllegalArgumentException(
                    "allocator=" + name + ", expected native:libc or native: and a library's path");
        }
    }

    private static void known(String name) {
        try {
            Allocators.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(unknown.getMessage() + ", native:libc, native:LIB");
        }
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
