package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

/// `thread.*`: what a thread has done, counted beside by the test.
class JeThreadTest {
    private static JeMalloc heap(String conf) {
        return new JeMalloc(Region.reserved(1L << 28), JeOptions.parse(conf));
    }

    /// Every path counts: the cache, large ones, alignments, resizes, arenas of one's own.
    @Test
    void bytesAreExact() {
        Random random = Random.from(Randomness.of(this));
        try (JeMalloc heap = heap("narenas:1")) {
            JeControl control = heap.control();
            JeThread thread = control.thread();
            int arena = control.arenaCreate();
            long[] blocks = new long[100];
            long allocated = 0;
            long freed = 0;
            for (int i = 0; i < 50_000; i++) {
                int at = random.nextInt(blocks.length);
                long before = blocks[at] == 0 ? 0 : heap.usableSize(blocks[at]);
                long size = 1 + random.nextLong(1L << random.nextInt(1, 18));
                boolean resize = blocks[at] != 0 && random.nextInt(4) == 0;
                if (resize) {
                    long moved = heap.reallocate(blocks[at], size);
                    boolean kept = moved == blocks[at] && heap.usableSize(moved) == before;
                    blocks[at] = moved;
                    allocated += heap.usableSize(moved);
                    freed += before;
                    if (kept) assertEquals(allocated, thread.allocated(), "of its own class");
                } else {
                    if (blocks[at] != 0 && random.nextBoolean()) heap.free(blocks[at]);
                    else if (blocks[at] != 0) control.dallocx(blocks[at], JeFlags.TCACHE_NONE);
                    freed += before;
                    int flags =
                            switch (random.nextInt(4)) {
                                case 0 -> JeFlags.arena(arena);
                                case 1 -> JeFlags.lgAlign(random.nextInt(14));
                                case 2 -> JeFlags.ZERO;
                                default -> 0;
                            };
                    blocks[at] = control.mallocx(size, flags);
                    allocated += heap.usableSize(blocks[at]);
                }
                assertEquals(allocated, thread.allocated(), "allocated, step " + i);
                assertEquals(freed, thread.deallocated(), "freed, step " + i);
            }
            heap.verify();
        }
    }

    @Test
    void thePeakIsThatSinceTheReset() {
        try (JeMalloc heap = heap("")) {
            JeThread thread = heap.control().thread();
            long kept = heap.allocate(1 << 20, 16);
            thread.resetPeak();
            assertEquals(0, thread.peak());
            long block = heap.allocate(1 << 20, 16);
            heap.free(kept);
            heap.free(block);
            assertEquals(1 << 20, thread.peak(), "an event saw it");
            block = heap.allocate(100, 16);
            assertEquals(1 << 20, thread.peak());
            thread.resetPeak();
            heap.free(block);
            assertEquals(0, thread.peak());
            heap.free(heap.allocate(4 << 20, 16));
            assertEquals((4 << 20) - 112, thread.peak());
        }
    }

    /// What a thread misses comes from its new arena; what it asked for before stays the old one's.
    @Test
    void anotherArena() throws InterruptedException {
        try (JeMalloc heap = heap("narenas:2,oversize_threshold:0")) {
            JeControl control = heap.control();
            heap.allocate(100, 16);
            assertEquals(0, control.thread().arena());
            Thread other = Thread.ofPlatform().start(() -> heap.allocate(100, 16));
            other.join();
            Thread.ofPlatform().start(() -> heap.allocate(100, 16)).join();
            int users = control.arenaCreate();
            assertThrows(IllegalArgumentException.class, () -> control.thread().arena(users));
            assertThrows(IllegalArgumentException.class, () -> control.thread().arena(-1));
            assertThrows(IllegalArgumentException.class, () -> control.thread().arena(99));
            Object before = control.statistics().get("stats.arenas.0.bins.7.nrequests");
            heap.stats(); // the dead are buried
            control.thread().arena(1);
            assertEquals(1, control.thread().arena());
            long block = heap.allocate(5000, 16);
            assertEquals(1, control.arenaOf(block));
            var all = control.statistics();
            assertEquals(before, all.get("stats.arenas.0.bins.7.nrequests"), "stay there");
            assertEquals(1L, all.get("stats.arenas.1.nthreads"));
            assertEquals(0L, all.get("stats.arenas.0.nthreads"));
            assertEquals(heap.stats().allocations(), JeClaimsTest.requests(all));
            heap.verify();
        }
    }

    @Test
    void whoHasNoCacheHasNoAccount() throws InterruptedException {
        try (JeMalloc heap = heap("")) {
            JeThread thread = heap.control().thread();
            long[] seen = new long[4];
            Runnable look =
                    () -> {
                        heap.free(heap.allocate(100, 16));
                        seen[0] = thread.allocated();
                        seen[1] = thread.deallocated();
                        seen[2] = thread.peak();
                        seen[3] = thread.arena();
                        thread.idle();
                    };
            Thread.ofVirtual().start(look).join();
            for (long each : seen) assertEquals(-1, each);
            Thread.ofPlatform().start(look).join();
            assertEquals(112, seen[0]);
            assertEquals(112, seen[1]);
        }
        try (JeMalloc heap = heap("tcache:false")) {
            heap.free(heap.allocate(100, 16));
            assertEquals(-1, heap.control().thread().allocated());
            assertThrows(IllegalStateException.class, () -> heap.control().thread().arena(0));
        }
    }

    @Test
    void flushAndIdle() {
        try (JeMalloc heap = heap("")) {
            heap.free(heap.allocate(100, 16));
            assertTrue(heap.stats().blocksCached() > 0);
            heap.control().thread().flush();
            assertEquals(0, heap.stats().blocksCached());
            heap.free(heap.allocate(100, 16));
            heap.control().thread().idle();
            assertEquals(0, heap.stats().blocksCached());
        }
    }
}
