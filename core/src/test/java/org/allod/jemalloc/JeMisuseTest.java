package org.allod.jemalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a caller may do wrong and is told: freed twice, and freed with a size of another class.
class JeMisuseTest {
    private static JeMalloc heap(String conf) {
        return new JeMalloc(Region.reserved(1L << 28), JeOptions.parse(conf));
    }

    /// Where a block of 100 bytes is after its free.
    enum Place {
        OWN_CACHE,
        OTHER_CACHE,
        STRIPE,
        USERS_CACHE,
        SLAB
    }

    private enum Way {
        FREE((heap, block) -> heap.free(block)),
        SIZED((heap, block) -> heap.deallocate(block, 100, 16)),
        RESIZE((heap, block) -> heap.reallocate(block, 5000)),
        RESIZE_SIZED((heap, block) -> heap.reallocate(block, 100, 16, 5000)),
        SAME_SIZE((heap, block) -> heap.reallocate(block, 100)),
        FLAGS((heap, block) -> heap.control().dallocx(block, JeFlags.TCACHE_NONE)),
        FLAGS_SIZED((heap, block) -> heap.control().sdallocx(block, 100, 0)),
        FLAGS_RESIZE((heap, block) -> heap.control().rallocx(block, 5000, JeFlags.TCACHE_NONE)),
        SIZE((heap, block) -> heap.usableSize(block));

        private final BiConsumer<JeMalloc, Long> call;

        Way(BiConsumer<JeMalloc, Long> call) {
            this.call = call;
        }
    }

    /// Whoever holds it, whoever frees it again and by whatever call, its slab lives.
    @ParameterizedTest
    @EnumSource
    void aBlockFreedTwiceIsFound(Place place) throws InterruptedException {
        try (JeMalloc heap = heap("narenas:1,background_thread:false")) {
            long pin = heap.allocate(100, 16);
            long block = heap.allocate(100, 16);
            CountDownLatch freed = new CountDownLatch(1);
            CountDownLatch seen = new CountDownLatch(1);
            Runnable free =
                    () -> {
                        heap.free(heap.allocate(5000, 16)); // makes it a cache
                        heap.free(block);
                        freed.countDown();
                        await(seen);
                    };
            Thread other = null;
            switch (place) {
                case OWN_CACHE -> heap.free(block);
                case OTHER_CACHE -> other = Thread.ofPlatform().start(free);
                case STRIPE -> other = Thread.ofVirtual().start(free);
                case USERS_CACHE -> {
                    int cache = heap.control().cacheCreate();
                    heap.control().dallocx(block, JeFlags.tcache(cache));
                }
                case SLAB -> {
                    heap.free(block);
                    heap.idle();
                }
            }
            if (other != null) await(freed);
            long cached = heap.stats().blocksCached();
            for (Way way : Way.values()) {
                assertThrows(
                        CorruptHeapError.class, () -> way.call.accept(heap, block), way::toString);
            }
            assertEquals(cached, heap.stats().blocksCached(), "nothing was done");
            assertEquals(1, heap.stats().blocksUsed());
            seen.countDown();
            if (other != null) other.join();
            heap.free(pin);
            heap.verify();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /// A double free is found in the cache, past it, and in the slab.
    @Test
    void aSmallBlockFreedTwiceIsFound() {
        try (JeMalloc heap = heap("narenas:1")) {
            long pin = heap.allocate(100, 16);
            long block = heap.allocate(100, 16);
            heap.free(block);
            assertThrows(CorruptHeapError.class, () -> heap.free(block));
            heap.idle();
            assertThrows(CorruptHeapError.class, () -> heap.free(block));
            assertThrows(CorruptHeapError.class, () -> heap.free(pin + 112 * 30), "never out");
            assertThrows(CorruptHeapError.class, () -> heap.free(pin + 16), "inside");
            heap.free(pin);
            heap.verify();
        }
    }

    /// Of a block that came from the cache, and would go to it; or past it.
    @ParameterizedTest
    @ValueSource(strings = {"", "tcache:false", "prof:true,lg_prof_sample:0", "junk:true"})
    void aFreeWithASizeOfAnotherClassIsFound(String conf) {
        try (JeMalloc heap = heap(conf)) {
            for (int i = 1; i < 40_000; i += 16) heap.free(heap.allocate(i, 16));
            for (long size = 1; size <= 40_000; size += 1 + size / 3) {
                long block = heap.allocate(size, 16);
                long usable = heap.usableSize(block);
                for (long wrong : new long[] {usable + 1, usable * 2, -1, usable / 2 - 8}) {
                    if (wrong == 0 || size <= 16 && wrong > 0 && wrong <= 16) continue;
                    assertThrows(
                            CorruptHeapError.class,
                            () -> heap.deallocate(block, wrong, 16),
                            () -> usable + " freed as " + wrong);
                    assertThrows(
                            CorruptHeapError.class,
                            () -> heap.reallocate(block, wrong, 16, 10),
                            () -> usable + " resized as " + wrong);
                    assertThrows(
                            CorruptHeapError.class, () -> heap.control().sdallocx(block, wrong, 0));
                }
                heap.deallocate(block, size, 16);
            }
            heap.verify();
        }
    }
}
