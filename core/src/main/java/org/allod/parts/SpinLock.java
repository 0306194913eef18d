package org.allod.parts;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// A lock for a few dozen instructions at a time: who finds it taken turns a while before it
/// sleeps.
///
/// A lock that parks at once costs both sides a call of the system, 5 to 50 us, where the holder
/// would have been done in 50 ns. Not reentrant, not fair, nobody is told who has it.
///
/// Cost: one CAS and one release store where it is free. Threads: any.
///
/// Source: the spin locks of TCMalloc; the waiting is ours.
public final class SpinLock {
    private static final VarHandle STATE;

    private static final int FREE = 0;
    private static final int TAKEN = 1;

    /// Turns before the processor is offered to others: about 2 us.
    private static final int SPINS = 100;

    /// Offers before it sleeps.
    private static final int YIELDS = 10;

    /// One sleep: that of a holder who has lost its processor is longer anyway.
    private static final long SLEEP_NANOS = 20_000;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SpinLock.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile int state;

    /// A free lock.
    public SpinLock() {}

    /// Takes it, after waiting if need be.
    public void lock() {
        if (!tryLock()) lockSlowly();
    }

    /// Takes it if it is free.
    public boolean tryLock() {
        return STATE.compareAndSet(this, FREE, TAKEN);
    }

    /// Gives it back. Only who has taken it may.
    public void unlock() {
        STATE.setRelease(this, FREE);
    }

    private void lockSlowly() {
        for (int tries = 0; ; tries++) {
            if (state == FREE && tryLock()) return;
            if (tries < SPINS) Thread.onSpinWait();
            else if (tries < SPINS + YIELDS) Thread.yield();
            else LockSupport.parkNanos(SLEEP_NANOS);
        }
    }
}
