package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.allod.kit.TestAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("both")
@Timeout(60)
class StraysTest {
    private static final int SIZE = 64;

    private static TestAllocator heap() {
        return new TestAllocator(Region.reserved(1 << 20));
    }

    @Test
    void waitsUntilSomebodyDrains() {
        try (TestAllocator heap = heap()) {
            Strays strays = Strays.of(heap);
            assertTrue(strays.isEmpty());
            assertEquals(0, strays.drain());
            for (int i = 0; i < 3; i++) strays.add(heap.allocate(SIZE, 16), SIZE, 16);
            strays.add(Allocator.NULL, SIZE, 16);
            assertFalse(strays.isEmpty());
            assertEquals(3, strays.count());
            assertEquals(3, heap.stats().blocksUsed());
            assertEquals(3, strays.drain());
            assertTrue(strays.isEmpty());
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void isOneAnAllocator() {
        try (TestAllocator left = heap();
                TestAllocator right = heap()) {
            assertSame(Strays.of(left), Strays.of(left));
            assertNotSame(Strays.of(left), Strays.of(right));
            assertThrows(NullPointerException.class, () -> Strays.of(null));
        }
    }

    @Test
    void aBlockThatIsNoneLeavesTheOthersWaiting() {
        try (TestAllocator heap = heap()) {
            Strays strays = Strays.of(heap);
            long block = heap.allocate(SIZE, 16);
            strays.add(block, SIZE, 16);
            strays.add(block + 1, SIZE, 16);
            assertThrows(CorruptHeapError.class, strays::drain);
            assertEquals(1, strays.drain());
            assertEquals(0, heap.stats().blocksUsed());
        }
    }

    @Test
    void forgetsAllOnceTheAllocatorIsClosed() {
        TestAllocator heap = heap();
        Strays strays = Strays.of(heap);
        strays.add(heap.allocate(SIZE, 16), SIZE, 16);
        strays.add(heap.allocate(SIZE, 16), SIZE, 16);
        heap.close();
        assertEquals(0, strays.drain());
        strays.add(16, SIZE, 16);
        assertTrue(strays.isEmpty());
        assertEquals(0, strays.count());
    }

    @Test
    void takesNoMoreOnceClosed() {
        try (TestAllocator heap = heap()) {
            Strays strays = Strays.of(heap);
            strays.add(heap.allocate(SIZE, 16), SIZE, 16);
            strays.close();
            strays.close();
            strays.add(16, SIZE, 16);
            assertEquals(0, strays.count());
            assertEquals(0, strays.drain());
        }
    }

    @Test
    void keepsNoAllocator() throws InterruptedException {
        int before = Strays.lists();
        Strays orphan = orphan();
        assertEquals(before + 1, Strays.lists());
        for (int i = 0; i < 100 && Strays.lists() > before; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(Strays.lists() <= before, "the list is still found");
        assertEquals(0, orphan.drain());
        assertEquals(0, orphan.count());
    }

    private static Strays orphan() {
        TestAllocator heap = heap();
        Strays strays = Strays.of(heap);
        strays.add(heap.allocate(SIZE, 16), SIZE, 16);
        heap.close();
        return strays;
    }

    @Test
    void threadsAddWhileOneDrains() throws InterruptedException {
        int threads = 3;
        int each = 20_000;
        try (LockedAllocator<?> heap =
                LockedAllocator.of(new TestAllocator(Region.reserved(64 << 20)))) {
            Strays strays = Strays.of(heap);
            List<Thread> adders = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                adders.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int n = 0; n < each; n++) {
                                        strays.add(heap.allocate(SIZE, 16), SIZE, 16);
                                    }
                                }));
            }
            long freed = 0;
            while (adders.stream().anyMatch(Thread::isAlive)) freed += strays.drain();
            for (Thread adder : adders) adder.join();
            freed += strays.drain();
            assertEquals((long) threads * each, freed);
            assertEquals(0, heap.stats().blocksUsed());
        }
    }
}
