package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.allod.lab.workload.BumpHeap.Flaw;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// An array of ten slots, filled three times.
class KeptWindowTest {
    private final List<Long> freed = new ArrayList<>();
    private final BumpHeap heap =
            new BumpHeap(Flaw.NONE) {
                @Override
                public void deallocate(long address, long size, long alignment) {
                    freed.add((address - start) / 16);
                }
            };
    private final long start = heap.allocate(16, 16) + 16;
    private final KeptWindow window = new KeptWindow(new Worker(heap, 0, 0), 10);

    private void fill() {
        while (!window.isFull()) window.add(5);
    }

    private void assertFreed(int... blocks) {
        assertEquals(IntStream.of(blocks).mapToObj(block -> (long) block).toList(), freed);
        freed.clear();
    }

    @Test
    void aFifthIsKeptThroughOneFilling() {
        fill();
        assertFreed();
        window.release(); // blocks 0..9 in slots 0..9; keeps slots 0 and 1
        assertFreed(9, 8, 7, 6, 5, 4, 3, 2);
        fill(); // 10..17 in slots 2..9
        window.release(); // keeps slots 2 and 3
        assertFreed(0, 1, 17, 16, 15, 14, 13, 12);
        fill(); // 18, 19 in slots 0, 1; 20..25 in slots 4..9
        window.release(); // keeps slots 4 and 5
        assertFreed(18, 19, 10, 11, 25, 24, 23, 22);
        window.add(5); // 26
        window.close();
        assertFreed(26, 20, 21);
        window.close();
        assertFreed();
    }

    @Test
    void theWindowBeginsAgainAtTheEnd() {
        for (int i = 0; i < 5; i++) {
            fill();
            window.release();
        }
        freed.clear();
        fill(); // the window is slots 8 and 9
        window.release();
        assertEquals(8, freed.size());
        assertEquals(2, liveAfterClose());
    }

    private int liveAfterClose() {
        freed.clear();
        window.close();
        return freed.size();
    }

    @Test
    void whatIsNotAsWrittenIsFoundInTheEnd() {
        window.add(5);
        Memory.putByte(start + 4, (byte) 6);
        assertThrows(CorruptionException.class, window::close);
    }
}
