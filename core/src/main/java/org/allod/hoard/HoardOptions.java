package org.allod.hoard;

import java.util.List;
import org.allod.parts.Quantity;
import org.allod.profile.HeapProfiler;

/// What a [HoardMalloc] may keep, and whether it samples.
///
/// ```java
/// new HoardMalloc(region, HoardOptions.DEFAULT.with("buffer_bytes", 0))
/// ```
///
/// @param bufferBytes most bytes of blocks of one size in a thread's buffer, 0 to 1 MiB; at least
///     one block fits unless it is 0: then there are no buffers, as in the paper
/// @param emptiesKept empty superblocks that the global heap keeps; others go back to the system
/// @param quietMillis after so long without use all that is empty goes back; 0 for never
/// @param profileMean bytes between two sampled requests on average, as [HeapProfiler#MEAN]; 0 for
///     no profile
public record HoardOptions(long bufferBytes, long emptiesKept, long quietMillis, long profileMean) {

    private static final List<String> NAMES =
            List.of("buffer_bytes", "empties_kept", "quiet_millis", "profile_mean");

    /// Largest of `bufferBytes`: a count of blocks stays a small number.
    private static final long BUFFER_BYTES_MAX = 1 << 20;

    /// Buffers of 16 KiB of each size, 1 MiB of empty superblocks, a second, no profile.
    public static final HoardOptions DEFAULT = new HoardOptions(16 << 10, 16, 1000, 0);

    /// @throws IllegalArgumentException if a number is out of its range
    public HoardOptions {
        check("buffer_bytes", bufferBytes, BUFFER_BYTES_MAX);
        check("empties_kept", emptiesKept, Integer.MAX_VALUE);
        check("quiet_millis", quietMillis, Long.MAX_VALUE >>> 20);
        check("profile_mean", profileMean, Long.MAX_VALUE);
    }

    private static void check(String name, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + "=" + value + ", expected 0 to " + max);
        }
    }

    /// The same with another value for one option, by its name in small letters.
    ///
    /// @throws IllegalArgumentException if there is no such option, or the value is out of its
    ///     range
    public HoardOptions with(String option, long value) {
        return switch (option) {
            case "buffer_bytes" -> new HoardOptions(value, emptiesKept, quietMillis, profileMean);
            case "empties_kept" -> new HoardOptions(bufferBytes, value, quietMillis, profileMean);
            case "quiet_millis" -> new HoardOptions(bufferBytes, emptiesKept, value, profileMean);
            case "profile_mean" -> new HoardOptions(bufferBytes, emptiesKept, quietMillis, value);
            default ->
                    throw new IllegalArgumentException(
                            "option=" + option + ", expected one of " + NAMES);
        };
    }

    /// As [#with(String, long)], of a number with or without a unit: `16k`, `1m`.
    ///
    /// @throws IllegalArgumentException if it is none, or as there
    public HoardOptions with(String option, String value) {
        return with(option, Quantity.parse(option, value));
    }
}
