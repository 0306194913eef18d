package org.allod.jemalloc;

/// What the live map's byte says of a block.
///
/// ```
///     7         6         5 ... 0
///  │ noted │ special │ class + 1, or 63: a large block that no cache takes │     0: no live block
/// ```
///
/// *Special* blocks are an explicit arena's, or of a larger class than their size asks for because
/// of their alignment. *Noted* ones are known to a profiler. A plain kind is what the fast path
/// compares with.
final class JeKind {
    static final int LARGE = 63;
    static final int SPECIAL = 64;
    static final int NOTED = 128;
    private static final int CLASS = 63;

    static {
        assert JeTuning.CACHED_MAX + 1 < LARGE;
    }

    private JeKind() {}

    /// The class of a kind that is not [#LARGE], else 62.
    static int sizeClass(int kind) {
        return (kind & CLASS) - 1;
    }

    static boolean isLarge(int kind) {
        return (kind & CLASS) == LARGE;
    }

    static boolean isSpecial(int kind) {
        return (kind & SPECIAL) != 0;
    }

    static boolean isNoted(int kind) {
        return (kind & NOTED) != 0;
    }
}
