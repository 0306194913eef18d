package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class HeapCachesTest {
    private static final class Cache {
        /// Plain: only who has the cache adds to it.
        long count;
    }

    /// A weak CAS may fail without a reason; not for ever.
    private static boolean addShared(HeapCaches<Cache> caches, int stripe, Cache made) {
        for (int i = 0; i < 100; i++) if (caches.addShared(stripe, made)) return true;
        return false;
    }

    private static Cache tryTake(HeapCaches<Cache> caches, int stripe) {
        for (int i = 0; i < 100; i++) {
            Cache cache = caches.tryTake(stripe);
            if (cache != null) return cache;
        }
        return null;
    }

    @Test
    void allAreThoseOfThreadsAndOfStripes() throws InterruptedException {
        var caches = new HeapCaches<Cache>();
        Cache own = new Cache();
        Cache shared = new Cache();
        Cache dead = new Cache();
        assertTrue(caches.add(own));
        assertTrue(addShared(caches, 1, shared));
        Thread.ofPlatform().start(() -> caches.add(dead)).join();
        assertSame(own, caches.mine());
        assertEquals(Set.of(own, shared, dead), Set.copyOf(caches.all()));
        assertEquals(List.of(dead), caches.takeDead());
        assertEquals(Set.of(own, shared), Set.copyOf(caches.all()));
    }

    @Test
    void aStripeGetsOneCache() {
        var caches = new HeapCaches<Cache>();
        Cache first = new Cache();
        assertNull(caches.tryTake(0), "none yet");
        assertTrue(addShared(caches, 0, first));
        assertFalse(addShared(caches, 0, new Cache()), "it has one");
        assertSame(first, tryTake(caches, 0));
        assertSame(first, caches.shared(0));
        assertNull(tryTake(caches, 0), "taken");
        caches.release(0);
        assertSame(first, tryTake(caches, 0));
    }

    @Test
    void aTakenStripeGetsNoCache() {
        var caches = new HeapCaches<Cache>();
        int stripe = caches.take();
        assertFalse(addShared(caches, stripe, new Cache()));
        caches.release(stripe);
        assertTrue(addShared(caches, stripe, new Cache()));
    }

    @Test
    void closedHasNoneAnyMore() {
        var caches = new HeapCaches<Cache>();
        caches.add(new Cache());
        addShared(caches, 0, new Cache());
        caches.close();
        assertNull(caches.mine());
        assertNull(tryTake(caches, 0));
        assertFalse(caches.add(new Cache()));
        assertFalse(addShared(caches, 0, new Cache()));
        assertFalse(addShared(caches, 1, new Cache()));
        assertEquals(List.of(), caches.all());
    }

    /// Threads that find a stripe without a cache make one: one of them stays, and what is added in
    /// all that stayed and all that did not is everything.
    @Test
    void missingCachesAreMadeOnce() throws InterruptedException {
        var caches = new HeapCaches<Cache>();
        int threads = 2000;
        int rounds = 50;
        LongAdder shared = new LongAdder();
        LongAdder refused = new LongAdder();
        LongAdder stayed = new LongAdder();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            all.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < rounds; i++) {
                                    work(caches, shared, refused, stayed);
                                }
                            }));
        }
        for (Thread thread : all) thread.join();
        assertTrue(stayed.sum() <= caches.stripes(), () -> stayed + " made");
        assertEquals(stayed.sum(), caches.all().size());
        assertEquals(shared.sum(), caches.all().stream().mapToLong(cache -> cache.count).sum());
        assertEquals((long) threads * rounds, shared.sum() + refused.sum());
        assertTrue(shared.sum() > threads, () -> shared + " of " + threads * rounds);
    }

    private static void work(
            HeapCaches<Cache> caches, LongAdder shared, LongAdder refused, LongAdder stayed) {
        int stripe = caches.take();
        if (stripe < 0) {
            refused.increment();
            return;
        }
        Cache cache = caches.shared(stripe);
        if (cache != null) cache.count++;
        caches.release(stripe);
        (cache == null ? refused : shared).increment();
        if (cache == null && caches.addShared(stripe, new Cache())) stayed.increment();
    }
}
