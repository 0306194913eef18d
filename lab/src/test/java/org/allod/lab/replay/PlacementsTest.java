package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.allod.Region;
import org.allod.lab.replay.LineHeap.Flaw;
import org.allod.lab.replay.Placements.Origin;
import org.allod.lab.trace.Trace;
import org.allod.nedmalloc.NedMalloc;
import org.junit.jupiter.api.Test;

class PlacementsTest {
    private static String place(Trace trace, Origin origin, long refused) {
        Region region = Region.reserved(4096);
        StringBuilder out = new StringBuilder();
        try (LineHeap heap = new LineHeap(region, Flaw.NONE)) {
            ReplaySettings settings = new ReplaySettings(4096, false, Touch.ALL, 0, true);
            heap.allocate(32, 16);
            var columns = new Placements.Columns(origin, false);
            assertEquals(refused, Placements.write(heap, region, trace, settings, columns, out));
        }
        return out.toString();
    }

    @Test
    void aLineForEachRequestCountedFromTheBase() {
        Trace trace = Traces.of("a 5 100", "a 6 1", "f 5", "r 6 40", "a 5 0", "f 6");
        String expected =
                """
                # op id size offset
                a 5 100 32
                a 6 1 144
                r 6 40 160
                a 5 0 208
                """;
        assertEquals(expected, place(trace, Origin.BASE, 0));
    }

    @Test
    void countedFromTheFirstBlock() {
        String expected =
                """
                # op id size offset
                a 0 100 0
                a 1 1 112
                """;
        assertEquals(expected, place(Traces.of("a 0 100", "a 1 1"), Origin.FIRST, 0));
    }

    @Test
    void withinThePage() {
        Region region = Region.reserved(1 << 20);
        StringBuilder out = new StringBuilder();
        try (NedMalloc heap = new NedMalloc(region)) {
            Trace trace = Traces.of("a 0 3000", "a 1 1500", "a 2 1");
            ReplaySettings settings = new ReplaySettings(1 << 20, false, Touch.ALL, 0, true);
            var columns = new Placements.Columns(Origin.PAGE, true);
            Placements.write(heap, region, trace, settings, columns, out);
        }
        String expected =
                """
                # op id size offset usable
                a 0 3000 1264 4096
                a 1 1500 1280 2048
                a 2 1 3344 32
                """;
        assertEquals(expected, out.toString());
    }

    @Test
    void refusedRequestsPrintADashAndTheOldBlockStays() {
        Trace trace = Traces.of("a 0 9000", "a 1 100", "r 1 9000", "r 1 50", "r 0 10", "f 0");
        String expected =
                """
                # op id size offset
                a 0 9000 -
                a 1 100 32
                r 1 9000 -
                r 1 50 144
                r 0 10 208
                """;
        assertEquals(expected, place(trace, Origin.BASE, 2));
    }

    @Test
    void resizingToNothingPrintsADashButIsNotRefused() {
        String expected =
                """
                # op id size offset
                a 0 10 32
                r 0 0 -
                r 0 20 48
                """;
        assertEquals(expected, place(Traces.of("a 0 10", "r 0 0", "r 0 20"), Origin.BASE, 0));
    }
}
