package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.lab.replay.LineHeap.Flaw;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.Timeline;
import org.allod.lab.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckedPassTest {
    private static final ReplaySettings SETTINGS = ReplaySettings.DEFAULT;

    private static CheckedPass.Result check(Trace trace, Flaw flaw) {
        Region region = Region.reserved(1 << 20);
        try (LineHeap heap = new LineHeap(region, flaw)) {
            return CheckedPass.of(heap, region, trace, Plan.of(trace, SETTINGS), SETTINGS);
        }
    }

    /// R: 100 5100 5300 300 270; G: 112 5120 5328 320 288 and while `r` moves both.
    @Test
    void peaksAndCurveOfAHandMadeTrace() {
        Trace trace = Traces.of("a 0 100", "a 1 5000", "a 2 200", "f 1", "r 0 70");
        CheckedPass.Result result = check(trace, Flaw.NONE);
        assertNull(result.complaint());
        assertEquals(0, result.failures());
        Sampler seen = result.sampler();
        assertEquals(5300, seen.requestedMax());
        assertEquals(112 + 5008 + 208, seen.grantedMax());
        assertEquals(8192, seen.heldMax());
        assertEquals(8192 + 1000, seen.committedMax());
        assertEquals(112 + 5008 + 208 + 70, seen.extentMax());
        assertEquals(8192, seen.residentMax());
        Timeline curve = result.timeline();
        assertArrayEquals(new long[] {1, 2, 3, 4, 5}, curve.operation());
        assertArrayEquals(new long[] {100, 5100, 5300, 300, 270}, curve.requested());
        assertArrayEquals(new long[] {112, 5120, 5328, 320, 288}, curve.granted());
        assertArrayEquals(new long[] {4096, 8192, 8192, 8192, 8192}, curve.held());
    }

    @Test
    void theHeapIsDrawnAtThePeak() {
        HeapMap map =
                check(Traces.of("a 0 64", "a 1 64", "f 0", "a 2 128", "f 2"), Flaw.NONE).heap();
        assertEquals(4, map.operation());
        assertEquals(64, map.cellBytes());
        assertEquals(64, map.used().length);
        assertArrayEquals(new int[] {0, 64, 64, 64, 0}, java.util.Arrays.copyOf(map.used(), 5));
        assertEquals(64, map.free()[0]);
        assertTrue(map.committed()[63]);
    }

    @Test
    void refusedRequestsAreCountedAndTheirBlocksSkipped() {
        CheckedPass.Result result =
                check(Traces.of("a 0 9000000", "r 0 9000001", "f 0", "a 1 10", "f 1"), Flaw.NONE);
        assertNull(result.complaint());
        assertEquals(2, result.failures());
        assertEquals(10, result.sampler().requestedMax());
    }

    @Test
    void theCurveOfALongTraceHasAboutAThousandPointsAndThePeak() {
        Trace trace = Traces.random(7, 20_000, 1, 50);
        CheckedPass.Result result = check(trace, Flaw.NONE);
        long[] requested = result.timeline().requested();
        assertTrue(requested.length >= 1000 && requested.length < 1100, "" + requested.length);
        long max = java.util.Arrays.stream(requested).max().orElseThrow();
        assertEquals(result.sampler().requestedMax(), max);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyFlawIsFound(Flaw flaw) {
        Trace trace = Traces.of("a 0 100", "a 1 100", "a 2 100", "r 0 200", "f 1", "f 0", "f 2");
        assertNotNull(check(trace, flaw).complaint());
    }

    @Test
    void aLibraryTellsTheSizesOfItsBlocksOnly() {
        Trace trace = Traces.of("a 0 1000", "a 1 5000", "r 0 10", "f 1", "f 0");
        CheckedPass.Result result =
                CheckedPass.of(
                        NativeMalloc.open("libc"), null, trace, Plan.of(trace, SETTINGS), SETTINGS);
        assertNull(result.complaint());
        assertNull(result.heap());
        assertEquals(6000, result.sampler().requestedMax());
        assertTrue(result.sampler().grantedMax() >= 6000);
        assertTrue(result.sampler().grantedMax() < 6100);
        assertEquals(-1, result.sampler().committedMax());
        assertEquals(-1, result.sampler().extentMax());
        assertEquals(-1, result.sampler().residentMax());
    }

    /// malloc owes 16 only to a block in which such a thing has room.
    @Test
    void aLibraryMayAlignWhatIsBelow16BytesToEight() {
        assertNull(checkLibrary("a 0 15"));
        assertNotNull(checkLibrary("a 0 16"));
    }

    private static String checkLibrary(String line) {
        Region region = Region.reserved(1 << 20);
        Trace trace = Traces.of(line, "f 0");
        try (LineHeap heap = new LineHeap(region, Flaw.MISALIGNS)) {
            Plan plan = Plan.of(trace, SETTINGS);
            return CheckedPass.of(heap, null, trace, plan, SETTINGS).complaint();
        }
    }
}
