package org.allod.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.memory.Memory;
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

/// One of many live blocks, picked at random, is freed and a block of another size takes its place.
///
/// The new block's first word is written. Which one, and how large, comes from tables of 65,536
/// steps that were made before, from a fixed seed, and are the same for all.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class WorkingSetBenchmark {
    private static final NativeMalloc LIBC = NativeMalloc.libc();
    private static final int STEPS = 1 << 16;
    private static final long SEED = 2;

    /// The blocks, and what happens to them.
    @State(Scope.Thread)
    public static class Blocks {
        /// How many are live.
        @Param({"1000", "10000"})
        public int count;

        private final int[] slots = new int[STEPS];
        private final int[] sizes = new int[STEPS];
        private long[] addresses;
        private int[] sizesNow;
        private int step;

        /// Makes the tables. No slot has a block yet.
        @Setup
        public void prepare() {
            SplittableRandom random = new SplittableRandom(SEED);
            addresses = new long[count];
            sizesNow = new int[count];
            for (int i = 0; i < STEPS; i++) {
                slots[i] = random.nextInt(count);
                sizes[i] = LivedInHeap.size(random);
            }
        }

        private int next() {
            return step++ & STEPS - 1;
        }
    }

    /// One of our heaps, for the blocks.
    @State(Scope.Thread)
    public static class Ours {
        /// Name of the allocator. [Main] puts all of them in.
        @Param("buddy")
        public String allocator;

        private Allocator heap;

        /// Makes the heap, in the thread that owns it.
        @Setup
        public void open() {
            heap = LivedInHeap.open(allocator, 0);
        }

        /// Looks at the heap.
        @TearDown
        public void check() {
            LivedInHeap.check(heap);
        }
    }

    /// Free and allocate through [Allocator].
    ///
    /// @param blocks what to replace by what
    /// @param ours where
    /// @return the new block's address
    @Benchmark
    public long ours(Blocks blocks, Ours ours) {
        Allocator heap = ours.heap;
        int step = blocks.next();
        int slot = blocks.slots[step];
        int size = blocks.sizes[step];
        heap.deallocate(blocks.addresses[slot], blocks.sizesNow[slot], LivedInHeap.ALIGNMENT);
        long block = LivedInHeap.need(heap.allocate(size, LivedInHeap.ALIGNMENT));
        Memory.putLong(block, step);
        blocks.sizesNow[slot] = size;
        return blocks.addresses[slot] = block;
    }

    /// The same with malloc and free, by ordinary calls.
    ///
    /// @param blocks what to replace by what
    /// @return the new block's address
    @Benchmark
    public long libc(Blocks blocks) {
        int step = blocks.next();
        int slot = blocks.slots[step];
        int size = blocks.sizes[step];
        LIBC.free(blocks.addresses[slot]);
        long block = LivedInHeap.need(LIBC.allocate(size));
        Memory.putLong(block, step);
        blocks.sizesNow[slot] = size;
        return blocks.addresses[slot] = block;
    }
}
