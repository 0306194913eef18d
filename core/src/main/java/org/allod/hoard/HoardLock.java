package org.allod.hoard;

import org.allod.memory.Memory;

/// A word that is 1 while somebody holds it.
///
/// A free of another thread's block takes one lock for a dozen loads and stores, where the 20 ns
/// that a `ReentrantLock` costs were most of it, and parking on a busy one all. Who finds it
/// taken spins, then gives the processor away.
final class HoardLock {
    /// Tries before the processor is given away. Tuned: a lock is held for 20 to 2,000 ns.
    private static final int SPINS = 4;

    private HoardLock() {}

    static void lock(long word) {
        if (!Memory.compareAndSetInt(word, 0, 1)) lockSlowly(word);
    }

    static void unlock(long word) {
        Memory.putIntRelease(word, 0);
    }

    private static void lockSlowly(long word) {
        for (int tries = 0; !tryLock(word); tries++) {
            if (tries < SPINS) Thread.onSpinWait();
            else Thread.yield();
        }
    }

    private static boolean tryLock(long word) {
        return Memory.getIntAcquire(word) == 0 && Memory.compareAndSetInt(word, 0, 1);
    }
}
