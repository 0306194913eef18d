package org.allod.own;

import org.allod.Allocator;
import org.allod.memory.Memory;

/// The two counts at the start of a block that several owners share.
///
/// ```
///   Rc     │ strong │ weak │ thread │ ... │ value │
///   Arc    │ strong │ weak │ ... │ value │
/// ```
///
/// - **counts.I1** `strong` is the number of `Rc` (`Arc`) of the block.
/// - **counts.I2** `weak` is the number of its weak ones, and one more while the value is there.
/// - **counts.I3** The value is dropped when strong gets 0, the block is freed when weak gets 0.
///
/// Source: Rust's `RcInner` and `ArcInner`.
final class Counts {
    /// No counts: a block of one owner.
    static final int NONE = 0;

    /// Of one thread.
    static final int LOCAL = 1;

    /// Of any thread: each change is one atomic operation.
    static final int ATOMIC = 2;

    private static final long WEAK = 8;
    private static final long THREAD = 16;

    private Counts() {}

    /// Where the value lies in its block.
    static long valueOffset(Type<?> type, int counts) {
        long header = counts == LOCAL ? 24 : 16;
        return (header + type.alignment() - 1) & -type.alignment();
    }

    /// Of the block.
    static long size(Type<?> type, int counts) {
        return valueOffset(type, counts) + type.size();
    }

    /// Of the block.
    static long alignment(Type<?> type) {
        return Math.max(Long.BYTES, type.alignment());
    }

    /// A new block: one strong owner, on this thread.
    static long allocate(Allocator allocator, Type<?> type, int counts) {
        long block = Place.allocate(allocator, size(type, counts), alignment(type));
        Memory.putLong(block, 1);
        Memory.putLong(block + WEAK, 1);
        if (counts == LOCAL) Memory.putLong(block + THREAD, Thread.currentThread().threadId());
        return block;
    }

    // ---- drops ----

    /// One strong owner less in a drop; the value goes with the last.
    static void drop(Drops drops, long block, Type<?> type, int counts) {
        boolean last = drops.isDry() ? drops.isNew(block) : dropStrong(block, counts);
        if (!last) return;
        long offset = valueOffset(type, counts);
        drops.dropLater(type, block, offset, size(type, counts), alignment(type), counts);
    }

    /// One weak owner less in a drop; the block goes with the last.
    static void dropWeak(Drops drops, long block, Type<?> type, int counts) {
        if (drops.isDry() || !dropWeak(block, counts)) return;
        drops.free(block, size(type, counts), alignment(type));
    }

    /// Whether a drop may go on with a block of one thread. If not, the block stays for ever, and
    /// whoever drops is told.
    static boolean isHere(Drops drops, long block, Owner owner) {
        if (drops.isDry() || drops.isOwnThread() && isThisThread(block)) return true;
        drops.failed(wrongThread(block, owner));
        return false;
    }

    // ---- threads ----

    /// Throws unless this thread made the block.
    static void checkThread(long block, Owner owner) {
        if (Memory.getLong(block + THREAD) != Thread.currentThread().threadId()) {
            throw wrongThread(block, owner);
        }
    }

    private static WrongThreadException wrongThread(long block, Owner owner) {
        return new WrongThreadException(
                "thread="
                        + Thread.currentThread().threadId()
                        + ", expected "
                        + Memory.getLong(block + THREAD)
                        + ", which made the "
                        + owner.name()
                        + "; an Arc is for any");
    }

    private static boolean isThisThread(long block) {
        return Memory.getLong(block + THREAD) == Thread.currentThread().threadId();
    }

    // ---- strong ----

    static long strong(long block) {
        return Memory.getLongAcquire(block);
    }

    static void addStrong(long block, int counts) {
        add(block, 1, counts);
    }

    /// One strong owner less.
    ///
    /// @return whether it was the last: the value must be dropped
    static boolean dropStrong(long block, int counts) {
        return add(block, -1, counts) == 1;
    }

    /// One strong owner more, unless there is none left.
    static boolean upgrade(long block, int counts) {
        while (true) {
            long strong = Memory.getLongAcquire(block);
            if (strong == 0) return false;
            if (counts == LOCAL) {
                Memory.putLong(block, strong + 1);
                return true;
            }
            if (Memory.compareAndSetLong(block, strong, strong + 1)) return true;
        }
    }

    /// Takes the last strong owner away, if it is the last.
    static boolean takeLast(long block, int counts) {
        if (counts == ATOMIC) return Memory.compareAndSetLong(block, 1, 0);
        if (Memory.getLong(block) != 1) return false;
        Memory.putLong(block, 0);
        return true;
    }

    // ---- weak ----

    /// Weak owners, while there is a strong one.
    static long weak(long block) {
        return Memory.getLongAcquire(block + WEAK) - 1;
    }

    static void addWeak(long block, int counts) {
        add(block + WEAK, 1, counts);
    }

    /// One weak owner less, or the strong ones' share.
    ///
    /// @return whether nobody is left: the block must be freed
    static boolean dropWeak(long block, int counts) {
        return counts == NONE || add(block + WEAK, -1, counts) == 1;
    }

    /// What was there before.
    private static long add(long word, long delta, int counts) {
        if (counts == ATOMIC) return Memory.getAndAddLong(word, delta);
        long before = Memory.getLong(word);
        Memory.putLong(word, before + delta);
        return before;
    }
}
