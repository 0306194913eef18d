package org.allod.liballoc;

import org.allod.memory.Memory;
import org.allod.parts.FitBins;

/// The bits of a gap: what lies between the end of one minor and the start of the next.
///
/// ```
///   gap, = 8 mod 16
///   ├────────┬────────┬────────┬────────┬─────────────────┤
///   │ next   │ prev   │ bytes  │ before │ not ours to use │
///   └────────┴────────┴────────┴────────┴─────────────────┘
///     links of the bin           the minor that ends here
/// ```
///
/// A gap below [#LEAST] serves no request and is not noted down. Nothing vouches for these words:
/// they lie where a dangling pointer writes. So what they say is compared with the two minors
/// around before it is used.
final class LibGap {
    /// Bytes of the smallest block, and so of the smallest gap worth noting down.
    static final long LEAST = LibMinor.bytesFor(1);

    private static final int BYTES = FitBins.NODE_BYTES - Long.BYTES;
    private static final int BEFORE = FitBins.NODE_BYTES;

    static {
        assert LEAST >= BEFORE + Long.BYTES : "a gap's words lie in it";
        assert BEFORE + Long.BYTES <= LibMinor.BYTES - Long.BYTES : "a buried seal stays legible";
    }

    private LibGap() {}

    /// The minor that ends where the gap starts.
    static long before(long gap) {
        return Memory.getLong(gap + BEFORE);
    }

    static void before(long gap, long minor) {
        Memory.putLong(gap + BEFORE, minor);
    }

    static long bytes(long gap) {
        return FitBins.bytes(gap);
    }

    static void bytes(long gap, long bytes) {
        Memory.putLong(gap + BYTES, bytes);
    }
}
