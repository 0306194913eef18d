package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.allod.lab.replay.Contender;
import org.junit.jupiter.api.Test;

/// What travels between the two JVMs of a run arrives as it was.
class WorkloadOutcomeTest {
    private static final Latency LATENCY = new Latency(11, 12, 13, 14, 15, 16, 17);

    private static WorkloadOutcome outcome(String complaint) {
        return new WorkloadOutcome(1, 2, 3, 4, 5, LATENCY, -1, 7, 8, complaint);
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
                    new WorkloadSettings("mstress", Contender.LIBC, 3, 4, 0, virtual, 5L << 30);
            assertEquals(
                    settings, WorkloadSettings.parse(settings.arguments().toArray(String[]::new)));
        }
    }

    @Test
    void settingsRefuseWhatIsOutOfRange() {
        refused("workload=x, expected one of mstress", "x", "buddy", 1, 1, 0, 1);
        refused("allocator=x, expected one of buddy", "mstress", "x", 1, 1, 0, 1);
        refused("threads=0, expected 1 to 10000", "mstress", "buddy", 0, 1, 0, 1);
        refused("threads=10001, expected 1 to 10000", "mstress", "buddy", 10001, 1, 0, 1);
        refused("seconds=-1, expected", "mstress", "buddy", 1, -1, 0, 1);
        refused("rounds=-1, expected", "mstress", "buddy", 1, 0, -1, 1);
        refused("seconds=0, expected seconds or rounds", "mstress", "buddy", 1, 0, 0, 1);
        refused("seconds=2, expected seconds or rounds", "mstress", "buddy", 1, 2, 2, 1);
        refused("region=0, expected", "mstress", "buddy", 1, 1, 0, 0);
    }

    private static void refused(
            String start,
            String name,
            String heap,
            int threads,
            int secs,
            int rounds,
            long region) {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new WorkloadSettings(
                                                name, heap, threads, secs, rounds, false, region))
                        .getMessage();
        assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
    }
}
