package org.allod.kit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/// The threads of a test: what one of them throws fails the test that joins them, and interrupts
/// the others, which may wait for it.
///
/// ```java
/// TestThreads threads = new TestThreads();
/// for (int i = 0; i < 4; i++) threads.start(TestThreads.kind(i), () -> churn(heap));
/// threads.join();
/// ```
///
/// Threads: owner thread only.
public final class TestThreads {
    /// A thread of the operating system.
    public static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();

    /// One that the JVM runs on others.
    public static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /// What a thread does; throwing fails the test.
    @FunctionalInterface
    public interface Work {
        /// All of it.
        void run() throws Exception;
    }

    /// Of a row of threads every second one is virtual.
    public static ThreadFactory kind(int number) {
        return number % 2 == 0 ? PLATFORM : VIRTUAL;
    }

    /// Starts one.
    public void start(ThreadFactory kind, Work work) {
        Thread thread =
                kind.newThread(() -> {
                    try {
                        work.run();
                    } catch (Throwable thrown) {
                        if (failure.compareAndSet(null, thrown)) stop();
                    }
                });
        threads.add(thread);
        thread.start();
        if (failure.get() != null) stop();
    }

    private void stop() {
        for (Thread thread : threads) thread.interrupt();
    }

    /// A platform thread's whole life.
    ///
    /// @throws AssertionError if it failed
    public static void run(Work work) throws InterruptedException {
        TestThreads one = new TestThreads();
        one.start(PLATFORM, work);
        one.join();
    }

    /// Whether a thread has failed. The others may want to stop.
    public boolean hasFailed() {
        return failure.get() != null;
    }

    /// Whether any of them runs.
    public boolean areWorking() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /// Waits until all have ended.
    ///
    /// @throws AssertionError if one of them failed, with what it threw first
    public void join() throws InterruptedException {
        Throwable thrown = ended();
        if (thrown != null) throw new AssertionError("in a thread", thrown);
    }

    /// Waits until all have ended.
    ///
    /// @return what one of them threw first, or null
    public Throwable ended() throws InterruptedException {
        for (Thread thread : threads) thread.join();
        threads.clear();
        return failure.get();
    }
}
