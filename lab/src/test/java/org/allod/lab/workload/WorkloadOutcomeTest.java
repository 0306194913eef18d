package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.allod.lab.replay.Contender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What travels between the two JVMs of a run arrives as it was.
class WorkloadOutcomeTest {
    private static final Latency LATENCY = new Latency(11, 12, 13, 14, 15, 16, 17);

    private static WorkloadOutcome outcome(String complaint) {
        return new WorkloadOutcome(1, 2, 9, 3, 4, 5, LATENCY, -1, 7, 8, complaint);
    }

    @Test
    void outcomesComeBack() {
        assertEquals(outcome(null), WorkloadOutcome.parse(outcome(null).lines()));
        assertEquals(outcome("a = b, c d"), WorkloadOutcome.parse(outcome("a = b,\n c d").lines()));
    }

    @Test
    void whatIsCutOffIsRefused() {
        List<String> lines = outcome(null).lines();
        List<String> cut = lines.subList(0, lines.size() - 1);
        assertThrows(IllegalArgumentException.class, () -> WorkloadOutcome.parse(cut));
        assertThrows(IllegalArgumentException.class, () -> WorkloadOutcome.parse(List.of()));
    }

    @Test
    void settingsComeBack() {
        for (boolean virtual : new boolean[] {false, true}) {
            WorkloadSettings settings =
                    new WorkloadSettings(
                            "mstress",
                            Contender.LIBC,
                            3,
                            new WorkloadLength(0, 0, 1L << 40, 5),
                            6,
                            7,
                            virtual,
                            5L << 30);
            assertEquals(
                    settings, WorkloadSettings.parse(settings.arguments().toArray(String[]::new)));
        }
    }

    @Test
    void settingsRefuseWhatIsOutOfRange() {
        refused("workload=x, expected one of larson", "x", "buddy", 1, 1, 64, 1);
        refused("allocator=x, expected one of buddy", "mstress", "x", 1, 1, 64, 1);
        refused("threads=0, expected 1 to 10000", "mstress", "buddy", 0, 1, 64, 1);
        refused("threads=10001, expected 1 to 10000", "mstress", "buddy", 10001, 1, 64, 1);
        refused("divide=0, expected 1 to 1000000", "mstress", "buddy", 1, 0, 64, 1);
        refused("sample=-1, expected at least 0", "mstress", "buddy", 1, 1, -1, 1);
        refused("region=0, expected", "mstress", "buddy", 1, 1, 64, 0);
    }

    @Test
    void lengthsCountOneThing() {
        refused("seconds=-1, expected at least 1", -1, 0, 0, 0);
        refused("rounds=-1, expected at least 1", 0, -1, 0, 0);
        refused("operations=-1, expected at least 1", 0, 0, -1, 0);
        refused("warmup=-1, expected at least 0", 1, 0, 0, -1);
        refused("seconds=0, expected seconds, rounds or operations, and rounds=0", 0, 0, 0, 0);
        refused("seconds=2, expected seconds, rounds or operations, and rounds=2", 2, 2, 0, 0);
        assertEquals("1 round", WorkloadLength.ofRounds(1).toString());
        assertEquals("3 s after 1 s of warm-up", new WorkloadLength(3, 0, 0, 1).toString());
    }

    @Test
    void lengthsKnowWhenItIsEnough() {
        WorkloadLength rounds = WorkloadLength.ofRounds(2);
        assertFalse(rounds.isReached(1, Long.MAX_VALUE, Long.MAX_VALUE));
        assertTrue(rounds.isReached(2, 0, 0));
        WorkloadLength operations = new WorkloadLength(0, 0, 100, 2);
        assertFalse(operations.isReached(1000, Long.MAX_VALUE, 99));
        assertTrue(operations.isReached(1, 1, 100));
        WorkloadLength seconds = new WorkloadLength(3, 0, 0, 2);
        assertFalse(seconds.isReached(1000, 2_999_999_999L, Long.MAX_VALUE));
        assertTrue(seconds.isReached(1, 3_000_000_000L, 0));
        assertFalse(seconds.isWarm(1_999_999_999L));
        assertTrue(seconds.isWarm(2_000_000_000L));
        assertEquals(3, seconds.secondsOfRound(5));
        assertEquals(5, rounds.secondsOfRound(5));
    }

    private static void refused(String start, int secs, int rounds, long operations, int warmup) {
        refused(start, () -> new WorkloadLength(secs, rounds, operations, warmup));
    }

    private static void refused(
            String start,
            String name,
            String heap,
            int threads,
            int divisor,
            int sample,
            long region) {
        WorkloadLength length = WorkloadLength.ofRounds(1);
        refused(
                start,
                () ->
                        new WorkloadSettings(
                                name, heap, threads, length, divisor, sample, false, region));
    }

    private static void refused(String start, Executable settings) {
        String message = assertThrows(IllegalArgumentException.class, settings).getMessage();
        assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
    }
}
