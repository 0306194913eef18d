package org.allod.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

class SampleTableTest {
    private static final Site SITE = new Site(List.of());

    private static SampledBlock block() {
        return new SampledBlock(SITE, 1, 1);
    }

    @Test
    void agreesWithAMap() {
        var random = Randomness.of(this);
        var table = new SampleTable();
        Map<Long, SampledBlock> model = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            int places = 1 + i / 100;
            long address = 4096L * (1 + random.nextInt(places));
            if (random.nextInt(5) < 3) {
                SampledBlock block = block();
                assertSame(model.put(address, block), table.put(address, block));
            } else {
                assertSame(model.remove(address), table.remove(address));
            }
            assertEquals(model.size(), table.size());
            assertEquals(model.containsKey(address), table.has(address));
        }
        Map<Long, SampledBlock> seen = new HashMap<>();
        table.each((address, block) -> assertNull(seen.put(address, block)));
        assertEquals(model, seen);
    }

    /// Each thread finds its own blocks without the lock while others make the table anew.
    @Test
    void whoOwnsABlockFindsIt() throws InterruptedException {
        var table = new SampleTable();
        var lock = new ReentrantLock();
        var missed = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long first = (t + 1L) << 40;
            threads.add(Thread.ofPlatform().start(() -> churn(table, lock, first, missed)));
        }
        for (Thread thread : threads) thread.join();
        assertEquals(0, missed.get());
        assertEquals(0, table.size());
    }

    private static void churn(
            SampleTable table, ReentrantLock lock, long first, AtomicLong missed) {
        for (int round = 0; round < 200; round++) {
            int blocks = 1 + round * 7 % 500;
            for (int i = 0; i < blocks; i++) {
                locked(lock, () -> table.put(first + 16 * blocks, block()));
                if (!table.has(first + 16 * blocks)) missed.incrementAndGet();
                long address = first + (1 << 20) + 16L * i;
                locked(lock, () -> table.put(address, block()));
                locked(lock, () -> table.remove(first + 16 * blocks));
                if (table.has(first + 16 * blocks)) missed.incrementAndGet();
            }
            for (int i = 0; i < blocks; i++) {
                long address = first + (1 << 20) + 16L * i;
                if (!table.has(address)) missed.incrementAndGet();
                locked(lock, () -> table.remove(address));
            }
        }
    }

    private static void locked(ReentrantLock lock, Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void whatIsTakenOutDoesNotFillIt() {
        var table = new SampleTable();
        for (long i = 1; i <= 1_000_000; i++) {
            assertNull(table.put(i * 64, block()));
            assertTrue(table.remove(i * 64) != null);
        }
        assertEquals(0, table.size());
    }
}
