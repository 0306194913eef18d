package org.allod.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.allod.ffm.HeapArena;
import org.allod.heap.Heap;
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

/// An arena opened, some zeroed segments taken of it, and closed: ours and the JDK's, in turn.
///
/// Each segment is written to once. The shared kinds end with a handshake of all threads, but for
/// the one that handed out addresses only.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class ArenaBenchmark {
    private static final long ALIGNMENT = 16;

    /// Name of the allocator under our arenas: the fastest there is. Not called `allocator`, for
    /// which [Main] puts all of them in: the JDK's half would run once for each.
    @Param("jemalloc")
    public String under;

    /// Bytes of a segment.
    @Param("64")
    public long size;

    /// Segments of an arena.
    @Param({"1", "10"})
    public int segments;

    private Heap heap;

    /// Makes the heap.
    @Setup
    public void open() {
        heap = Heap.builder().allocator(under).reserve(1L << 30).open();
    }

    /// Looks for leaks.
    ///
    /// @throws IllegalStateException if a block is live
    @TearDown
    public void check() {
        long live = heap.stats().blocksUsed();
        if (live != 0) throw new IllegalStateException("live=" + live + ", expected 0");
    }

    /// The heap's arena for one thread.
    ///
    /// @return an address
    @Benchmark
    public long confined() {
        try (HeapArena arena = heap.arena()) {
            return fill(arena);
        }
    }

    /// The JDK's.
    ///
    /// @return an address
    @Benchmark
    public long confinedJdk() {
        try (Arena arena = Arena.ofConfined()) {
            return fill(arena);
        }
    }

    /// The heap's arena for all threads.
    ///
    /// @return an address
    @Benchmark
    public long shared() {
        try (HeapArena arena = heap.sharedArena()) {
            return fill(arena);
        }
    }

    /// The JDK's.
    ///
    /// @return an address
    @Benchmark
    public long sharedJdk() {
        try (Arena arena = Arena.ofShared()) {
            return fill(arena);
        }
    }

    /// The heap's arena for all threads, without a segment.
    ///
    /// @return an address
    @Benchmark
    public long sharedAddresses() {
        try (HeapArena arena = heap.sharedArena()) {
            long last = 0;
            for (int i = 0; i < segments; i++) last = arena.allocateAddress(size, ALIGNMENT);
            return last;
        }
    }

    private long fill(Arena arena) {
        long last = 0;
        for (int i = 0; i < segments; i++) {
            MemorySegment segment = arena.allocate(size, ALIGNMENT);
            segment.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
            last = segment.address();
        }
        return last;
    }
}
