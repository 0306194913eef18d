package org.allod.tcmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.allod.Region;
import org.allod.kit.ThreadsContract;

/// Threads that come, go, and free what others allocated.
class TcThreadsTest implements ThreadsContract<TcMalloc> {
    @Override
    public TcMalloc heapOver(Region region) {
        return new TcMalloc(region);
    }

    /// Rows of a few spans; a cache is more, and so is a byte a thread.
    @Override
    public long tableGrowth() {
        return KIB;
    }

    @Override
    public long restAfterTrim() {
        return 2 * TcClasses.PAGE;
    }

    @Override
    public void idle(TcMalloc heap) {
        heap.idle();
    }

    @Override
    public void checkFewCaches(TcMalloc heap) {
        ThreadsContract.assertFew(heap.caches());
    }

    @Override
    public void look(TcMalloc heap) {
        heap.statistics(2);
        heap.markThreadBusy();
    }

    @Override
    public void checkDead(TcMalloc heap) {
        assertEquals(0, heap.caches(), "caches of the dead");
    }
}
