package org.allod.bench;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The pair of [PairBenchmark] with what a Java program has without Allod.
///
/// Arenas and direct buffers hand out zeroed memory, the others do not: that is what their users
/// pay. Netty is as on its event loops: in [NettyThreads], each with caches of its own.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"})
public class PeerPairBenchmark {
    /// Bytes of the block.
    @Param({"16", "64", "1024", "65536"})
    public int size;

    // ---- C libraries ----

    /// Each in a class of its own, loaded by the benchmark that needs it.
    private static final class Libc {
        private static final NativeMalloc ORDINARY = NativeMalloc.libc();
        private static final NativeMalloc CRITICAL =
                NativeMalloc.libc(Linker.Option.critical(false));
    }

    private static final class Tcmalloc {
        private static final NativeMalloc LIBRARY = NativeMalloc.of("libtcmalloc_minimal.so.4");
    }

    private static final class Jemalloc {
        private static final NativeMalloc LIBRARY = NativeMalloc.of("libjemalloc.so.2");
    }

    /// By ordinary calls, which any program may use.
    ///
    /// @return the block's address
    @Benchmark
    public long libc() {
        long block = Libc.ORDINARY.allocate(size);
        Libc.ORDINARY.free(block);
        return block;
    }

    /// By critical calls: see [NativeMalloc].
    ///
    /// @return the block's address
    @Benchmark
    public long libcCritical() {
        long block = Libc.CRITICAL.allocate(size);
        Libc.CRITICAL.free(block);
        return block;
    }

    /// gperftools' malloc, from Debian's `libtcmalloc-minimal4`, by ordinary calls.
    ///
    /// @return the block's address
    @Benchmark
    public long libtcmalloc() {
        long block = Tcmalloc.LIBRARY.allocate(size);
        Tcmalloc.LIBRARY.free(block);
        return block;
    }

    /// jemalloc, from Debian's `libjemalloc2`, by ordinary calls. Its static thread-local storage
    /// fits if JMH is started with `GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384`.
    ///
    /// @return the block's address
    @Benchmark
    public long libjemalloc() {
        long block = Jemalloc.LIBRARY.allocate(size);
        Jemalloc.LIBRARY.free(block);
        return block;
    }

    // ---- the JDK ----

    /// An arena of one thread for one block.
    ///
    /// @return the block's address
    @Benchmark
    public long confinedArena() {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocate(size, LivedInHeap.ALIGNMENT).address();
        }
    }

    /// An arena of all threads for one block: each close is a handshake with every thread.
    ///
    /// @return the block's address
    @Benchmark
    public long sharedArena() {
        try (Arena arena = Arena.ofShared()) {
            return arena.allocate(size, LivedInHeap.ALIGNMENT).address();
        }
    }

    /// Starts an iteration without buffers of the one before.
    @State(Scope.Benchmark)
    public static class Collected {
        /// Time for the JDK's own thread to free what the collector found.
        private static final long SETTLE_MILLIS = 200;

        /// Collects.
        ///
        /// @throws InterruptedException if the run is broken off
        @Setup(Level.Iteration)
        public void collect() throws InterruptedException {
            System.gc();
            Thread.sleep(SETTLE_MILLIS);
        }
    }

    /// A direct buffer. Nobody can free it: the collector does, on the clock, and the limit calls
    /// it when young collections come too rarely (at 1 KiB and more, with a limit of 256 MiB).
    ///
    /// @param collected frees what the last iteration left
    /// @return the buffer
    @Benchmark
    @Fork(jvmArgsAppend = "-XX:MaxDirectMemorySize=256m")
    public ByteBuffer directBuffer(Collected collected) {
        return ByteBuffer.allocateDirect(size);
    }

    // ---- Netty, in threads as it makes them ----

    private static final String EXECUTOR = "-Djmh.executor=CUSTOM";
    private static final String EXECUTOR_CLASS =
            "-Djmh.executor.class=org.allod.bench.NettyThreads";

    /// Netty's default since 4.2.
    @State(Scope.Benchmark)
    public static class Adaptive {
        /// Direct buffers; caches in any thread, not only where an event loop says it is one.
        private final AdaptiveByteBufAllocator buffers = new AdaptiveByteBufAllocator(true, true);
    }

    /// A buffer of Netty's adaptive allocator.
    ///
    /// @param netty the allocator
    /// @return whether it was freed: always
    @Benchmark
    @Fork(jvmArgsAppend = {EXECUTOR, EXECUTOR_CLASS})
    public boolean nettyAdaptive(Adaptive netty) {
        return netty.buffers.directBuffer(size).release();
    }

    /// Netty's default before 4.2.
    @State(Scope.Benchmark)
    public static class Pooled {
        private final PooledByteBufAllocator buffers = new PooledByteBufAllocator(true);
    }

    /// A buffer of Netty's pooled allocator.
    ///
    /// @param netty the allocator
    /// @return whether it was freed: always
    @Benchmark
    @Fork(jvmArgsAppend = {EXECUTOR, EXECUTOR_CLASS})
    public boolean nettyPooled(Pooled netty) {
        return netty.buffers.directBuffer(size).release();
    }
}
