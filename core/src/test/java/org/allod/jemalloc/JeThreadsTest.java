package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.allod.kit.ThreadsContract;

/// Threads that come, go, and free what others allocated.
class JeThreadsTest implements ThreadsContract<JeMalloc> {
    @Override
    public JeMalloc heapOver(Region region) {
        return new JeMalloc(region);
    }

    @Override
    public JeMalloc stillHeapOver(Region region) {
        return new JeMalloc(region, JeOptions.parse("background_thread:false"));
    }

    /// Blocks that no cache takes as well.
    @Override
    public int churnBytes() {
        return 40_000;
    }

    /// Pages that go back by the clock.
    @Override
    public long growth() {
        return MIB;
    }

    @Override
    public void idle(JeMalloc heap) {
        heap.idle();
    }

    /// Each has 25 KiB.
    @Override
    public void checkFewCaches(JeMalloc heap) {
        long metadata = heap.stats().metadata();
        assertTrue(metadata < 8 * MIB, () -> metadata + " of tables");
    }

    @Override
    public void look(JeMalloc heap) {
        heap.control().statistics();
    }

    @Override
    public void checkDead(JeMalloc heap) {
        int arenas = (int) (long) heap.control().statistics().get("arenas.narenas");
        assertEquals(1, arenas, "an arena that nobody has is taken before one is made");
    }
}
