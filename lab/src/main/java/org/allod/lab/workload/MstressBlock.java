package org.allod.lab.workload;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// A block of mstress: words that count down, so that the first one tells how many there are.
///
/// ```
///   │ n ^ COOKIE │ (n-1) ^ COOKIE │ ... │ 1 ^ COOKIE │        8 bytes each
/// ```
///
/// Source: mstress of mimalloc-bench; the cookie is a multiplier of splitmix64's finaliser.
final class MstressBlock {
    /// The most words that the program ever asks for: 2^6, ten thousand times.
    static final long WORDS_MAX = 64 * 10_000;

    private static final long COOKIE = 0xBF58_476D_1CE4_E5B9L;

    private MstressBlock() {}

    /// Fills a new block.
    static void write(long block, long words) {
        for (long i = 0; i < words; i++) {
            Memory.putLong(block + i * Long.BYTES, words - i ^ COOKIE);
        }
    }

    /// Looks at every word, the number of words first.
    ///
    /// @return the number of words
    /// @throws CorruptionException if one is not what was written
    static long check(long block) {
        long words = Memory.getLong(block) ^ COOKIE;
        if (words < 1 || words > WORDS_MAX) throw corrupt(block, 0, "its length is lost");
        for (long i = 1; i < words; i++) {
            if ((Memory.getLong(block + i * Long.BYTES) ^ COOKIE) != words - i) {
                throw corrupt(block, i, "expected the one of " + words + " words");
            }
        }
        return words;
    }

    /// Frees a block after looking at it; `NULL` goes to the allocator, too, as in the original.
    static void free(Worker worker, long block) {
        long words = block == Allocator.NULL ? 0 : check(block);
        worker.deallocate(block, words * Long.BYTES);
    }

    private static CorruptionException corrupt(long block, long word, String why) {
        return new CorruptionException(
                "corruption: word %d of the block at 0x%x is not what was written, %s"
                        .formatted(word, block, why));
    }
}
