package org.allod.liballoc;

import org.allod.memory.Memory;

/// The bits of a major: the header of a run of pages, in which blocks lie.
///
/// ```
///   base        minor of its own                                       base + bytes
///   ├───┬───────────────────────────┬───────┬─────────┬─────┬─────────┬───┤
///   │ 8 │ before after major size.. │ bytes │ canary  │ gap │ block.. │ 8 │
///   └───┴───────────────────────────┴───────┴─────────┴─────┴─────────┴───┘
///       major                                         first           limit
/// ```
///
/// A major begins with a minor that is never freed and belongs to itself. So the blocks of a major
/// form a ring through it, and the first and the last gap are as any other. The 8 bytes at either
/// end make addresses multiples of 16.
final class LibMajor {
    /// Bytes before the header and after the limit.
    private static final int MARGIN = 8;

    /// Bytes of its own that the header's block holds: one number.
    private static final int OWN = 8;

    /// With what its bytes are mixed, so that what a stray store leaves is no multiple of a page.
    private static final long KEY = 0xC001_C0DE_BB67_AE85L;

    private LibMajor() {}

    /// Bytes that a major needs beside those of its blocks.
    static final long OVERHEAD = 2 * MARGIN + LibMinor.bytesFor(OWN);

    /// Makes an empty major of a run of pages.
    static long make(long base, long bytes) {
        long major = base + MARGIN;
        LibMinor.before(major, major);
        LibMinor.after(major, major);
        LibMinor.seal(major, major, OWN);
        Memory.putLong(LibMinor.addressOf(major), bytes ^ KEY ^ major);
        return major;
    }

    static long base(long major) {
        return major - MARGIN;
    }

    static long majorAt(long base) {
        return base + MARGIN;
    }

    /// Bytes of the run of pages.
    static long bytes(long major) {
        return Memory.getLong(LibMinor.addressOf(major)) ^ KEY ^ major;
    }

    /// Whether its bytes can be: whole pages, up to `end` at most.
    static boolean isWhole(long major, long end) {
        long bytes = bytes(major);
        return bytes > 0 && (bytes & LibPages.PAGE - 1) == 0 && bytes <= end - base(major);
    }

    /// Where its first gap or block is.
    static long first(long major) {
        return major + LibMinor.bytesFor(OWN);
    }

    /// Where its last gap ends.
    static long limit(long major) {
        return base(major) + bytes(major) - MARGIN;
    }

    static boolean isEmpty(long major) {
        return LibMinor.after(major) == major;
    }
}
