package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

class StripesTest {

    @Test
    void twiceAsManyAsProcessorsUpToAPowerOfTwo() {
        int[] counts = {2, 4, 8, 8, 16, 16, 16, 16, 32};
        for (int i = 0; i < counts.length; i++) {
            assertEquals(counts[i], Stripes.countFor(i + 1), i + 1 + " processors");
        }
        assertEquals(256, Stripes.countFor(128));
        assertEquals(
                Stripes.countFor(Runtime.getRuntime().availableProcessors()),
                new Stripes<String>().count());
        for (int bad : new int[] {0, -1, 3, 6}) {
            var thrown = assertThrows(IllegalArgumentException.class, () -> new Stripes<>(bad));
            assertTrue(thrown.getMessage().startsWith("count=" + bad), thrown::getMessage);
        }
    }

    @Test
    void takenIsTakenUntilItIsReleased() {
        var stripes = new Stripes<String>(4);
        assertTrue(take(stripes, 2));
        assertFalse(stripes.tryTake(2));
        assertTrue(take(stripes, 1), "the neighbour is free");
        stripes.release(2);
        assertTrue(take(stripes, 2));
    }

    /// A weak CAS may fail without a reason; not for ever.
    private static boolean take(Stripes<?> stripes, int stripe) {
        for (int i = 0; i < 100; i++) if (stripes.tryTake(stripe)) return true;
        return false;
    }

    @Test
    void takenGoesToTheNextAndThenToNobody() {
        var stripes = new Stripes<String>(4);
        int first = stripes.take();
        int second = stripes.take();
        assertEquals(first + 1 & 3, second, "the next one");
        assertEquals(-1, stripes.take(), "two tries");
        stripes.release(second);
        assertEquals(second, stripes.take());
    }

    @Test
    void aCacheStays() {
        var stripes = new Stripes<String>(2);
        assertNull(stripes.get(1));
        assertTrue(take(stripes, 1));
        stripes.set(1, "one");
        stripes.release(1);
        assertEquals("one", stripes.get(1));
        assertNull(stripes.get(0));
    }

    /// Threads that follow each other do not all come to one stripe.
    @Test
    void threadsAreSpread() throws InterruptedException {
        var stripes = new Stripes<String>(8);
        int[] came = new int[8];
        for (int i = 0; i < 800; i++) {
            Thread.ofVirtual()
                    .start(() -> {
                        int stripe = stripes.take();
                        came[stripe]++;
                        stripes.release(stripe);
                    })
                    .join();
        }
        for (int i = 0; i < 8; i++) {
            int count = came[i];
            assertTrue(count > 40 && count < 250, () -> count + " of 800 came to one of 8 stripes");
        }
    }

    /// Nobody else is in a stripe while one is, and each sees what the one before did: plain
    /// fields, no update lost.
    @Test
    void oneAtATime() throws InterruptedException {
        class Box {
            long count;
            long twice;
        }
        var stripes = new Stripes<Box>(2);
        for (int i = 0; i < 2; i++) stripes.set(i, new Box());
        long rounds = Randomness.stress() ? 50_000_000 : 500_000;
        LongAdder done = new LongAdder();
        LongAdder torn = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread.Builder kind = t < 2 ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(
                    kind.start(() -> {
                        long count = 0;
                        for (long i = 0; i < rounds; i++) {
                            int stripe = stripes.take();
                            if (stripe < 0) continue;
                            Box box = stripes.get(stripe);
                            if (box.twice != 2 * box.count) torn.increment();
                            box.count++;
                            box.twice += 2;
                            stripes.release(stripe);
                            count++;
                        }
                        done.add(count);
                    }));
        }
        for (Thread thread : threads) thread.join();
        assertEquals(0, torn.sum(), "two in one stripe");
        assertEquals(done.sum(), stripes.get(0).count + stripes.get(1).count, "updates");
        assertTrue(done.sum() > rounds / 10, () -> done.sum() + " stripes taken");
    }
}
