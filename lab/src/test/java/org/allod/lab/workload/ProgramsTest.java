package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.stream.Stream;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.check.CheckedAllocator;
import org.allod.dlmalloc.DlMalloc;
import org.allod.lab.replay.NativeMalloc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the programs ask for, against what was counted on the originals, in a part of their work.
@Timeout(120)
class ProgramsTest {
    private static final long MILLISECOND = 1_000_000;
    private static final int THREADS = 2;

    private static Allocator heap() {
        return LockedAllocator.of(new DlMalloc(Region.reserved(1L << 30)));
    }

    /// One round with two threads. Programs that are stopped take 100 ms.
    private static CountingHeap play(Workload workload) {
        CountingHeap heap = new CountingHeap(heap(), 0);
        play(workload, heap, false);
        assertEquals(0, heap.live(), workload.name() + " leaves blocks");
        System.out.printf(
                "%s: %,d allocations of %.1f B on average, %.2f %% remote frees, peak %,d B%n",
                workload.name(),
                heap.allocations(),
                heap.bytesOnAverage(),
                heap.percentRemote(),
                heap.liveBytesMax());
        return heap;
    }

    private static Crew play(Workload workload, Allocator heap, boolean virtual) {
        Crew crew = new Crew(heap, THREADS, virtual, 64);
        crew.round(workload, workload.secondsOfRound() > 0 ? 100 * MILLISECOND : 0);
        return crew;
    }

    // ---- sizes and counts ----

    @ParameterizedTest
    @CsvSource({"larson", "larson-sized"})
    void larsonReplacesBlocksOf8To999Bytes(String name) {
        CountingHeap heap = play(Workloads.named(name));
        int warmUp = THREADS * 5000 * 5;
        assertTrue(heap.allocations() > warmUp, "threads allocate, too");
        assertEquals(503, heap.bytesOnAverage(), 5);
        assertEquals(8, heap.sizes().keySet().stream().min(Long::compare).orElseThrow());
        assertEquals(999, heap.sizes().keySet().stream().max(Long::compare).orElseThrow());
        assertEquals(THREADS * 5000 * 503L, heap.liveBytesMax(), 200_000);
    }

    @Test
    void xmallocTestFreesWhatOthersAllocate() {
        CountingHeap heap = play(Workloads.named("xmalloc-test"));
        assertEquals(Set.of(64L, 32_776L), heap.sizes().keySet());
        assertEquals(4096L * heap.sizes().get(32_776L), heap.sizes().get(64L));
        assertEquals(100.0, heap.percentRemote());
    }

    @Test
    void sh6benchAllocates193MillionBlocks() {
        CountingHeap heap = play(Workloads.named("sh6bench", 1250));
        assertEquals(193_000_000 / 1250, heap.allocations());
        assertEquals(0, heap.percentRemote());
        assertEquals(1, heap.sizes().keySet().stream().min(Long::compare).orElseThrow());
        assertEquals(709, heap.sizes().keySet().stream().max(Long::compare).orElseThrow());
    }

    /// The original allocates 427,071,240 and 10,000,000: of the steps some are releases instead.
    @Test
    void sh8benchAllocates427MillionBlocks() {
        CountingHeap heap = play(new Sh8bench(1041, 20_000));
        long releases = 4 * 25;
        assertEquals(4 * 14 * 7321 + 9604 - releases, heap.allocations());
        assertEquals(437_071_240, 1041.0 * heap.allocations(), 500_000);
        assertEquals(2.3 + 2.4, heap.percentRemote(), 2, "the rest is freed by the main thread");
        assertEquals(
                Set.of(8L, 16L, 48L, 72L, 148L, 200L, 520L, 1056L, 4096L, 9162L, 34_562L, 168_524L),
                heap.sizes().keySet());
        assertEquals(4 * 14 * 1000 + 9604, heap.sizes().get(8L), 30);
    }

    @Test
    void cacheScratchFreesAByteOfTheMainThreadsEach() {
        CountingHeap heap = play(Workloads.named("cache-scratch", 100));
        assertEquals(Set.of(1L), heap.sizes().keySet());
        assertEquals(THREADS * 10 + THREADS, heap.allocations());
        assertEquals(100.0 * THREADS / heap.allocations(), heap.percentRemote(), 1e-9);
    }

    @Test
    void cacheThrashAllocatesAByteAtATime() {
        CountingHeap heap = play(Workloads.named("cache-thrash", 100));
        assertEquals(Set.of(1L), heap.sizes().keySet());
        assertEquals(THREADS * 10, heap.allocations());
        assertEquals(0, heap.percentRemote());
    }

    @Test
    void allocTestHalvesTheShareWithEachPowerOfTwo() {
        CountingHeap heap = play(Workloads.named("alloc-test", 250));
        // Half of the slots in the beginning, then every other operation, or nearly so.
        assertEquals((1 << 17) + THREADS * 200_000, heap.allocations(), 20_000);
        for (int exponent = 2; exponent < 9; exponent++) {
            double share = 0;
            for (long size = (1L << exponent) + 1; size <= 2L << exponent; size++) {
                share += heap.percentOf(size);
            }
            assertEquals(100.0 / (1 << exponent - 1), share, 0.5, "exponent " + exponent);
        }
        assertEquals(5, heap.sizes().keySet().stream().min(Long::compare).orElseThrow());
        assertTrue(heap.sizes().keySet().stream().max(Long::compare).orElseThrow() <= 1024);
        assertEquals(0, heap.percentRemote());
    }

