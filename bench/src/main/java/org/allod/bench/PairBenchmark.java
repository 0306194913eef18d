package org.allod.bench;

import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
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
import org.openjdk.jmh.annotations.Warmup;

/// One block, allocated and freed again: the shortest path of each allocator.
///
/// The block is not written to. `live` 0 is the empty heap, a buddy system's worst case: each pair
/// splits and merges through all of its orders.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class PairBenchmark {
    /// Name of the allocator. [Main] puts all of them in.
    @Param("buddy")
    public String allocator;

    /// Bytes of the block.
    @Param({"16", "64", "1024", "65536"})
    public long size;

    /// Blocks that are live all the time, with as many gaps between them.
    @Param({"0", "1000"})
    public int live;

    private Allocator heap;

    /// Makes the heap, in the thread that owns it.
    @Setup
    public void open() {
        heap = LivedInHeap.open(allocator, live);
    }

    /// Looks at the heap.
    @TearDown
    public void check() {
        LivedInHeap.check(heap);
    }

    /// Allocate, free.
    ///
    /// @return the block's address, so that it counts as used
    @Benchmark
    public long pair() {
        long block = heap.allocate(size, LivedInHeap.ALIGNMENT);
        heap.deallocate(block, size, LivedInHeap.ALIGNMENT);
        return block;
    }
}
