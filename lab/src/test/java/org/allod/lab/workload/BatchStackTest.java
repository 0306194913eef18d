package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.allod.Allocator;
import org.allod.lab.workload.BumpHeap.Flaw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A time-out is a thread that waits although the time is over.
@Timeout(60)
class BatchStackTest {
    private static final long MILLISECOND = 1_000_000;

    private static long play(Consumer<Crew> program, long nanos) {
        try (BumpHeap heap = new BumpHeap(Flaw.NONE)) {
            Workload workload =
                    new Workload() {
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
                    };
            return new Crew(heap, 2, false, 0).round(workload, nanos);
        }
    }

    @Test
    void theNewestComesFirst() {
        play(
                crew -> {
                    BatchStack stack = new BatchStack(crew);
                    long[] batches = new long[3];
                    for (int i = 0; i < 3; i++) {
                        batches[i] = crew.main().allocate(64);
                        stack.push(batches[i]);
                    }
                    assertEquals(batches[2], stack.pop());
                    assertEquals(batches[1], stack.popLeft());
                    assertEquals(batches[0], stack.pop());
                    assertEquals(Allocator.NULL, stack.popLeft());
                },
                0);
    }

    @Test
    void whoWaitsForRoomOrForABatchIsFreeWhenTheTimeIsOver() {
        long nanos =
                play(
                        crew -> {
                            BatchStack full = new BatchStack(crew);
                            for (int i = 0; i < 100; i++) full.push(crew.main().allocate(64));
                            assertTrue(!crew.isOver(), "there is room for 100");
                            long one = crew.main().allocate(64);
                            crew.spawn(
                                    2,
                                    worker -> {
                                        if (worker.index() == 1) full.push(one);
                                        else new BatchStack(crew).pop();
                                    });
                            assertTrue(crew.isOver(), "they waited");
                            assertEquals(one, full.popLeft(), "nothing is lost");
                            assertEquals(Allocator.NULL, new BatchStack(crew).pop());
                        },
                        300 * MILLISECOND);
        assertTrue(nanos >= 300 * MILLISECOND);
    }

    @Test
    void whoMakesRoomWakesWhoWaitsForIt() {
        play(
                crew -> {
                    BatchStack stack = new BatchStack(crew);
                    crew.spawn(
                            2,
                            worker -> {
                                for (int i = 0; i < 1000; i++) {
                                    if (worker.index() == 1) stack.push(worker.allocate(64));
                                    else assertTrue(stack.pop() != Allocator.NULL);
                                }
                            });
                    assertEquals(Allocator.NULL, stack.popLeft());
                },
                0);
    }
}
