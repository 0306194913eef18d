package org.allod.nedmalloc;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.allod.Region;
import org.junit.jupiter.api.Test;

/// Spaces are made where threads meet, from the range of another.
class NedSpacesTest {
    private static final long MIB = 1 << 20;

    private static NedSpaces over(Region region, int most) {
        return new NedSpaces("nedmalloc", region, new NedMarks("nedmalloc", region), most);
    }

    private static <T> T elsewhere(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task)).join();
    }

    /// Locked by a thread of its own, then, for the test to find it busy; never given back.
    private static NedSpace busy(NedSpaces spaces, int last) {
        return elsewhere(() -> spaces.lock(last));
    }

    @Test
    void aThreadKeepsItsSpaceWhileItIsNotBusy() {
        NedSpaces spaces = over(Region.reserved(64 * MIB), 4);
        for (int i = 0; i < 3; i++) {
            NedSpace space = spaces.lock(0);
            assertSame(spaces.all()[0], space);
            space.lock.unlock();
        }
        assertEquals(1, spaces.count());
    }

    @Test
    void whereAllAreBusyANewOneIsMade() throws InterruptedException {
        NedSpaces spaces = over(Region.reserved(64 * MIB), 4);
        NedSpace first = spaces.lock(0);
        CompletableFuture<NedSpace> other =
                CompletableFuture.supplyAsync(
                        () -> spaces.lock(0), task -> Thread.ofPlatform().start(task));
        while (!first.lock.hasQueuedThreads()) Thread.sleep(1);
        assertEquals(1, spaces.count(), "its range is not ceded under another's hands");
        first.lock.unlock();
        NedSpace second = other.join();
        assertNotSame(first, second);
        assertEquals(2, spaces.count());
    }

    @Test
    void whereAllAreBusyAndNoMoreMayBeMadeTheLastIsWaitedFor() throws InterruptedException {
        NedSpaces spaces = over(Region.reserved(64 * MIB), 1);
        NedSpace first = spaces.lock(0);
        CompletableFuture<NedSpace> other =
                CompletableFuture.supplyAsync(
                        () -> spaces.lock(0), task -> Thread.ofPlatform().start(task));
        while (!first.lock.hasQueuedThreads()) Thread.sleep(1);
        first.lock.unlock();
        assertSame(first, other.join());
    }

    @Test
    void theUpperHalfOfTheLargestRangeIsCeded() {
        Region region = Region.reserved(64 * MIB);
        NedSpaces spaces = over(region, 4);
        NedSpace one = spaces.makeOne();
        one.lock.unlock();
        NedSpace two = spaces.makeOne();
        two.lock.unlock();
        NedSpace three = spaces.makeOne();
        three.lock.unlock();
        assertEquals(null, spaces.makeOne(), "a fifth");
        assertEquals(4, spaces.count());
        long[] starts = {0, 32, 16, 48};
        for (int i = 0; i < 4; i++) {
            assertEquals(i, spaces.all()[i].number);
            long start = spaces.all()[i].start - region.base();
            assertEquals(starts[i] * MIB, start & -MIB, "start of space " + i);
        }
        for (NedSpace space : spaces.all()) {
            assertNotEquals(NULL, space.take(14 * MIB, 16, false));
            assertEquals(NULL, space.take(3 * MIB, 16, false), "its part is full");
            space.heap.verify();
        }
    }

    @Test
    void anotherSpaceIsTakenIfTheLastIsBusy() {
        NedSpaces spaces = over(Region.reserved(64 * MIB), 2);
        spaces.makeOne().lock.unlock();
        NedSpace busy = busy(spaces, 0);
        assertSame(spaces.all()[0], busy);
        NedSpace other = spaces.lock(0);
        assertSame(spaces.all()[1], other);
        assertNotSame(busy, other);
        assertSame(spaces.all()[1], spaces.lock(1));
        assertSame(spaces.all()[1], spaces.lock(5), "numbers are taken modulo their number");
    }

    /// What a smaller one cannot be cut from stays whole.
    @Test
    void aSmallRegionHasOneSpace() {
        NedSpaces spaces = over(Region.reserved(2 * MIB), 4);
        assertEquals(null, spaces.makeOne());
        assertEquals(1, spaces.count());
    }

    /// A range that was ceded and became no space is the next one's.
    @Test
    void aLimitDelaysANewSpace() {
        Region region = Region.reserved(64 * MIB);
        NedSpaces spaces = over(region, 4);
        region.limit(region.committed());
        assertEquals(null, spaces.makeOne());
        assertEquals(null, spaces.makeOne());
        region.limit(Long.MAX_VALUE);
        NedSpace made = spaces.makeOne();
        assertEquals(32 * MIB, made.start - region.base() & -MIB);
        assertEquals(2, spaces.count());
    }
}
