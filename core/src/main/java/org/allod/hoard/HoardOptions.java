package org.allod.hoard;

import org.allod.profile.HeapProfiler;

/// What a heap may keep, and whether it samples.
///
/// @param bufferBytes most bytes of blocks of one size in a thread's buffer, 0 to 1 MiB; at least
///     one block fits unless it is 0: then there are no buffers, as in the paper
/// @param emptiesKept empty superblocks that the global heap keeps, 0 or more; others go back to
///     the operating system
/// @param quietMillis after so long without use all that is empty goes back; 0: never by itself
/// @param profileMean bytes between two sampled requests on average, as
///     [HeapProfiler#MEAN]; 0: no profile
public record HoardOptions(int bufferBytes, int emptiesKept, long quietMillis, long profileMean) {
    private static final int BUFFER_BYTES_MAX = 1 << 20;

    /// Buffers of up to 16 KiB of each size, 16 MiB of empty superblocks, a second of quiet, no
    /// profile.
    public static final HoardOptions DEFAULT = new HoardOptions(16 << 10, 256, 1000, 0);

    /// Throws for what is out of range.
    public HoardOptions {
        check("bufferBytes", bufferBytes, BUFFER_BYTES_MAX);
        check("emptiesKept", emptiesKept, Integer.MAX_VALUE);
        check("quietMillis", quietMillis, Integer.MAX_VALUE);
        check("profileMean", profileMean, Long.MAX_VALUE);
    }

    private static void check(String name, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + "=" + value + ", expected 0 to " + max);
        }
    }

    /// The same with other buffers.
    public HoardOptions withBufferBytes(int bytes) {
        return new HoardOptions(bytes, emptiesKept, quietMillis, profileMean);
    }

    /// The same with another number of empty superblocks.
    public HoardOptions withEmptiesKept(int superblocks) {
        return new HoardOptions(bufferBytes, superblocks, quietMillis, profileMean);
    }

    /// The same with another time of quiet.
    public HoardOptions withQuietMillis(long millis) {
        return new HoardOptions(bufferBytes, emptiesKept, millis, profileMean);
    }

    /// The same with another mean.
    public HoardOptions withProfileMean(long bytes) {
        return new HoardOptions(bufferBytes, emptiesKept, quietMillis, bytes);
    }
}
