package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.allod.lab.trace.Trace;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final ReplaySettings ORDER = ReplaySettings.DEFAULT;
    private static final ReplaySettings OWN =
            new ReplaySettings(1 << 20, true, Touch.NONE, 0, false);

    @Test
    void inOrderThereIsOnePartWithEveryOperation() {
        Plan plan = Plan.of(Traces.of("0 a 0 10", "1 f 0", "0 a 1 20"), ORDER);
        assertEquals(1, plan.parts().size());
        Part part = plan.parts().getFirst();
        assertArrayEquals(new byte[] {'a', 'f', 'a'}, part.operations());
        assertArrayEquals(new int[] {3}, part.ends());
        assertArrayEquals(new int[] {-1}, part.waitParts());
    }

    @Test
    void resizingToNothingFreesAsInC() {
        Part part = Plan.of(Traces.of("a 0 10", "r 0 0", "a 1 0"), ORDER).parts().getFirst();
        assertArrayEquals(new byte[] {'a', 'f', 'a'}, part.operations());
    }

    @Test
    void alignmentIsTheColumnElse16AndStaysWithTheBlock() {
        Trace trace = Traces.of("a 0 10", "a 1 10 64", "r 0 20", "r 1 20", "f 1", "f 0");
        Part part = Plan.of(trace, ORDER).parts().getFirst();
        assertArrayEquals(new byte[] {4, 6, 4, 6, 6, 4}, part.alignments());
    }

    @Test
    void namedAlignmentReplacesTheColumn() {
        ReplaySettings eight = new ReplaySettings(1 << 20, false, Touch.NONE, 8, false);
        Part part = Plan.of(Traces.of("a 0 10", "a 1 10 64", "f 1"), eight).parts().getFirst();
        assertArrayEquals(new byte[] {3, 3, 3}, part.alignments());
    }

    @Test
    void longPartsAreCutIntoSegments() {
        Trace trace = Traces.random(1, 1000, 1, 10);
        int[] ends = Plan.of(trace, ORDER).parts().getFirst().ends();
        assertArrayEquals(new int[] {256, 512, 768, 1000}, ends);
    }

    @Test
    void ownThreadsWaitForTheLastOperationOnTheBlock() {
        Trace trace =
                Traces.of("0 a 0 10", "0 a 1 10", "1 r 0 20", "0 a 2 5", "0 f 0", "1 f 1", "1 f 2");
        Plan plan = Plan.of(trace, OWN);
        Part first = plan.parts().get(0);
        assertArrayEquals(new byte[] {'a', 'a', 'a', 'f'}, first.operations());
        assertArrayEquals(new int[] {1, 2, 3, 4}, first.ends());
        assertArrayEquals(new int[] {-1, -1, -1, 1}, first.waitParts());
        assertArrayEquals(new int[] {0, 0, 0, 1}, first.waitCounts());
        Part second = plan.parts().get(1);
        assertArrayEquals(new int[] {2, 5, 6}, second.origins());
        assertArrayEquals(new int[] {0, 0, 0}, second.waitParts());
        assertArrayEquals(new int[] {1, 2, 3}, second.waitCounts());
    }

    @Test
    void ownThreadsGetASlotForEachBlockThatEverWas() {
        Trace trace = Traces.of("0 a 7 10", "0 f 7", "1 a 7 20", "1 f 7");
        Plan plan = Plan.of(trace, OWN);
        assertEquals(2, plan.slotCount());
        assertArrayEquals(new int[] {1, 1}, plan.parts().get(1).slots());
        assertArrayEquals(new int[] {-1}, plan.parts().get(1).waitParts());
    }
}
