package org.allod.bucket;

import static org.allod.Allocator.NULL;
import static org.allod.bucket.BucketAllocator.ALIGNED;
import static org.allod.bucket.BucketAllocator.ANYWHERE;
import static org.allod.bucket.BucketAllocator.CLEAR;
import static org.allod.bucket.BucketAllocator.LOW_16_MIB;
import static org.allod.bucket.BucketAllocator.LOW_1_MIB;
import static org.allod.bucket.BucketAllocator.LOW_4_GIB;
import static org.allod.bucket.BucketAllocator.PERSISTENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.BlockVisitor.Kind;
import org.allod.Region;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Names, flags, fits and buckets: what a reader may learn from.
class BucketAllocatorTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long SMALL = 17 * 4096;

    private static List<String> names(BucketAllocator heap) {
        List<String> names = new ArrayList<>();
        heap.walk((_, _, kind, name) -> {
            if (kind == Kind.USED) names.add(name);
        });
        return names;
    }

    @Test
    void pebblesAndPiecesFollowEachOther() {
        Region region = Region.reserved(MIB);
        try (var heap = new BucketAllocator(region)) {
            long a = heap.allocate(1, 1);
            long b = heap.allocate(65, 1);
            long c = heap.allocate(64, 64);
            assertEquals(region.base() + 64, a);
            assertEquals(a + 64 + 64, b);
            assertEquals(b + 128 + 64, c);
            assertEquals(64, heap.usableSize(a));
            assertEquals(128, heap.usableSize(b));
            heap.free(b);
            assertEquals(b, heap.allocate(128, 16));
        }
    }

    // ---- names ----

    @Test
    void theWalkNamesThePebbles() {
        try (var heap = new BucketAllocator(Region.reserved(MIB))) {
            long table = heap.allocate(100, 16, CLEAR, "page table");
            long nothing = heap.allocate(100, 16);
            long node = heap.allocate(100, 16, 0, "vnode");
            assertEquals(List.of("page table", "", "vnode"), names(heap));
            assertEquals("page table", heap.nameOf(table));
            assertEquals("", heap.nameOf(nothing));
            heap.free(table);
            assertEquals(List.of("", "vnode"), names(heap));
            long moved = heap.reallocate(node, 10 * KIB);
            assertEquals("vnode", heap.nameOf(moved), "a name stays with its block");
            assertEquals("", heap.nameOf(heap.allocate(100, 16)), "none is inherited");
        }
    }

    @Test
    void manyNames() {
        try (var heap = new BucketAllocator(Region.reserved(MIB))) {
            List<String> expected = new ArrayList<>();
            long[] blocks = new long[1000];
            long tables = 0;
            for (int round = 0; round < 4; round++) {
                expected.clear();
                for (int i = 0; i < blocks.length; i++) {
                    expected.add("block " + round + "." + i);
                    blocks[i] = heap.allocate(8, 8, 0, expected.getLast());
                }
                assertEquals(expected, names(heap));
                for (long block : blocks) heap.free(block);
                if (round == 0) tables = heap.stats().metadata();
                assertEquals(tables, heap.stats().metadata(), "names are forgotten");
            }
        }
    }

    @Test
    void namesThatDoNotFit() {
        try (var heap = new BucketAllocator(Region.reserved(MIB))) {
            assertNotEquals(NULL, heap.allocate(8, 8, 0, "x".repeat(31)));
            for (String bad : new String[] {"x".repeat(32), "ü".repeat(16), null}) {
                var thrown =
                        assertThrows(
                                IllegalArgumentException.class, () -> heap.allocate(8, 8, 0, bad));
                assertTrue(thrown.getMessage().startsWith("name="), thrown::getMessage);
            }
            assertEquals(1, heap.stats().blocksUsed());
            heap.verify();
        }
    }

    // ---- flags ----

    @Test
    void flagsThatContradictEachOther() {
        try (var heap = new BucketAllocator(Region.reserved(MIB))) {
            int[] bad = {
                LOW_1_MIB | LOW_16_MIB,
                LOW_16_MIB | LOW_4_GIB,
                LOW_1_MIB | LOW_4_GIB | CLEAR,
                LOW_4_GIB | ANYWHERE,
                ANYWHERE | LOW_1_MIB | ALIGNED,
                1,
                2,
                3,
                512,
                -1
            };
            for (int flags : bad) {
                var thrown =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> heap.allocate(8, 8, flags, "bad"));
                assertTrue(thrown.getMessage().contains("flags=" + flags), thrown::getMessage);
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> heap.allocate(8, 128, 0, "aligned without ALIGNED"));
            assertThrows(
                    IllegalArgumentException.class, () -> heap.allocate(8, 3, ALIGNED, "no power"));
            assertEquals(0, heap.stats().allocations());
            heap.verify();
        }
    }

    @Test
    void clearOnRecycledMemory() {
        try (var heap = new BucketAllocator(Region.reserved(MIB))) {
            long block = heap.allocate(10 * KIB, 16);
            Memory.fill(block, 10 * KIB, (byte) 7);
            heap.free(block);
            long cleared = heap.allocate(9 * KIB, 4 * KIB, CLEAR | ALIGNED, "");
            assertEquals(0, cleared % (4 * KIB));
            assertEquals(-1, Memory.mismatch(cleared, heap.usableSize(cleared), (byte) 0));
        }
    }

    @Test
    void limitsCountFromTheRegionsBase() {
        Region region = Region.reserved(64 * MIB);
        try (var heap = new BucketAllocator(region)) {
            heap.allocate(MIB / 2, 16);
            long low = heap.allocate(100 * KIB, 16, LOW_1_MIB, "dma");
            assertTrue(low + 100 * KIB <= region.base() + MIB);
            assertEquals(NULL, heap.allocate(MIB / 2, 16, LOW_1_MIB, "no room"));
            assertNotEquals(NULL, heap.allocate(MIB / 2, 16, ANYWHERE, ""));
            long below = heap.allocate(8 * MIB, 16, LOW_16_MIB, "");
            assertTrue(below + 8 * MIB <= region.base() + 16 * MIB);
            assertEquals(NULL, heap.allocate(8 * MIB, 16, LOW_16_MIB, ""));
            assertNotEquals(NULL, heap.allocate(8 * MIB, 16, LOW_4_GIB, ""));
            heap.verify();
        }
    }

    // ---- buckets ----

    @Test
    void anEmptyBucketGoesBackButOne() {
        Region region = Region.reserved(MIB);
        try (var heap = new BucketAllocator(region, SMALL, Fit.BEST)) {
            long[] blocks = new long[5];
            for (int i = 0; i < 5; i++) blocks[i] = heap.allocate(60 * KIB, 16);
            assertEquals(5, heap.buckets());
            long full = region.committed();
            for (long block : blocks) heap.free(block);
            assertEquals(2, heap.buckets(), "the persistent first, and a spare one");
            assertTrue(region.committed() < full / 2, "their pages went");
            heap.trim();
            assertEquals(1, heap.buckets());
            assertNotEquals(NULL, heap.allocate(900 * KIB, 16));
            heap.verify();
        }
    }

    @Test
    void aPersistentBucketStays() {
        try (var heap = new BucketAllocator(Region.reserved(MIB), SMALL, Fit.BEST)) {
            heap.allocate(60 * KIB, 16);
            long stays = heap.allocate(60 * KIB, 16, PERSISTENT, "");
            long goes = heap.allocate(60 * KIB, 16);
            assertEquals(3, heap.buckets());
            heap.free(stays);
            heap.free(goes);
            heap.trim();
            assertEquals(2, heap.buckets());
        }
    }

    @Test
    void aSpareBucketMayBecomePersistent() {
        try (var heap = new BucketAllocator(Region.reserved(MIB), SMALL, Fit.BEST)) {
            heap.allocate(60 * KIB, 16);
            heap.free(heap.allocate(60 * KIB, 16));
            heap.free(heap.allocate(60 * KIB, 16, PERSISTENT, ""));
            heap.trim();
            assertEquals(2, heap.buckets());
        }
    }

    @Test
    void theSpareMakesRoomForALargerOne() {
        try (var heap = new BucketAllocator(Region.reserved(MIB), SMALL, Fit.BEST)) {
            heap.allocate(60 * KIB, 16);
            long block = heap.allocate(60 * KIB, 16);
            heap.free(block);
            assertNotEquals(NULL, heap.allocate(MIB - SMALL - KIB, 16));
        }
    }

    @Test
    void bucketsTooSmallAreRefused() {
        Region region = Region.reserved(MIB);
        assertThrows(
                IllegalArgumentException.class,
                () -> new BucketAllocator(region, SMALL - 1, Fit.BEST));
        region.close();
    }

    // ---- fits ----

    @Test
    void firstFitTakesTheLowestBestFitTheSmallest() {
        for (Fit fit : Fit.values()) {
            try (var heap = new BucketAllocator(Region.reserved(MIB), MIB, fit)) {
                long large = heap.allocate(4096, 16);
                heap.allocate(64, 16);
                long small = heap.allocate(1024, 16);
                heap.allocate(64, 16);
                heap.free(large);
                heap.free(small);
                long expected = fit == Fit.FIRST ? large : small;
                assertEquals(expected, heap.allocate(1000, 16), fit::toString);
                heap.verify();
            }
        }
    }
}
