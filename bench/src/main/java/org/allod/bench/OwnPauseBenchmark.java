package org.allod.bench;

import java.util.concurrent.TimeUnit;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.heap.Allocators;
import org.allod.own.LongBTreeMap;
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
import org.openjdk.jmh.annotations.Warmup;

/// A full collection, with entries alive off heap or after they were dropped.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
@State(Scope.Thread)
public class OwnPauseBenchmark {
    /// Entries that are put in.
    @Param("10000000")
    public int entries;

    /// Whether they are alive. Where they are not, the same code has run: compiled methods are
    /// looked at by the collector, too.
    @Param({"false", "true"})
    public boolean alive;

    /// Name of the allocator. `jemalloc` and `tcmalloc` have a Java object for each run of pages,
    /// 10,000 for 10^7 entries, which the collector looks at: 0.7 ms more.
    @Param("dlmalloc")
    public String over;

    private LongBTreeMap map;

    /// Fills the map.
    @Setup
    public void open() {
        Allocator heap = Allocators.named(over).open(Region.reserved(1L << 30));
        map = LongBTreeMap.of(heap);
        for (long key = 0; key < entries; key++) map.put(key, key);
        if (!alive) map.clear();
    }

    /// One collection.
    ///
    /// @return the map, which is alive
    @Benchmark
    public Object collect() {
        System.gc();
        return map;
    }
}
