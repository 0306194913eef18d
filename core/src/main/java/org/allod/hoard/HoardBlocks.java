package org.allod.hoard;

import java.util.concurrent.ThreadLocalRandom;
import org.allod.memory.Memory;

/// The first two words of a free block: the next one, and a mark that says it is free.
///
/// ```
///   free   │ next │ address ^ secret │ whatever was there ...
///   live   │ the caller's ...
/// ```
///
/// The mark is looked for when a block is freed, and wiped when it is handed out; a mark that is
/// gone tells of a store into a free block. The secret is random, one for each allocator.
final class HoardBlocks {
    private static final long MARK = 8;

    private HoardBlocks() {}

    static long secret() {
        return ThreadLocalRandom.current().nextLong() | 1L << 63;
    }

    static long next(long block) {
        return Memory.getLong(block);
    }

    static void setNext(long block, long next) {
        Memory.putLong(block, next);
    }

    static boolean isMarked(long block, long secret) {
        return Memory.getLong(block + MARK) == (block ^ secret);
    }

    static void mark(long block, long secret) {
        Memory.putLong(block + MARK, block ^ secret);
    }

    static void unmark(long block) {
        Memory.putLong(block + MARK, 0);
    }
}
