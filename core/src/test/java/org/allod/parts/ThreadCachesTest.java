package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

class ThreadCachesTest {
    private static final class Cache {
        /// Plain: only the owner writes it, and whoever takes the cache over reads it.
        long written;
    }

    @Test
    void eachThreadHasItsOwn() throws InterruptedException {
        var caches = new ThreadCaches<Cache>();
        var other = new ThreadCaches<Cache>();
        assertNull(caches.mine());
        Cache mine = new Cache();
        assertTrue(caches.add(mine));
        assertSame(mine, caches.mine());
        assertNull(other.mine(), "of another heap");
        Thread thread = Thread.ofPlatform().start(() -> caches.add(new Cache()));
        thread.join();
        assertSame(mine, caches.mine());
        assertEquals(2, caches.all().size());
        assertThrows(IllegalStateException.class, () -> caches.add(new Cache()), "a second one");
    }

    @Test
    void virtualThreadsHaveNone() throws InterruptedException {
        var caches = new ThreadCaches<Cache>();
        AtomicLong refused = new AtomicLong();
        Runnable work =
                () -> {
                    if (caches.mine() != null) return;
                    try {
                        caches.add(new Cache());
                    } catch (IllegalStateException expected) {
                        refused.incrementAndGet();
                    }
                };
        Thread.ofVirtual().start(work).join();
        assertEquals(1, refused.get());
        assertEquals(0, caches.size());
    }

    @Test
    void theDeadAreFoundAtOnceAndOnce() throws InterruptedException {
        var caches = new ThreadCaches<Cache>();
        caches.add(new Cache());
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch made = new CountDownLatch(1);
        Thread living =
                Thread.ofPlatform()
                        .start(() -> {
                            caches.add(new Cache());
                            made.countDown();
                            await(end);
                        });
        made.await();
        for (int i = 0; i < 3; i++) {
            Thread.ofPlatform().start(() -> caches.add(new Cache())).join();
        }
        assertEquals(3, caches.takeDead().size(), "no garbage collection was waited for");
        assertEquals(0, caches.takeDead().size(), "once");
        assertEquals(2, caches.size(), "the living keep theirs");
        end.countDown();
        living.join();
        assertEquals(1, caches.takeDead().size());
        assertEquals(1, caches.size());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closedIsNoThreadsAnyMore() {
        var caches = new ThreadCaches<Cache>();
        caches.add(new Cache());
        caches.close();
        assertNull(caches.mine());
        assertFalse(caches.add(new Cache()));
        assertNull(caches.mine());
        assertEquals(0, caches.size());
    }

    /// Neither a closed heap nor a forgotten one lives on in this thread's map.
    @Test
    void aThreadsMapKeepsNoHeap() throws InterruptedException {
        record Heap(ThreadCaches<Object[]> caches) {}
        List<WeakReference<Heap>> heaps = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Heap heap = new Heap(new ThreadCaches<>());
            heap.caches.add(new Object[] {heap});
            assertNotEquals(null, heap.caches.mine());
            if (i % 2 == 0) heap.caches.close();
            heaps.add(new WeakReference<>(heap));
        }
        for (int i = 0; i < 100 && alive(heaps) > 0; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(0, alive(heaps), "heaps that nobody can reach but this thread's map");
    }

    private static long alive(List<? extends WeakReference<?>> heaps) {
        return heaps.stream().filter(heap -> heap.get() != null).count();
    }

    /// Threads come and go while two others bury the dead: each cache is taken once, and what its
    /// thread wrote, plainly, is there.
    @Test
    void takenOnceWithAllThatWasWritten() throws InterruptedException {
        var caches = new ThreadCaches<Cache>();
        int threads = Randomness.stress() ? 100_000 : 5_000;
        AtomicLong taken = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        AtomicLong end = new AtomicLong();
        Runnable bury =
                () -> {
                    boolean last;
                    do {
                        last = end.get() != 0;
                        for (Cache cache : caches.takeDead()) {
                            if (cache.written != 100) wrong.incrementAndGet();
                            cache.written = -1;
                            taken.incrementAndGet();
                        }
                    } while (!last);
                };
        Thread first = Thread.ofPlatform().start(bury);
        Thread second = Thread.ofPlatform().start(bury);
        for (int i = 0; i < threads; i += 8) {
            List<Thread> some = new ArrayList<>();
            for (int k = 0; k < 8; k++) some.add(Thread.ofPlatform().start(() -> write(caches)));
            for (Thread thread : some) thread.join();
        }
        end.set(1);
        first.join();
        second.join();
        assertEquals(0, wrong.get(), "caches whose thread's writes were missing");
        assertEquals(threads, taken.get(), "caches taken");
        assertEquals(0, caches.size());
    }

    private static void write(ThreadCaches<Cache> caches) {
        caches.add(new Cache());
        for (int i = 0; i < 100; i++) caches.mine().written++;
    }
}