    @Test
    void glibcSimpleHasThreeSizes() {
        CountingHeap heap = play(Workloads.named("glibc-simple", 100));
        int all = 4 * (25 * 800 + 100 * 200 + 400 * 50 + 1600 * 12);
        assertEquals(Set.of(16L, 32L, 64L), heap.sizes().keySet());
        heap.sizes().forEach((size, count) -> assertEquals(all, count, "blocks of " + size));
        assertEquals(0, heap.percentRemote());
        assertEquals(1600 * 64, heap.liveBytesMax());
    }

    @Test
    void glibcThreadsSizesAreRareAsTheirSquare() {
        CountingHeap heap = play(Workloads.named("glibc-thread"));
        assertEquals(39, heap.bytesOnAverage(), 4);
        double tiny = 0;
        for (long size = 4; size <= 8; size++) tiny += heap.percentOf(size);
        double small = 0;
        for (long size = 9; size <= 16; size++) small += heap.percentOf(size);
        assertEquals(55, tiny, 1.5);
        assertEquals(21, small, 1.5);
        assertEquals(0, heap.percentRemote());
    }

    /// The original: 2,775 B on average, half aligned, 28.5 % remote frees, 12.5 MiB.
    @Test
    void rptestSendsAQuarterToOthers() {
        CountingHeap heap = play(Workloads.named("rptest", 1));
        assertEquals(2775, heap.bytesOnAverage(), 150);
        assertTrue(heap.sizes().keySet().stream().max(Long::compare).orElseThrow() < 16_000);
        assertTrue(heap.percentRemote() > 10 && heap.percentRemote() < 40);
    }

    @Test
    void mleakHasTenThreadsAtATime() {
        CountingHeap heap = play(Workloads.named("mleak", 5));
        assertEquals(Set.of(128L), heap.sizes().keySet());
        assertEquals(1000, heap.allocations());
    }

    // ---- all of them ----

    static Stream<String> names() {
        return Workloads.all().stream().map(Workload::name);
    }

    private static Workload small(String name) {
        return name.equals("sh8bench") ? new Sh8bench(3000, 5000) : Workloads.named(name, 2500);
    }

    /// Every layout is the one that the block was allocated with, and no block is left.
    @ParameterizedTest
    @MethodSource("names")
    void allAskForWhatTheContractAllows(String name) {
        for (boolean virtual : new boolean[] {false, true}) {
            Allocator heap = CheckedAllocator.of(heap());
            Crew crew = play(small(name), heap, virtual);
            assertEquals(0, heap.stats().blocksUsed(), name);
            assertEquals(0, crew.failures());
            assertTrue(crew.operations() > 0);
            heap.close();
        }
    }

    /// Nobody waits for ever when another thread ends.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "larson",
                "larson-sized",
                "xmalloc-test",
                "rptest",
                "sh6bench",
                "sh8bench",
                "alloc-test",
                "glibc-simple",
                "glibc-thread"
            })
    void aRefusedBlockEndsAllThreads(String name) {
        for (boolean virtual : new boolean[] {false, true}) {
            try (BumpHeap heap = new BumpHeap(BumpHeap.Flaw.REFUSES)) {
                Crew crew = new Crew(heap, 3, virtual, 64);
                Workload workload = Workloads.named(name, 100);
                assertThrows(
                        HeapExhaustedException.class,
                        () -> crew.round(workload, Long.MAX_VALUE / 2));
            }
        }
    }

    static Stream<String> namesOfLoops() {
        return names().filter(name -> !name.equals("mleak"));
    }

    /// With the C library's blocks: ours are filled with patterns where assertions are on. mleak is
    /// nothing but threads, which are objects.
    @ParameterizedTest
    @MethodSource("namesOfLoops")
    void aRoundMakesNoGarbagePerOperation(String name) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Crew crew = new Crew(NativeMalloc.open("libc"), 1, false, 64);
        double least = Double.MAX_VALUE;
        for (int round = 0; round < 50 && least > 0.01; round++) {
            Workload workload = part(name);
            long before = threads.getTotalThreadAllocatedBytes();
            crew.round(workload, workload.secondsOfRound() > 0 ? 50 * MILLISECOND : 0);
            long bytes = threads.getTotalThreadAllocatedBytes() - before;
            long beside = bytes - THREAD_BYTES - arrayBytes(name);
            least = Math.min(least, (double) beside / crew.operations());
        }
        assertTrue(least <= 0.01, least + " bytes an operation in the best round");
    }

    /// So large that there is time to compile them.
    private static Workload part(String name) {
        return switch (name) {
            case "cache-scratch", "cache-thrash" -> Workloads.named(name, 10);
            case "sh8bench" -> new Sh8bench(500, 50_000);
            default -> Workloads.named(name, 50);
        };
    }

    /// A block's address and its size.
    private static final int SLOT_BYTES = Long.BYTES + Integer.BYTES;

    /// A round's threads and what belongs to them.
    private static final long THREAD_BYTES = 64 << 10;

    /// Arrays that are made before the loops.
    private static long arrayBytes(String name) {
        return switch (name) {
            case "sh6bench" -> 10_000 * SLOT_BYTES;
            case "sh8bench" -> 50_000 * SLOT_BYTES + 20_000 * Long.BYTES;
            case "alloc-test" -> (1 << 18) * SLOT_BYTES;
            case "larson", "larson-sized" -> 5000 * SLOT_BYTES;
            default -> 0;
        };
    }
}
