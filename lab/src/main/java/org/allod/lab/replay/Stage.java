package org.allod.lab.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.allod.Allocator;

/// A heap, a plan and the blocks that are live between them: what plays whole passes.
///
/// The heap lives through all passes. A plan with several parts gets a thread for each, new in each
/// pass as in the program that was recorded. Owner thread only.
final class Stage {
    private final Allocator heap;
    private final Plan plan;
    private final long[] blocks;
    private final long[] alignments;
    private final List<Player> players = new ArrayList<>();

    Stage(Allocator heap, Plan plan, ReplaySettings settings) {
        this.heap = heap;
        this.plan = plan;
        this.blocks = Player.slotsOf(plan);
        this.alignments = plan.lastAlignments();
        for (Part part : plan.parts()) {
            players.add(new Player(heap, part, blocks, settings.touch(), settings.copyRealloc()));
        }
    }

    /// Requests refused so far, in all passes.
    long failures() {
        return players.stream().mapToLong(Player::failures).sum();
    }

    /// Plays the whole trace; what the program left over stays.
    ///
    /// @return wall time in nanoseconds, without the starting of threads
    long pass() {
        Handover handover = new Handover(players.size());
        return onThreads(players.size(), handover, part -> play(part, handover));
    }

    private void play(int index, Handover handover) {
        Part part = plan.parts().get(index);
        Player player = players.get(index);
        int[] ends = part.ends();
        int[] waitParts = part.waitParts();
        int[] waitCounts = part.waitCounts();
        int from = 0;
        for (int segment = 0; segment < ends.length; segment++) {
            if (waitParts[segment] >= 0) handover.await(waitParts[segment], waitCounts[segment]);
            player.play(from, ends[segment]);
            from = ends[segment];
            handover.publish(index, from);
        }
    }

    /// Frees what the program left over.
    void freeLeftOvers() {
        for (int slot = 0; slot < plan.slotCount(); slot++) {
            long address = blocks[2 * slot];
            if (address == Allocator.NULL) continue;
            heap.deallocate(address, blocks[2 * slot + 1], alignments[slot]);
            blocks[2 * slot] = Allocator.NULL;
        }
    }

    // ---- threads ----

    /// Does the work of parts 0 to `parts` - 1, on threads of their own if there are several.
    ///
    /// @return wall time from the common start to the end of the last
    /// @throws RuntimeException or Error: the first that a part threw; the others are given up
    static long onThreads(int parts, Handover handover, IntConsumer work) {
        if (parts == 1) {
            long start = System.nanoTime();
            work.accept(0);
            return System.nanoTime() - start;
        }
        CountDownLatch ready = new CountDownLatch(parts);
        CountDownLatch go = new CountDownLatch(1);
        List<Throwable> thrown = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int index = part;
            Runnable body =
                    () -> {
                        try {
                            ready.countDown();
                            go.await();
                            work.accept(index);
                        } catch (Throwable failure) {
                            synchronized (thrown) {
                                thrown.add(failure);
                            }
                            handover.abandon();
                        }
                    };
            threads.add(Thread.ofPlatform().name("part-" + part).start(body));
        }
        long start = awaitStart(ready, go);
        join(threads);
        long nanos = System.nanoTime() - start;
        if (!thrown.isEmpty()) throw asUnchecked(thrown.getFirst());
        return nanos;
    }

    private static long awaitStart(CountDownLatch ready, CountDownLatch go) {
        try {
            ready.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(
                    "interrupted, expected to replay in peace", interrupted);
        }
        long start = System.nanoTime();
        go.countDown();
        return start;
    }

    private static void join(List<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("interrupted, expected to replay", interrupted);
            }
        }
    }

    private static RuntimeException asUnchecked(Throwable thrown) {
        if (thrown instanceof Error error) throw error;
        return thrown instanceof RuntimeException exception
                ? exception
                : new IllegalStateException(thrown);
    }
}
