package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.RunResult;
import org.allod.lab.result.Timeline;
import org.junit.jupiter.api.Test;

class RunOutcomeTest {
    private static final RunResult RESULT =
            new RunResult(
                    "a=b c", "native:x", 2, 10, 1.5, 20.25, false, 1, 2, -1, 4, 5, 6, 7, true);
    private static final Timeline CURVE =
            new Timeline(
                    new long[] {1, 10},
                    new long[] {5, 6},
                    new long[] {7, 8},
                    new long[] {-1, -1},
                    new long[] {9, Long.MAX_VALUE});

    @Test
    void everythingComesBack() {
        HeapMap heap =
                new HeapMap(
                        4, 64, new int[] {1}, new int[] {2}, new int[] {3}, new boolean[] {true});
        RunOutcome back = RunOutcome.parse(new RunOutcome(RESULT, "x\ny=z", CURVE, heap).lines());
        assertEquals(RESULT, back.result());
        assertEquals("x y=z", back.complaint());
        assertArrayEquals(CURVE.committed(), back.timeline().committed());
        assertArrayEquals(CURVE.held(), back.timeline().held());
        assertArrayEquals(heap.used(), back.heap().used());
        assertArrayEquals(heap.committed(), back.heap().committed());
    }

    @Test
    void whatIsNotThereStaysAway() {
        RunOutcome back = RunOutcome.parse(new RunOutcome(RESULT, null, CURVE, null).lines());
        assertNull(back.complaint());
        assertNull(back.heap());
    }

    @Test
    void aCutOffResultIsRefused() {
        List<String> lines = new RunOutcome(RESULT, null, CURVE, null).lines();
        assertThrows(
                IllegalArgumentException.class,
                () -> RunOutcome.parse(lines.subList(0, lines.size() - 1)));
        assertThrows(IllegalArgumentException.class, () -> RunOutcome.parse(List.of()));
    }

    @Test
    void settingsComeBackFromAForksCommandLine() {
        for (ReplaySettings settings :
                List.of(
                        ReplaySettings.DEFAULT,
                        new ReplaySettings(12345, true, Touch.ALL, 64, true))) {
            assertEquals(settings, ReplaySettings.parse(settings.toString()));
        }
    }
}
