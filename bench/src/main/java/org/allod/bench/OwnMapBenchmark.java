package org.allod.bench;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.heap.Allocators;
import org.allod.own.LongBTreeMap;
import org.allod.own.LongHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Longs by random longs: `LongBTreeMap` beside `TreeMap`, `LongHashMap` beside fastutil's.
///
/// Times of `get` are of one look-up, those of `fill` of a whole map, in microseconds if so asked.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms3g", "-Xmx3g"})
@State(Scope.Thread)
public class OwnMapBenchmark {
    /// Look-ups at a time.
    static final int BATCH = 1 << 10;

    /// Address space: 10^7 entries take 512 MiB at most, and as much while they move.
    private static final long REGION_BYTES = 4L << 30;

    /// Entries of a map.
    @Param({"1000", "1000000", "10000000"})
    public int entries;

    /// Name of the allocator. Not `allocator`: one is enough here.
    @Param("jemalloc")
    public String over;

    private Allocator heap;
    private long[] keys;
    private long[] others;
    private int next;

    /// One map, so that a fork has only what it measures.
    @State(Scope.Thread)
    public static class Tree {
        private LongBTreeMap map;

        /// Fills it.
        ///
        /// @param all the keys
        @Setup
        public void open(OwnMapBenchmark all) {
            map = all.tree();
        }
    }

    /// The JDK's.
    @State(Scope.Thread)
    public static class JdkTree {
        private TreeMap<Long, Long> map;

        /// Fills it.
        ///
        /// @param all the keys
        @Setup
        public void open(OwnMapBenchmark all) {
            map = all.jdkTree();
        }
    }

    /// The hash table.
    @State(Scope.Thread)
    public static class Hash {
        private LongHashMap map;

        /// Fills it.
        ///
        /// @param all the keys
        @Setup
        public void open(OwnMapBenchmark all) {
            map = all.hash();
        }
    }

    /// Fastutil's.
    @State(Scope.Thread)
    public static class Fastutil {
        private Long2LongOpenHashMap map;

        /// Fills it.
        ///
        /// @param all the keys
        @Setup
        public void open(OwnMapBenchmark all) {
            map = all.fastutil();
        }
    }

    /// Makes the heap and the keys.
    @Setup
    public void open() {
        heap = Allocators.named(over).open(Region.reserved(REGION_BYTES));
        keys = new SplittableRandom(1).longs(entries).toArray();
        others = new SplittableRandom(2).longs(entries).toArray();
    }

    /// Looks at the heap.
    @TearDown
    public void check() {
        LivedInHeap.check(heap);
    }

    private LongBTreeMap tree() {
        LongBTreeMap map = LongBTreeMap.of(heap);
        for (long key : keys) map.put(key, key);
        return map;
    }

    private TreeMap<Long, Long> jdkTree() {
        TreeMap<Long, Long> map = new TreeMap<>();
        for (long key : keys) map.put(key, key);
        return map;
    }

    private LongHashMap hash() {
        LongHashMap map = LongHashMap.of(heap);
        for (long key : keys) map.put(key, key);
        return map;
    }

    private Long2LongOpenHashMap fastutil() {
        Long2LongOpenHashMap map = new Long2LongOpenHashMap();
        for (long key : keys) map.put(key, key);
        return map;
    }

    /// Where the next batch begins: by a prime, so that all keys come up.
    private int batch() {
        next += 7919;
        if (next >= entries) next %= entries;
        return next;
    }

    private static int after(int index, long[] keys) {
        return index + 1 == keys.length ? 0 : index + 1;
    }

    // ---- trees ----

    /// Keys that are there.
    ///
    /// @param state the map
    /// @return the sum of the values
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long treeHit(Tree state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, keys)) {
            sum += state.map.get(keys[i], -1);
        }
        return sum;
    }

    /// The same with the JDK's.
    ///
    /// @param state the map
    /// @return the sum of the values
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long treeHitJdk(JdkTree state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, keys)) {
            sum += state.map.get(keys[i]);
        }
        return sum;
    }

    /// A whole map.
    ///
    /// @return its size
    @Benchmark
    public long treeFill() {
        try (LongBTreeMap map = tree()) {
            return map.size();
        }
    }

    /// The same with the JDK's.
    ///
    /// @return its size
    @Benchmark
    public long treeFillJdk() {
        return jdkTree().size();
    }

    // ---- hash tables ----

    /// Keys that are there.
    ///
    /// @param state the map
    /// @return the sum of the values
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hashHit(Hash state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, keys)) {
            sum += state.map.get(keys[i], -1);
        }
        return sum;
    }

    /// The same with fastutil's.
    ///
    /// @param state the map
    /// @return the sum of the values
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hashHitFastutil(Fastutil state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, keys)) {
            sum += state.map.get(keys[i]);
        }
        return sum;
    }

    /// Keys that are not there.
    ///
    /// @param state the map
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hashMiss(Hash state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, others)) {
            sum += state.map.get(others[i], -1);
        }
        return sum;
    }

    /// The same with fastutil's.
    ///
    /// @param state the map
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hashMissFastutil(Fastutil state) {
        long sum = 0;
        for (int n = BATCH, i = batch(); n > 0; n--, i = after(i, others)) {
            sum += state.map.get(others[i]);
        }
        return sum;
    }

    /// A whole map.
    ///
    /// @return its size
    @Benchmark
    public long hashFill() {
        try (LongHashMap map = hash()) {
            return map.size();
        }
    }

    /// The same with fastutil's.
    ///
    /// @return its size
    @Benchmark
    public long hashFillFastutil() {
        return fastutil().size();
    }
}
