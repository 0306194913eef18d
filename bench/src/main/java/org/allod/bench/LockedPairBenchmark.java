package org.allod.bench;

import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.check.CheckedAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// The pair of [PairBenchmark], 64 B in a heap of 1,000 live blocks, through each wrapper.
///
/// With two threads the time is still that of one thread's pair: no gain at all by the second one
/// would double it.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class LockedPairBenchmark {
    private static final long SIZE = 64;
    private static final int LIVE = 1000;

    /// The allocator as it is.
    @State(Scope.Thread)
    public static class Bare {
        /// Name of the allocator. [Main] puts all of them in.
        @Param("buddy")
        public String allocator;

        private Allocator heap;

        /// Makes the heap, in the thread that owns it.
        @Setup
        public void open() {
            heap = LivedInHeap.open(allocator, LIVE);
        }

        /// Looks at the heap.
        @TearDown
        public void check() {
            LivedInHeap.check(heap);
        }
    }

    /// Under a lock, for all threads of a benchmark.
    @State(Scope.Benchmark)
    public static class Locked {
        /// Name of the allocator. [Main] puts all of them in.
        @Param("buddy")
        public String allocator;

        private Allocator heap;

        /// Makes the heap.
        @Setup
        public void open() {
            heap = LockedAllocator.of(LivedInHeap.open(allocator, LIVE));
        }

        /// Looks at the heap.
        @TearDown
        public void check() {
            LivedInHeap.check(heap);
        }
    }

    /// With a shadow map, canaries and freed blocks held back.
    @State(Scope.Thread)
    public static class Checked {
        /// Name of the allocator. [Main] puts all of them in.
        @Param("buddy")
        public String allocator;

        private Allocator heap;

        /// Makes the heap, in the thread that owns it.
        @Setup
        public void open() {
            heap = CheckedAllocator.of(LivedInHeap.open(allocator, LIVE));
        }

        /// Looks at the heap.
        @TearDown
        public void check() {
            LivedInHeap.check(heap);
        }
    }

    /// No wrapper: what the others are compared with.
    ///
    /// @param state the heap
    /// @return the block's address
    @Benchmark
    public long bare(Bare state) {
        return pair(state.heap);
    }

    /// A lock that nobody else wants.
    ///
    /// @param state the heap
    /// @return the block's address
    @Benchmark
    public long locked(Locked state) {
        return pair(state.heap);
    }

    /// A lock that two threads want all the time.
    ///
    /// @param state the heap
    /// @return the block's address
    @Benchmark
    @Threads(2)
    public long lockedTwoThreads(Locked state) {
        return pair(state.heap);
    }

    /// The checker. It makes garbage: it remembers each block.
    ///
    /// @param state the heap
    /// @return the block's address
    @Benchmark
    public long checked(Checked state) {
        return pair(state.heap);
    }

    private static long pair(Allocator heap) {
        long block = heap.allocate(SIZE, LivedInHeap.ALIGNMENT);
        heap.deallocate(block, SIZE, LivedInHeap.ALIGNMENT);
        return block;
    }
}
