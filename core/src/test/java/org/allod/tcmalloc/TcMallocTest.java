package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.memory.Memory;
import org.allod.profile.HeapProfile;
import org.junit.jupiter.api.Test;

/// Examples to learn from, and what is seen of misuse.
class TcMallocTest {
    private static final long MIB = 1 << 20;

    @Test
    void whatWasFreedLastComesFirst() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            long first = heap.allocate(100, 16);
            long second = heap.allocate(100, 16);
            heap.free(first);
            heap.free(second);
            assertEquals(second, heap.allocate(112, 16), "the same class");
            assertEquals(first, heap.allocate(97, 16));
        }
    }

    /// A class that is asked for once brings one block, then two, then three.
    @Test
    void aListGrowsSlowly() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            long[] cached = new long[7];
            for (int i = 0; i < cached.length; i++) {
                heap.allocate(64, 16);
                cached[i] = heap.stats().blocksCached();
            }
            assertEquals(List.of(0L, 1L, 0L, 2L, 1L, 0L, 3L), boxed(cached));
        }
    }

    private static List<Long> boxed(long[] numbers) {
        List<Long> list = new ArrayList<>();
        for (long number : numbers) list.add(number);
        return list;
    }

    @Test
    void blocksAreAlignedByTheirClass() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(64 * MIB))) {
            assertEquals(8, heap.usableSize(heap.allocate(8, 8)));
            assertEquals(16, heap.usableSize(heap.allocate(8, 16)));
            assertEquals(64, heap.usableSize(heap.allocate(40, 64)));
            assertEquals(8192, heap.usableSize(heap.allocate(1, 8192)));
            assertEquals(270_336, heap.usableSize(heap.allocate(262_145, 16)));
        }
    }

    /// Half of the block in use: it stays. Less: it moves. It grows by a quarter at least.
    @Test
    void aResizeMovesWhereItPays() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(64 * MIB))) {
            long block = heap.allocate(1000, 16);
            assertEquals(block, heap.reallocate(block, 1024));
            assertEquals(block, heap.reallocate(block, 512));
            long less = heap.reallocate(block, 511);
            assertNotEquals(block, less);
            long more = heap.reallocate(less, 513);
            assertEquals(640, heap.usableSize(more), "512 and a quarter");
            assertEquals(2, heap.stats().frees(), "moved twice");
        }
    }

    // ---- misuse ----

    private static void seen(long address, Runnable call) {
        var error = assertThrows(CorruptHeapError.class, call::run);
        assertEquals(address, error.address(), error::getMessage);
    }

    @Test
    void theInsideOfABlockIsSeen() {
        for (long size : new long[] {16, 100, 1000, 5_000, 100_000, 300_000, 3 * MIB}) {
            try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
                heap.allocate(size, 16);
                long block = heap.allocate(size, 16);
                for (long inside : new long[] {1, 8, size / 2 | 8, size - 1}) {
                    seen(block + inside, () -> heap.free(block + inside));
                    seen(block + inside, () -> heap.usableSize(block + inside));
                    seen(block + inside, () -> heap.reallocate(block + inside, 10));
                }
                heap.free(block);
                heap.verify();
            }
        }
    }

    @Test
    void aBlockFreedTwiceInARowIsSeen() {
        for (long size : new long[] {8, 100, 5_000, 200_000, 300_000, 3 * MIB}) {
            try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
                heap.allocate(size, 8);
                long block = heap.allocate(size, 8);
                heap.free(block);
                seen(block, () -> heap.free(block));
                heap.verify();
            }
        }
    }

    /// Its span is back in the page heap: nothing there is a block any more.
    @Test
    void aBlockFreedAfterItsSpanIsSeen() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            long block = heap.allocate(100, 16);
            heap.free(block);
            heap.idle();
            seen(block, () -> heap.free(block));
        }
    }

    /// More blocks than a span has come back to it.
    @Test
    void aSpanThatIsFullTwiceIsSeen() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            long first = heap.allocate(4096, 16);
            long second = heap.allocate(4096, 16);
            heap.free(first);
            heap.free(second);
            heap.free(first);
            assertThrows(CorruptHeapError.class, heap::verify);
        }
    }

    @Test
    void anOverwrittenLinkIsSeen() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            long first = heap.allocate(4096, 16);
            heap.allocate(4096, 16);
            long second = heap.allocate(4096, 16);
            heap.free(first);
            heap.free(second);
            Memory.putLong(second, 12345);
            assertThrows(CorruptHeapError.class, heap::idle);
        }
    }

    // ---- numbers ----

    @Test
    void theTextHasTheOriginalsLines() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(64 * MIB))) {
            heap.free(heap.allocate(100, 16));
            heap.free(heap.allocate(MIB, 16));
            String text = heap.statistics(2);
            for (String line :
                    List.of(
                            "Bytes in use by application",
                            "Bytes in page heap freelist",
                            "Bytes in central cache freelist",
                            "Bytes in transfer cache freelist",
                            "Bytes in thread cache freelists",
                            "Bytes in malloc metadata",
                            "Actual memory used (physical + swap)",
                            "Bytes released to OS (aka unmapped)",
                            "Virtual address space used",
                            "Thread heaps in use",
                            "class   8 [      112 bytes ] :       73 objs",
                            "PageHeap: ")) {
                assertTrue(text.contains(line), () -> line + " in\n" + text);
            }
            assertTrue(text.lines().filter(l -> l.startsWith("MALLOC:")).count() == 15, text);
        }
    }

    @Test
    void unknownNamesAreRefused() {
        try (TcMalloc heap = new TcMalloc(Region.reserved(16 * MIB))) {
            assertRefused("tcmalloc.nothing", () -> heap.property("tcmalloc.nothing"));
            assertRefused(
                    "tcmalloc.pageheap_nothing", () -> heap.property("tcmalloc.pageheap_nothing"));
            assertRefused("generic.heap_size", () -> heap.setProperty("generic.heap_size", 1));
            assertRefused("-1", () -> heap.setProperty("tcmalloc.heap_limit_mb", -1));
            assertRefused("TCMALLOC_X", () -> TcOptions.DEFAULT.with("TCMALLOC_X", 1));
            assertRefused("11.0", () -> TcOptions.DEFAULT.with("TCMALLOC_RELEASE_RATE", 11));
            assertRefused("0.5", () -> TcOptions.DEFAULT.with("TCMALLOC_HEAP_LIMIT_MB", 0.5));
        }
    }

    private static void assertRefused(String part, Runnable call) {
        var refusal = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
        assertTrue(refusal.getMessage().contains("expected"), refusal::getMessage);
    }

    // ---- samples ----

    /// Three sites, 8 B to 300 KiB; a quarter stays live. 64 MiB at a mean of 16 KiB: 4,000
    /// samples, so 5 % are three standard errors.
    @Test
    void profileTotalsAreTrueWithinFivePercent() {
        TcOptions sampling = TcOptions.DEFAULT.with("TCMALLOC_SAMPLE_PARAMETER", 16 << 10);
        try (TcMalloc heap = new TcMalloc(Region.reserved(1024 * MIB), sampling)) {
            long bytes = 0;
            long bytesLive = 0;
            for (long size : new long[] {48, 2_000, 300_000}) {
                long count = 64 * MIB / size;
                for (long i = 0; i < count; i++) {
                    long block = heap.allocate(size, 16);
                    bytes += size;
                    if (i % 4 == 0) bytesLive += size;
                    else heap.free(block);
                }
            }
            HeapProfile profile = heap.profile();
            assertClose(bytes, profile.sites().stream().mapToLong(HeapProfile.Site::bytes).sum());
            assertClose(
                    bytesLive,
                    profile.sites().stream().mapToLong(HeapProfile.Site::bytesLive).sum());
            assertTrue(profile.collapsedLive().contains("profileTotalsAreTrue"), "this method");
            heap.verify();
        }
    }

    private static void assertClose(long truth, long told) {
        assertEquals(truth, told, truth * 0.05, "bytes");
    }

    /// Virtual threads are sampled as well, by their stripes.
    @Test
    void virtualThreadsAreSampled() throws InterruptedException {
        TcOptions sampling = TcOptions.DEFAULT.with("TCMALLOC_SAMPLE_PARAMETER", 4 << 10);
        try (TcMalloc heap = new TcMalloc(Region.reserved(64 * MIB), sampling)) {
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; i < 20_000; i++) heap.free(heap.allocate(1000, 16));
                    })
                    .join();
            long told = heap.profile().sites().stream().mapToLong(s -> s.bytes()).sum();
            assertEquals(20_000_000, told, 2_000_000, "bytes");
            assertEquals(0, heap.stats().blocksUsed());
            heap.verify();
        }
    }
}
