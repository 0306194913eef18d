package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.lab.trace.Trace;
import org.junit.jupiter.api.Test;

class StageTest {
    private static final ReplaySettings OWN =
            new ReplaySettings(1 << 26, true, Touch.PAGE, 0, false);

    /// Nearly every operation is handed over: what waits for the wrong one loses a block.
    @Test
    void blocksPassFromThreadToThread() {
        long seed = System.nanoTime();
        for (int round = 0; round < 10; round++, seed++) {
            Trace trace = Traces.random(seed, 20_000, 4, 64);
            Plan plan = Plan.of(trace, OWN);
            assertEquals(4, plan.parts().size());
            Contender buddy = new Contender("buddy");
            Region region = buddy.region(OWN.regionBytes());
            try (Allocator heap = buddy.open(region, 4)) {
                CheckedPass.Result result = CheckedPass.of(heap, region, trace, plan, OWN);
                assertNull(result.complaint(), "seed " + seed);
            }
            region = buddy.region(OWN.regionBytes());
            try (Allocator heap = buddy.open(region, 4)) {
                Stage stage = new Stage(heap, plan, OWN);
                for (int pass = 0; pass < 3; pass++) {
                    stage.pass();
                    stage.freeLeftOvers();
                }
                assertEquals(0, heap.stats().blocksUsed(), "seed " + seed);
                assertEquals(0, stage.failures(), "seed " + seed);
                heap.verify();
            }
        }
    }

    @Test
    void whatOneThreadThrowsEndsThePassForAll() {
        Trace trace = Traces.of("0 a 0 10", "1 f 0", "1 a 1 10", "0 f 1");
        Allocator broken =
                new LineHeap(Region.reserved(4096), LineHeap.Flaw.NONE) {
                    @Override
                    public void deallocate(long address, long size, long alignment) {
                        throw new IllegalStateException("broken");
                    }
                };
        Stage stage = new Stage(broken, Plan.of(trace, OWN), OWN);
        assertEquals("broken", assertThrows(IllegalStateException.class, stage::pass).getMessage());
    }

    @Test
    void leftOversAreFreedWithTheirLayout() {
        Trace trace = Traces.of("a 0 100 64", "a 1 3000", "r 1 50", "a 2 7", "f 2");
        Contender buddy = new Contender("buddy");
        try (Allocator heap = buddy.open(buddy.region(1 << 20), 1)) {
            ReplaySettings settings = ReplaySettings.DEFAULT;
            Stage stage = new Stage(heap, Plan.of(trace, settings), settings);
            stage.pass();
            assertEquals(2, heap.stats().blocksUsed());
            stage.freeLeftOvers();
            assertEquals(0, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    /// With the C library's blocks: ours are filled with patterns where assertions are on.
    @Test
    void theLoopLeavesNoGarbage() {
        Trace trace = Traces.random(11, 100_000, 1, 500);
        ReplaySettings settings = ReplaySettings.DEFAULT;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Allocator heap = NativeMalloc.open("libc")) {
            Stage stage = new Stage(heap, Plan.of(trace, settings), settings);
            long bytes = Long.MAX_VALUE;
            for (int pass = 0; pass < 500 && bytes >= 0.01 * trace.length(); pass++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                stage.pass();
                bytes = threads.getCurrentThreadAllocatedBytes() - before;
                stage.freeLeftOvers();
            }
            assertTrue(bytes < 0.01 * trace.length(), bytes + " bytes in the last pass");
        }
    }
}
