package org.allod.lab.workload;

import java.lang.invoke.VarHandle;
import org.allod.memory.Memory;

/// cache-scratch and cache-thrash: threads that write one byte again and again. They run at full
/// speed unless the allocator puts blocks of two threads onto one cache line.
///
/// ```
///   cache-thrash    each thread, 1,000 times: allocate 1 B, write and read it 2,000,000 / N times,
///                   free it
///   cache-scratch   the same; but first each frees a byte that the main thread allocated for it,
///                   │0│1│2│... in one line: whoever gets that one back shares the line
/// ```
///
/// An iteration is two operations of two million accesses: throughput here is the elapsed time,
/// upside down.
///
/// Source: cache-scratch and cache-thrash of Hoard, as mimalloc-bench runs them, `N 1000 1 2000000
/// N`.
final class CacheLines implements Workload {
    private static final int ITERATIONS = 1000;
    private static final int ACCESSES = 2_000_000;
    private static final int BYTES = 1;

    private final boolean sharesFirst;
    private final int iterations;

    private CacheLines(boolean sharesFirst, int divisor) {
        this.sharesFirst = sharesFirst;
        iterations = Math.max(1, ITERATIONS / divisor);
    }

    /// cache-scratch: passive false sharing.
    static CacheLines scratch(int divisor) {
        return new CacheLines(true, divisor);
    }

    /// cache-thrash: active false sharing.
    static CacheLines thrash(int divisor) {
        return new CacheLines(false, divisor);
    }

    @Override
    public String name() {
        return sharesFirst ? "cache-scratch" : "cache-thrash";
    }

    @Override
    public String sentence() {
        return sharesFirst
                ? "threads write a byte after they freed one beside another thread's"
                : "threads write a byte: slow if it lies beside another thread's";
    }

    @Override
    public void round(Crew crew) {
        long[] given = new long[sharesFirst ? crew.threads() : 0];
        for (int i = 0; i < given.length; i++) {
            given[i] = crew.main().allocate(BYTES);
            Memory.putByte(given[i], (byte) i);
        }
        int accesses = Math.max(1, ACCESSES / crew.threads());
        crew.spawn(
                crew.threads(),
                worker -> {
                    if (sharesFirst) worker.deallocate(given[worker.index() - 1], BYTES);
                    for (int i = 0; i < iterations; i++) {
                        crew.proceed();
                        long block = worker.allocate(BYTES);
                        access(block, accesses, (byte) i);
                        worker.deallocate(block, BYTES);
                    }
                });
    }

    /// Writes and reads one byte. The fence keeps the compiler from leaving out all but the last
    /// time; on x86-64 it is no instruction.
    private static void access(long block, int times, byte value) {
        for (int i = 0; i < times; i++) {
            Memory.putByte(block, value);
            VarHandle.releaseFence();
            if (Memory.getByte(block) != value) {
                throw new CorruptionException(
                        "corruption: the byte at 0x%x is not what was written".formatted(block));
            }
        }
    }
}
