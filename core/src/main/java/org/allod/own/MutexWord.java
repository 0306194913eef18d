package org.allod.own;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.memory.Memory;

/// The lock of a [Mutex]: one word off heap, and a few places on the heap where threads wait.
///
/// ```
///   word   0              free
///          id << 1        locked by the thread of that id, nobody waits
///          id << 1 | 1    locked, and somebody may wait
///
///   lot    │ lock, condition │ ... │    by the address of the word
/// ```
///
/// Who finds the word locked sets its lowest bit and waits at the lot of that address. Who unlocks
/// a word with that bit wakes all that wait at the lot: they look again, and those of another word
/// wait on. A thread that has waited locks with the bit, since others may wait still. The bit is
/// set under the lot's lock, and so is the wait begun: no call to wake up can come between.
///
/// Source: Drepper, Futexes Are Tricky, mutex 3; WebKit's parking lot.
final class MutexWord {
    private static final long FREE = 0;
    private static final long WAITED_FOR = 1;

    /// Looks before a thread waits: a guard is often held for less than parking takes, some 5 us.
    /// Derived: 40 looks at a word that another processor writes, of 20 to 100 ns each.
    private static final int SPINS = 40;

    /// Places to wait, log2: more than processors, so that two words rarely share one.
    private static final int LOTS_LOG2 = 6;

    /// Spreads addresses. Source: Knuth, TAOCP 3, 6.4: 2^64 / golden ratio.
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private static final Lot[] ALL = new Lot[1 << LOTS_LOG2];

    static {
        for (int i = 0; i < ALL.length; i++) ALL[i] = new Lot();
    }

    private static final class Lot {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition unlocked = lock.newCondition();
    }

    private MutexWord() {}

    /// A new word: free.
    static void begin(long word) {
        Memory.putLongRelease(word, FREE);
    }

    private static long mine() {
        return Thread.currentThread().threadId() << 1;
    }

    /// Locks if nobody has.
    static boolean tryLock(long word) {
        return Memory.compareAndSetLong(word, FREE, mine());
    }

    /// Locks, waiting for it.
    ///
    /// @return false if this thread has locked already
    static boolean lock(long word) {
        return Memory.compareAndSetLong(word, FREE, mine()) || lockSlow(word);
    }

    /// Unlocks.
    ///
    /// @throws WrongThreadException if another thread has locked; nothing has happened
    static void unlock(long word) {
        if (!Memory.compareAndSetLong(word, mine(), FREE)) unlockSlow(word);
    }

    // ---- cold ----

    private static boolean lockSlow(long word) {
        long mine = mine();
        for (int i = 0; i < SPINS; i++) {
            long seen = Memory.getLongAcquire(word);
            if ((seen & ~WAITED_FOR) == mine) return false;
            if (seen == FREE && Memory.compareAndSetLong(word, FREE, mine)) return true;
            Thread.onSpinWait();
        }
        Lot lot = lot(word);
        lot.lock.lock();
        try {
            while (!Memory.compareAndSetLong(word, FREE, mine | WAITED_FOR)) {
                long seen = Memory.getLongAcquire(word);
                if (seen == FREE) continue;
                if ((seen & WAITED_FOR) != 0
                        || Memory.compareAndSetLong(word, seen, seen | WAITED_FOR)) {
                    lot.unlocked.awaitUninterruptibly();
                }
            }
        } finally {
            lot.lock.unlock();
        }
        return true;
    }

    private static void unlockSlow(long word) {
        long seen = Memory.getLongAcquire(word);
        if ((seen & ~WAITED_FOR) != mine()) {
            throw new WrongThreadException(
                    "thread="
                            + Thread.currentThread().threadId()
                            + ", expected "
                            + (seen >>> 1)
                            + ", which has locked");
        }
        Lot lot = lot(word);
        lot.lock.lock();
        try {
            Memory.putLongRelease(word, FREE);
            lot.unlocked.signalAll();
        } finally {
            lot.lock.unlock();
        }
    }

    private static Lot lot(long word) {
        return ALL[(int) (word * GOLDEN >>> Long.SIZE - LOTS_LOG2)];
    }
}
