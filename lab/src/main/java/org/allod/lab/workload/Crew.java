package org.allod.lab.workload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;
import org.allod.Allocator;

/// The threads of a workload: starts them, waits for them, and stops all when one fails.
///
/// ```
///   main      ──round()──┬── body(0) ──┬──── ... ────┬── body(0) ──┬──►
///   worker 1             ├── body(1) ──┤             ├── body(1) ──┤      new threads each time,
///   worker 2             └── body(2) ──┘             └── body(2) ──┘      the same workers
///                           run()                       run()
/// ```
///
/// The first failure of a thread is the crew's: the others are interrupted, [#proceed] throws in
/// them, and whoever has not ended 5 seconds later is left behind; the threads are daemons.
public final class Crew {
    /// How long a thread may go on after another one has failed.
    private static final Duration GRACE = Duration.ofSeconds(5);

    /// What a thread does.
    @FunctionalInterface
    public interface Body {
        /// @param worker this thread's way to the allocator
        void run(Worker worker);
    }

    private final Allocator heap;
    private final int threads;
    private final boolean virtual;
    private final int sampleDistance;
    private final List<Worker> workers = new ArrayList<>();
    private final Histogram latency = Worker.histogram();

    /// Those that have not ended.
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();

    /// Those that [#run] has yet to wait for.
    private final Queue<Thread> started = new ConcurrentLinkedQueue<>();

    private volatile boolean failed;
    private volatile boolean over;
    private volatile long startNanos;
    private volatile long endNanos;
    private volatile long operations;
    private volatile long startCpuNanos;
    private volatile long endCpuNanos;
    private Throwable failure;
    private long failureNanos;

    /// @param heap for any thread
    /// @param threads as on the command line, at least 1
    /// @param virtual whether threads are virtual ones, the main one included
    /// @param sampleDistance of its [Worker]s
    Crew(Allocator heap, int threads, boolean virtual, int sampleDistance) {
        this.heap = heap;
        this.threads = threads;
        this.virtual = virtual;
        this.sampleDistance = sampleDistance;
        workers(threads);
    }

    // ---- for workloads ----

    /// The number of threads on the command line; what a program makes of it is its own matter.
    public int threads() {
        return threads;
    }

    /// The main thread's way to the allocator, between two [#run]s.
    public Worker main() {
        return workers.getFirst();
    }

    /// Runs `count` bodies at once, number 0 on the calling thread, the others on new ones, and
    /// waits for all of them and their successors. Main thread only.
    ///
    /// @throws CancellationException if one failed
    public void run(int count, Body body) {
        workers(count);
        for (int i = 1; i < count; i++) start(workers.get(i), body);
        guarded(() -> body.run(workers.getFirst()));
        joinAll();
    }

    /// Runs `count` bodies at once on new threads, numbers 1 to `count`, while the calling thread
    /// waits for all of them and their successors. Main thread only.
    ///
    /// @throws CancellationException if one failed
    public void spawn(int count, Body body) {
        workers(1 + count);
        for (int i = 1; i <= count; i++) start(workers.get(i), body);
        joinAll();
    }

    /// Starts a new thread that goes on with the caller's worker, which the caller uses no more.
    public void succeed(Worker worker, Body body) {
        start(worker, body);
    }

    /// Does nothing; but when another thread has failed, it ends this one. One volatile read.
    ///
    /// @throws CancellationException then; to be let through
    public void proceed() {
        if (failed) throw new CancellationException("another thread of the workload failed");
    }

    /// Whether the time of a program that goes on until it is stopped is over, or another thread
    /// has failed; [#run] tells which. One volatile read.
    public boolean isOver() {
        return over;
    }

    /// Ends a thread that was woken while it waited, or another thread while it waits for it.
    ///
    /// @return to be thrown
    public CancellationException interrupted() {
        return new CancellationException("interrupted while it waited for another thread");
    }

    /// The round's time begins now: what was done before does not count. Main thread only, while
    /// it is the only one; without it, it begins with the round.
    public void startClock() {
        workers.forEach(Worker::startAgain);
        startCpuNanos = totalCpuNanos();
        synchronized (this) {
            over = failed;
            startNanos = System.nanoTime();
        }
    }

