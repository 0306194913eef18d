package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.lab.workload.BumpHeap.Flaw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// mstress on allocators that are broken on purpose. A time-out is a thread that nobody stopped.
@Timeout(120)
class WorkloadRunTest {

    private static WorkloadOutcome run(Flaw flaw, int threads, boolean virtual) {
        WorkloadSettings settings =
                new WorkloadSettings(
                        "mstress",
                        "buddy",
                        threads,
                        WorkloadLength.ofRounds(1),
                        1,
                        64,
                        virtual,
                        1 << 20);
        try (BumpHeap heap = new BumpHeap(flaw)) {
            return WorkloadRun.of(new Mstress(1), heap, settings);
        }
    }

    @Test
    void aSoundAllocatorIsVerified() {
        WorkloadOutcome outcome = run(Flaw.NONE, 1, false);
        assertTrue(outcome.verified(), outcome.complaint());
        assertEquals(1, outcome.rounds());
        assertEquals(2 * 25 * 7502, outcome.operations());
        assertEquals(0, outcome.failures());
        assertEquals(8192, outcome.peakHeld());
        assertEquals(outcome.nanos(), outcome.firstNanos());
        assertEquals(outcome.nanos(), outcome.medianNanos());
        double samples = (double) outcome.latency().samples() / (25 * 7502);
        assertEquals(1.0 / 64, samples, 0.1 / 64);
        assertTrue(outcome.latency().p50() > 0);
        assertTrue(outcome.latency().p50() <= outcome.latency().p9999());
        assertTrue(outcome.latency().p9999() <= outcome.latency().max());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlappingBlocksAreFoundByTheirContents(boolean virtual) {
        WorkloadOutcome outcome = run(Flaw.OVERLAPS, 3, virtual);
        assertFalse(outcome.verified());
        assertTrue(outcome.complaint().startsWith("corruption: word "), outcome.complaint());
        assertEquals(0, outcome.rounds());
        assertEquals(0, outcome.operationsPerSecond());
    }

    @Test
    void whatTheAllocatorFindsIsAComplaint() {
        assertTrue(run(Flaw.COMPLAINS, 3, false).complaint().contains("free on purpose"));
    }

    @Test
    void whatNobodyExpectsStopsAllThreads() {
        IllegalStateException thrown =
                assertThrows(IllegalStateException.class, () -> run(Flaw.THROWS, 3, false));
        assertEquals("thrown on purpose", thrown.getMessage());
    }

    @Test
    void blocksThatTheAllocatorStillCountsAreAComplaint() {
        String complaint = run(Flaw.MISCOUNTS, 1, false).complaint();
        long uncounted = 25 * 7502 / 1000;
        assertEquals(
                "the allocator counts " + uncounted + " live blocks after round 1, expected none",
                complaint);
    }

    @Test
    void refusedRequestsAreCountedAndThrough() {
        WorkloadOutcome outcome = run(Flaw.REFUSES, 1, false);
        assertNull(outcome.complaint());
        assertEquals(25 * 7502 / 1000, outcome.failures());
        assertEquals(2L * (25 * 7502 - outcome.failures()), outcome.operations());
    }

    @Test
    void roundsBeforeTheClockWarmUpAndDoNotCount() {
        WorkloadSettings settings =
                new WorkloadSettings(
                        "mstress",
                        "buddy",
                        1,
                        new WorkloadLength(0, 0, 2L * 7502 + 1, 1),
                        25,
                        1,
                        false,
                        1 << 20);
        CountingHeap heap =
                new CountingHeap(
                        LockedAllocator.of(new BuddyAllocator(Region.reserved(1L << 30))), 0);
        WorkloadOutcome outcome = WorkloadRun.of(new Mstress(25), heap, settings);
        assertTrue(outcome.verified(), outcome.complaint());
        assertEquals(2, outcome.rounds());
        assertEquals(2 * 2 * 7502, outcome.operations());
        assertTrue(heap.allocations() > 2 * 7502, "rounds before that");
        assertTrue(outcome.firstNanos() > 0);
        assertEquals(2 * 7501, outcome.latency().samples(), "all but the reallocation of NULL");
    }
}
