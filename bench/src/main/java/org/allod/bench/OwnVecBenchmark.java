package org.allod.bench;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.own.LongVec;
import org.allod.own.Type;
import org.allod.own.Vec;
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

/// Elements side by side: `LongVec` beside `long[]` and fastutil, `Vec<Point>` beside `Point[]`.
///
/// Times are of one element. Pushes include growing: from an empty one to [#SIZE] elements, and
/// closing it; its memory has been used before.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
@OperationsPerInvocation(OwnVecBenchmark.SIZE)
@State(Scope.Thread)
public class OwnVecBenchmark {
    /// Elements: 512 KiB of longs, which fit into the second cache.
    static final int SIZE = 1 << 16;

    /// A record of two fields.
    public record Point(int x, long y) {}

    /// Name of the allocator. Not `allocator`: one is enough here.
    @Param("jemalloc")
    public String over;

    private Allocator heap;
    private LongVec vec;
    private long[] array;
    private Vec<Point> points;
    private Point[] pointArray;
    private int[] order;

    /// Fills all of them.
    @Setup
    public void open() {
        heap = LivedInHeap.open(over, 0);
        vec = LongVec.of(heap);
        points = Vec.of(heap, Type.of(Point.class));
        array = new long[SIZE];
        pointArray = new Point[SIZE];
        for (int i = 0; i < SIZE; i++) {
            vec.push(i);
            array[i] = i;
            points.push(new Point(i, i));
            pointArray[i] = new Point(i, i);
        }
        order = new SplittableRandom(1).ints(SIZE, 0, SIZE).toArray();
    }

    /// Looks at the heap.
    @TearDown
    public void check() {
        LivedInHeap.check(heap);
    }

    // ---- in order ----

    /// All longs, summed.
    ///
    /// @return the sum
    @Benchmark
    public long getLongVec() {
        long sum = 0;
        for (long i = 0, size = vec.size(); i < size; i++) sum += vec.get(i);
        return sum;
    }

    /// The same of an array.
    ///
    /// @return the sum
    @Benchmark
    public long getLongArray() {
        long sum = 0;
        for (int i = 0; i < array.length; i++) sum += array[i];
        return sum;
    }

    /// All longs set.
    ///
    /// @return the owner
    @Benchmark
    public Object setLongVec() {
        for (long i = 0, size = vec.size(); i < size; i++) vec.set(i, i);
        return vec;
    }

    /// The same of an array.
    ///
    /// @return the array
    @Benchmark
    public Object setLongArray() {
        for (int i = 0; i < array.length; i++) array[i] = i;
        return array;
    }

    // ---- at random ----

    /// As many longs at random, summed.
    ///
    /// @return the sum
    @Benchmark
    public long randomGetLongVec() {
        long sum = 0;
        for (int index : order) sum += vec.get(index);
        return sum;
    }

    /// The same of an array.
    ///
    /// @return the sum
    @Benchmark
    public long randomGetLongArray() {
        long sum = 0;
        for (int index : order) sum += array[index];
        return sum;
    }

    /// As many longs set at random.
    ///
    /// @return the owner
    @Benchmark
    public Object randomSetLongVec() {
        for (int index : order) vec.set(index, index);
        return vec;
    }

    /// The same of an array.
    ///
    /// @return the array
    @Benchmark
    public Object randomSetLongArray() {
        for (int index : order) array[index] = index;
        return array;
    }

    // ---- growing ----

    /// From empty to full.
    ///
    /// @return the last size
    @Benchmark
    public long pushLongVec() {
        try (LongVec grown = LongVec.of(heap)) {
            for (int i = 0; i < SIZE; i++) grown.push(i);
            return grown.size();
        }
    }

    /// The same of fastutil's list.
    ///
    /// @return the last size
    @Benchmark
    public long pushFastutil() {
        LongArrayList grown = new LongArrayList();
        for (int i = 0; i < SIZE; i++) grown.add(i);
        return grown.size();
    }

    // ---- records ----

    /// All records, summed.
    ///
    /// @return the sum
    @Benchmark
    public long getPointVec() {
        long sum = 0;
        for (long i = 0, size = points.size(); i < size; i++) {
            Point point = points.get(i);
            sum += point.x + point.y;
        }
        return sum;
    }

    /// The same of an array.
    ///
    /// @return the sum
    @Benchmark
    public long getPointArray() {
        long sum = 0;
        for (Point point : pointArray) sum += point.x + point.y;
        return sum;
    }

    /// All records set.
    ///
    /// @return the owner
    @Benchmark
    public Object setPointVec() {
        for (int i = 0; i < SIZE; i++) points.set(i, new Point(i, i));
        return points;
    }

    /// The same of an array.
    ///
    /// @return the array
    @Benchmark
    public Object setPointArray() {
        for (int i = 0; i < SIZE; i++) pointArray[i] = new Point(i, i);
        return pointArray;
    }
}