    /// The round's time ends now, and calls from here on are not counted; without it, it ends with
    /// the round. Main thread only, while it is the only one.
    public void stopClock() {
        endNanos = System.nanoTime();
        endCpuNanos = totalCpuNanos();
        operations = workers.stream().mapToLong(Worker::operations).sum();
        latency.reset();
        workers.forEach(worker -> worker.addLatencyTo(latency));
    }

    // ---- for the run ----

    /// Plays one round.
    ///
    /// @param nanos after which it [#isOver]; 0: never
    /// @return its time in nanoseconds
    /// @throws RuntimeException or Error: the first that one of the threads threw
    long round(Workload workload, long nanos) {
        endNanos = 0;
        startClock();
        Thread main = thread(() -> workload.round(this));
        if (nanos > 0) awaitEnd(main, nanos);
        join(main);
        synchronized (this) {
            if (failure instanceof Error error) throw error;
            if (failure instanceof RuntimeException exception) throw exception;
        }
        if (endNanos == 0) stopClock();
        return Math.max(1, endNanos - startNanos);
    }

    private void awaitEnd(Thread main, long nanos) {
        try {
            while (main.isAlive() && !failed) {
                Thread.sleep(1);
                endAfter(nanos);
            }
        } catch (InterruptedException interrupted) {
            fail(new IllegalStateException("interrupted, expected to run in peace", interrupted));
        }
    }

    /// The clock may be started again meanwhile, and the time with it.
    private synchronized void endAfter(long nanos) {
        if (System.nanoTime() - startNanos >= nanos) over = true;
    }

    /// Operations of all workers while the clock of the last [#round] was running.
    long operations() {
        return operations;
    }

    /// Processor time that this JVM took meanwhile, its compiler included, in nanoseconds; the
    /// system counts in steps of 10 ms. 0 where it does not tell.
    long cpuNanos() {
        return Math.max(0, endCpuNanos - startCpuNanos);
    }

    /// Requests refused so far.
    long failures() {
        return workers.stream().mapToLong(Worker::failures).sum();
    }

    private static long totalCpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /// Adds the samples of all workers while that clock was running.
    void addLatencyTo(Histogram all) {
        all.add(latency);
    }

    // ---- threads ----

    private void workers(int count) {
        while (workers.size() < count) {
            workers.add(new Worker(heap, workers.size(), sampleDistance));
        }
    }

    private void start(Worker worker, Body body) {
        started.add(thread(() -> body.run(worker)));
    }

    private Thread thread(Runnable work) {
        Runnable all =
                () -> {
                    guarded(work);
                    alive.remove(Thread.currentThread());
                };
        Thread thread =
                virtual
                        ? Thread.ofVirtual().unstarted(all)
                        : Thread.ofPlatform().daemon().unstarted(all);
        alive.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            alive.remove(thread);
            throw noThread;
        }
        return thread;
    }

    private void joinAll() {
        for (Thread thread = started.poll(); thread != null; thread = started.poll()) join(thread);
        proceed();
    }

    private void guarded(Runnable work) {
        try {
            proceed();
            work.run();
        } catch (CancellationException stopped) {
            if (!failed) fail(stopped);
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void fail(Throwable thrown) {
        synchronized (this) {
            if (failure != null) return;
            failure = thrown;
            failureNanos = System.nanoTime();
            failed = true;
            over = true;
        }
        for (Thread thread : alive) {
            if (thread != Thread.currentThread()) thread.interrupt();
        }
    }

    private void join(Thread thread) {
        while (true) {
            try {
                if (!failed) thread.join();
                else thread.join(graceLeft());
                return;
            } catch (InterruptedException interrupted) {
                if (!failed) fail(new IllegalStateException("interrupted", interrupted));
            }
        }
    }

    private synchronized Duration graceLeft() {
        return GRACE.minusNanos(System.nanoTime() - failureNanos);
    }
}
