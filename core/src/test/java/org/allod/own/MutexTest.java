package org.allod.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allod.Allocator;
import org.allod.LockedAllocator;
import org.allod.Region;
import org.allod.buddy.BuddyAllocator;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mutex and Arc, with several threads.
@Tag("both")
@Timeout(120)
class MutexTest {
    private static final int THREADS = 4;

    record Account(long credit, long debit) {}

    private static Allocator open() {
        return LockedAllocator.of(new BuddyAllocator(Region.reserved(1 << 26)));
    }

    private static void assertEmpty(Allocator heap) {
        heap.verify();
        assertEquals(0, heap.stats().blocksUsed(), "blocks that nobody freed");
    }

    @Test
    void oneHasTheLock() throws Exception {
        try (Allocator heap = open();
                var pool = Executors.newSingleThreadExecutor()) {
            Arc<Mutex<Long>> mine = Arc.of(heap, Mutex.of(heap, 1L));
            Arc<Mutex<Long>> theirs = mine.clone();
            MutexGuard<Long> guard = mine.get().lock();
            assertNull(pool.submit(() -> theirs.get().tryLock()).get());
            Future<Long> waits =
                    pool.submit(() -> {
                        try (MutexGuard<Long> next = theirs.get().lock()) {
                            return next.replace(3L);
                        } finally {
                            theirs.close();
                        }
                    });
            guard.set(2L);
            Thread.sleep(20);
            assertFalse(waits.isDone());
            guard.close();
            assertEquals(2L, waits.get());
            assertNotNull(mine.get().toString());
            try (MutexGuard<Long> last = mine.get().tryLock()) {
                assertEquals(3L, last.get());
            }
            mine.close();
            assertEmpty(heap);
        }
    }

    @Test
    void lockingTwiceIsRefused() {
        try (Allocator heap = open();
                Mutex<Long> mutex = Mutex.of(heap, 1L)) {
            try (MutexGuard<Long> guard = mutex.lock()) {
                var refusal = assertThrows(IllegalStateException.class, mutex::lock);
                assertTrue(refusal.getMessage().startsWith("Mutex<long> is locked by this thread"));
                assertNull(mutex.tryLock());
                assertThrows(IllegalStateException.class, mutex::close);
                assertEquals(1L, guard.get());
            }
            assertEquals(1L, mutex.take());
        }
    }

    @Test
    void anotherThreadCannotUnlock() throws Exception {
        try (Allocator heap = open();
                var pool = Executors.newSingleThreadExecutor();
                Mutex<Long> mutex = Mutex.of(heap, 1L)) {
            MutexGuard<Long> guard = mutex.lock();
            var refusal =
                    assertThrows(ExecutionException.class, () -> pool.submit(guard::close).get());
            assertEquals(WrongThreadException.class, refusal.getCause().getClass());
            guard.set(2L);
            guard.close();
        }
    }

    @Test
    void nothingIsLostUnderTheLock() throws Exception {
        long rounds = Randomness.stress() ? 2_000_000 : 50_000;
        try (Allocator heap = open()) {
            Arc<Mutex<Account>> account = Arc.of(heap, Mutex.of(heap, new Account(0, 0)));
            run(
                    Executors.newFixedThreadPool(THREADS),
                    account,
                    mine -> {
                        for (long i = 0; i < rounds; i++) {
                            try (MutexGuard<Account> guard = mine.get().lock()) {
                                Account seen = guard.get();
                                assertEquals(seen.credit(), -seen.debit());
                                guard.set(new Account(seen.credit() + 1, seen.debit() - 1));
                            }
                        }
                    });
            try (MutexGuard<Account> last = account.get().lock()) {
                assertEquals(new Account(THREADS * rounds, -THREADS * rounds), last.get());
            }
            account.close();
            assertEmpty(heap);
        }
    }

    @Test
    void virtualThreadsWaitWithoutTheirCarrier() throws Exception {
        try (Allocator heap = open()) {
            Arc<Mutex<Long>> counter = Arc.of(heap, Mutex.of(heap, 0L));
            int threads = 500;
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Arc<Mutex<Long>> mine = counter.clone();
                work.add(() -> {
                    try (mine;
                            MutexGuard<Long> guard = mine.get().lock()) {
                        long seen = guard.get();
                        Thread.yield();
                        guard.set(seen + 1);
                    }
                    return null;
                });
            }
            try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Void> each : pool.invokeAll(work)) each.get();
            }
            try (MutexGuard<Long> last = counter.get().lock()) {
                assertEquals(threads, last.get());
            }
            counter.close();
            assertEmpty(heap);
        }
    }

    @Test
    void arcsAreClonedDroppedAndUpgradedByAll() throws Exception {
        long millis = Randomness.stress() ? 60_000 : 1_000;
        long seed = Randomness.of(this).nextLong();
        try (Allocator heap = open()) {
            Arc<Box<Long>> shared = Arc.of(heap, Box.of(heap, 42L));
            run(
                    Executors.newFixedThreadPool(THREADS),
                    shared,
                    mine -> churn(mine, seed, System.currentTimeMillis() + millis));
            assertEquals(1, shared.strongCount());
            assertEquals(0, shared.weakCount());
            shared.close();
            assertEmpty(heap);
        }
    }

    private static void churn(Arc<Box<Long>> mine, long seed, long end) {
        SplittableRandom random = new SplittableRandom(seed + Thread.currentThread().threadId());
        List<Arc<Box<Long>>> strong = new ArrayList<>();
        List<ArcWeak<Box<Long>>> weak = new ArrayList<>();
        while (System.currentTimeMillis() < end) {
            for (int i = 0; i < 1_000; i++) {
                switch (random.nextInt(5)) {
                    case 0 -> strong.add(mine.clone());
                    case 1 -> weak.add(mine.downgrade());
                    case 2 -> {
                        if (!weak.isEmpty()) strong.add(weak.getLast().upgrade());
                    }
                    case 3 -> {
                        if (!weak.isEmpty()) weak.removeLast().close();
                    }
                    default -> {
                        if (!strong.isEmpty()) strong.removeLast().close();
                    }
                }
            }
            for (Arc<Box<Long>> each : strong) assertEquals(42L, each.get().get());
        }
        strong.forEach(Owner::close);
        weak.forEach(Owner::close);
    }

    @Test
    void theLastOneDropsWhileOthersUpgrade() throws Exception {
        int rounds = Randomness.stress() ? 500_000 : 5_000;
        try (Allocator heap = open();
                var pool = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < rounds; i++) {
                Arc<Box<Long>> strong = Arc.of(heap, Box.of(heap, 7L));
                ArcWeak<Box<Long>> weak = strong.downgrade();
                CountDownLatch go = new CountDownLatch(1);
                Future<Boolean> upgraded =
                        pool.submit(() -> {
                            go.await();
                            try (weak;
                                    Arc<Box<Long>> up = weak.upgrade()) {
                                return up == null || up.get().get() == 7L;
                            }
                        });
                go.countDown();
                strong.close();
                assertTrue(upgraded.get());
                assertEquals(0, heap.stats().blocksUsed());
            }
            assertEmpty(heap);
        }
    }

    /// What a thread does with its own handle.
    private interface Work<T> {
        void run(Arc<T> mine) throws Exception;
    }

    private static <T> void run(ExecutorService pool, Arc<T> shared, Work<T> work)
            throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Arc<T> mine = shared.clone();
            all.add(() -> {
                try (mine) {
                    work.run(mine);
                }
                return null;
            });
        }
        try (pool) {
            for (Future<Void> each : pool.invokeAll(all)) each.get();
        }
    }
}
