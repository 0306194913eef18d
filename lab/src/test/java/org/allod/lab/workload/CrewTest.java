package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.allod.lab.workload.BumpHeap.Flaw;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that end in all the ways they can. A time-out is a thread that nobody stopped.
@Timeout(60)
class CrewTest {
    private final BumpHeap heap = new BumpHeap(Flaw.NONE);

    @AfterEach
    void close() {
        heap.close();
    }

    private record Program(int secondsOfRound, Consumer<Crew> program) implements Workload {
        Program(Consumer<Crew> program) {
            this(0, program);
        }

        @Override
        public String name() {
            return "program";
        }

        @Override
        public String sentence() {
            return "a test's";
        }

        @Override
        public void round(Crew crew) {
            program.accept(crew);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachBodyHasAThreadAndTheFirstIsTheMainOne(boolean virtual) {
        var threads = new ConcurrentHashMap<Integer, Thread>();
        Thread[] main = new Thread[1];
        CyclicBarrier together = new CyclicBarrier(4);
        Crew crew = new Crew(heap, 4, virtual, 64);
        Program program =
                new Program(c -> {
                    main[0] = Thread.currentThread();
                    c.run(
                            c.threads(),
                            worker -> {
                                threads.put(worker.index(), Thread.currentThread());
                                await(together);
                            });
                });
        crew.round(program, 0);
        assertEquals(4, threads.size());
        assertSame(main[0], threads.get(0));
        assertNotSame(threads.get(1), threads.get(2));
        assertTrue(threads.values().stream().allMatch(thread -> thread.isVirtual() == virtual));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, false", "0, true", "1, true", "2, true"})
    void oneFailureEndsThoseWhoWaitAndThoseWhoWork(int failing, boolean virtual) {
        CountDownLatch never = new CountDownLatch(1);
        CyclicBarrier begun = new CyclicBarrier(3);
        AtomicInteger ended = new AtomicInteger();
        Program program =
                new Program(c ->
                        c.run(
                                3,
                                worker -> {
                                    await(begun);
                                    if (worker.index() == failing) {
                                        throw new IllegalStateException("on purpose");
                                    }
                                    try {
                                        if (worker.index() == 1) never.await();
                                        else while (true) workOn(c);
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException("woken", e);
                                    } finally {
                                        ended.incrementAndGet();
                                    }
                                }));
        Crew crew = new Crew(heap, 3, virtual, 64);
        String message =
                assertThrows(IllegalStateException.class, () -> crew.round(program, 0))
                        .getMessage();
        assertEquals("on purpose", message);
        assertEquals(2, ended.get());
    }

    /// Yields: two virtual threads that never do would leave no processor to a third.
    private static void workOn(Crew crew) {
        crew.proceed();
        Thread.yield();
    }

    @Test
    void successorsAreWaitedForAndKeepTheWorker() {
        AtomicInteger lives = new AtomicInteger();
        Program program = new Program(c -> c.run(2, worker -> live(c, worker, lives, 10)));
        Crew crew = new Crew(heap, 2, false, 64);
        crew.round(program, 0);
        assertEquals(2 * 11, lives.get());
        assertEquals(2 * 11, crew.operations());
    }

    private static void live(Crew crew, Worker worker, AtomicInteger lives, int successors) {
        worker.allocate(16, 16);
        lives.incrementAndGet();
        if (successors == 0) return;
        crew.succeed(worker, next -> live(crew, next, lives, successors - 1));
    }

    @Test
    void aProgramWithoutAnEndIsStopped() {
        AtomicInteger steps = new AtomicInteger();
        Program program =
                new Program(
                        5,
                        c -> {
                            while (!c.isOver()) {
                                steps.incrementAndGet();
                                c.proceed();
                            }
                        });
        long nanos = new Crew(heap, 1, false, 64).round(program, 1_000_000_000L);
        assertTrue(nanos >= 1_000_000_000L, "ended before its second: " + nanos);
        assertTrue(steps.get() > 0);
    }

    @Test
    void whatIsBeforeAndAfterTheClockDoesNotCount() {
        Program program =
                new Program(c -> {
                    for (int i = 0; i < 1000; i++) c.main().allocate(16, 16);
                    c.startClock();
                    for (int i = 0; i < 3; i++) c.main().allocate(16, 16);
                    c.stopClock();
                    for (int i = 0; i < 1000; i++) c.main().allocate(16, 16);
                });
        Crew crew = new Crew(heap, 1, false, 64);
        crew.round(program, 0);
        assertEquals(3, crew.operations());
        var latency = Worker.histogram();
        crew.addLatencyTo(latency);
        assertTrue(latency.getTotalCount() <= 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void spawnedBodiesAllHaveNewThreadsAndSuccessors(boolean virtual) {
        var threads = new ConcurrentHashMap<Thread, Integer>();
        Program program =
                new Program(c -> {
                    threads.put(Thread.currentThread(), 0);
                    c.spawn(
                            2,
                            worker -> {
                                threads.put(Thread.currentThread(), worker.index());
                                c.succeed(
                                        worker,
                                        next ->
                                                threads.put(
                                                        Thread.currentThread(), 10 * next.index()));
                            });
                    assertEquals(5, threads.size(), "all have ended");
                });
        new Crew(heap, 7, virtual, 64).round(program, 0);
        assertEquals(List.of(0, 1, 2, 10, 20), threads.values().stream().sorted().toList());
    }

    @Test
    void aFailureEndsThoseWhoGoOnUntilTheTimeIsOver() {
        Program program =
                new Program(
                        1000,
                        c ->
                                c.spawn(
                                        2,
                                        worker -> {
                                            if (worker.index() == 1) {
                                                throw new IllegalStateException("on purpose");
                                            }
                                            while (!c.isOver()) Thread.onSpinWait();
                                        }));
        Crew crew = new Crew(heap, 2, false, 64);
        assertThrows(IllegalStateException.class, () -> crew.round(program, Long.MAX_VALUE / 2));
    }

    @Test
    void aProgramMayTakeMoreThreadsThanAskedFor() {
        Program program = new Program(c -> c.run(2 * c.threads(), w -> w.allocate(16, 16)));
        Crew crew = new Crew(heap, 3, false, 64);
        crew.round(program, 0);
        assertEquals(6, crew.operations());
    }

    @Test
    void nobodyGoesOnAfterAFailure() {
        Crew crew = new Crew(heap, 1, false, 64);
        Program fails =
                new Program(_ -> {
                    throw new IllegalArgumentException("on purpose");
                });
        assertThrows(IllegalArgumentException.class, () -> crew.round(fails, 0));
        assertThrows(CancellationException.class, crew::proceed);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
