package org.allod.lab.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bundled traces say in their headers what whoever recorded them counted.
class BundledTracesTest {

    @Test
    void everyNameIsATrace() {
        assertEquals(
                List.of("netty-http", "nginx", "git-diff", "perl-words", "larson-4t", "py-threads"),
                TraceSource.bundledNames());
        assertEquals(
                TraceSource.bundledNames(),
                TraceSource.bundled().stream().map(TraceSource::name).toList());
    }

    // Columns: ops, a, r, f, threads, cross-thread frees, peak bytes, at, peak blocks, requested,
    // left blocks, left bytes, median, p99 and largest size.
    @ParameterizedTest
    @CsvSource({
        "netty-http, 475447, 207900, 59647, 207900, 5, 24236, 10993708, 414065, 418, 1960183058,"
                + " 0, 0, 480, 131072, 131072",
        "nginx, 228029, 114014, 32, 113983, 1, 0, 539921, 119491, 2545, 666348036,"
                + " 31, 124445, 4096, 32768, 61440",
        "git-diff, 58037, 30959, 917, 26161, 1, 0, 16077202, 54675, 7275, 95041268,"
                + " 4798, 15717095, 195, 32768, 524256",
        "perl-words, 293068, 144409, 5431, 143228, 1, 0, 1526151, 285270, 8983, 5633278,"
                + " 1181, 1087177, 10, 96, 65536",
        "larson-4t, 800000, 404001, 0, 395999, 5, 8000, 4115705, 526102, 8004, 203404095,"
                + " 8002, 4026641, 504, 990, 999",
        "py-threads, 694694, 346812, 1572, 346310, 5, 19459, 2829330, 491746, 17940, 1525303576,"
                + " 502, 62166, 32, 65536, 103792",
    })
    void countsAreThoseOfTheHeader(
            String name,
            int ops,
            long allocations,
            long reallocations,
            long frees,
            int threads,
            long crossThreadFrees,
            long peakBytes,
            long peakOperation,
            long peakBlocks,
            long requested,
            long endBlocks,
            long endBytes,
            long median,
            long p99,
            long max) {
        Trace trace = TraceSource.of(name).read();
        TraceSummary summary = TraceSummary.of(trace);
        assertEquals(ops, trace.length());
        assertEquals(allocations, summary.allocations());
        assertEquals(reallocations, summary.reallocations());
        assertEquals(frees, summary.frees());
        assertEquals(threads, trace.threadCount());
        assertEquals(crossThreadFrees, summary.crossThreadFrees());
        assertEquals(peakBytes, summary.peakBytes());
        assertEquals(peakOperation, summary.peakOperation());
        assertEquals(peakBlocks, summary.peakBlocks());
        assertEquals(peakBlocks, trace.slotCount());
        assertEquals(requested, summary.requestedBytes());
        assertEquals(endBlocks, summary.endBlocks());
        assertEquals(endBytes, summary.endBytes());
        assertEquals(median, summary.sizes().median());
        assertEquals(p99, summary.sizes().p99());
        assertEquals(max, summary.sizes().max());
        assertEquals(List.of(), trace.notes());
    }

    @Test
    void sizesOfLarsonByPowersOfTwo() {
        long[] log2 = TraceSummary.of(TraceSource.of("larson-4t").read()).sizes().log2();
        long[] header = {0, 0, 0, 399, 3292, 6556, 13068, 26084, 52156, 104088, 198358};
        for (int k = 0; k < log2.length; k++) {
            assertEquals(k < header.length ? header[k] : 0, log2[k], "k=" + k);
        }
    }

    @Test
    void alignmentsOfNginx() {
        TraceSummary summary = TraceSummary.of(TraceSource.of("nginx").read());
        assertEquals("{0=58486, 16=55528}", summary.alignments().toString());
    }
}
