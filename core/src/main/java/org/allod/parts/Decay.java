package org.allod.parts;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// The one thread that does what heaps want done while nobody calls them.
///
/// ```
///  heap ──► its work ◄─ ─ weak ─ ─ allod-decay: every quarter of a second, each in turn
/// ```
///
/// A daemon, started by the first heap that needs it, that ends when none is left. It holds the
/// work weakly: a heap that nobody can reach is gone, closed or not. Threads: any; locks.
public final class Decay {
    /// Time between two turns. Tuned: a tenth of what users wait for at least, and no load.
    private static final long TURN_NANOS = 250_000_000;

    private static final ReentrantLock LOCK = new ReentrantLock();

    /// Held while a work has its turn.
    private static final ReentrantLock TURN = new ReentrantLock();

    private static final List<WeakReference<BooleanSupplier>> WORKS = new ArrayList<>();
    private static boolean running;

    private Decay() {}

    /// Has `work` done from now on, every quarter of a second, until it answers false or nobody but
    /// this can reach it.
    public static void add(BooleanSupplier work) {
        LOCK.lock();
        try {
            WORKS.add(new WeakReference<>(work));
            if (running) return;
            running = true;
            Thread.ofPlatform().daemon().name("allod-decay").start(Decay::run);
        } finally {
            LOCK.unlock();
        }
    }

    /// Does something while no work has its turn: a look at a whole heap needs quiet, and its
    /// callers can answer for their own threads only.
    public static void pause(Runnable look) {
        TURN.lock();
        try {
            look.run();
        } finally {
            TURN.unlock();
        }
    }

    private static void run() {
        do {
            LockSupport.parkNanos(TURN_NANOS);
            for (WeakReference<BooleanSupplier> each : works()) {
                BooleanSupplier work = each.get();
                if (work == null) remove(each);
                else pause(() -> turn(work, each));
            }
        } while (!ended());
    }

    private static void turn(BooleanSupplier work, WeakReference<BooleanSupplier> each) {
        if (!work.getAsBoolean()) remove(each);
    }

    private static List<WeakReference<BooleanSupplier>> works() {
        LOCK.lock();
        try {
            return List.copyOf(WORKS);
        } finally {
            LOCK.unlock();
        }
    }

    private static void remove(WeakReference<BooleanSupplier> work) {
        LOCK.lock();
        try {
            WORKS.remove(work);
        } finally {
            LOCK.unlock();
        }
    }

    private static boolean ended() {
        LOCK.lock();
        try {
            running = !WORKS.isEmpty();
            return !running;
        } finally {
            LOCK.unlock();
        }
    }
}
