package org.allod.hoard;

import java.util.concurrent.ThreadLocalRandom;
import org.allod.memory.Memory;

/// The first word of a block in a buffer: a mark that says it is free.
///
/// ```
///   buffered   │ address ^ secret │ whatever was there ...
///   live       │ the caller's ...
/// ```
///
/// The mark is looked for when a block is freed, and wiped when it leaves the buffer; one that is
/// gone tells of a store into a free block. The secret is random, one for each allocator. A block
/// in its superblock has none: a bit beside the region says that it is free, and a store into it
/// harms nothing.
final class HoardBlocks {
    private HoardBlocks() {}

    static long secret() {
        return ThreadLocalRandom.current().nextLong() | 1L << 63;
    }

    static boolean isMarked(long block, long secret) {
        return Memory.getLong(block) == (block ^ secret);
    }

    static void mark(long block, long secret) {
        Memory.putLong(block, block ^ secret);
    }

    static void unmark(long block) {
        Memory.putLong(block, 0);
    }
}
