package org.allod.lab.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.HdrHistogram.Histogram;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Region;
import org.allod.dlmalloc.DlMalloc;
import org.allod.lab.workload.BumpHeap.Flaw;
import org.junit.jupiter.api.Test;

class WorkerTest {

    @Test
    void countsWhatSucceedsAndWhatDoesNot() {
        try (BumpHeap heap = new BumpHeap(Flaw.REFUSES)) {
            Worker worker = new Worker(heap, 0, 64);
            long block = worker.allocate(16, 16);
            worker.deallocate(block, 16, 16);
            worker.deallocate(Allocator.NULL, 0, 16);
            assertEquals(2, worker.operations());
            block = worker.reallocate(Allocator.NULL, 0, 16, 16);
            assertEquals(3, worker.operations());
            block = worker.reallocate(block, 16, 16, 32);
            assertEquals(4, worker.operations());
            for (int i = 0; i < 997; i++) worker.allocate(16, 16);
            assertEquals(4 + 996, worker.operations());
            assertEquals(1, worker.failures());
            worker.startAgain();
            assertEquals(0, worker.operations());
            assertEquals(1, worker.failures());
        }
    }

    @Test
    void aboutOneCallIn64IsTimedAndNoRhythmHides() {
        try (BumpHeap heap = new BumpHeap(Flaw.NONE)) {
            for (int index = 0; index < 8; index++) {
                Worker worker = new Worker(heap, index, 64);
                int[] hits = new int[64];
                Histogram seen = Worker.histogram();
                long before = 0;
                for (int i = 0; i < 64 * 2000; i++) {
                    worker.allocate(16, 16);
                    seen.reset();
                    worker.addLatencyTo(seen);
                    if (seen.getTotalCount() > before) hits[i % 64]++;
                    before = seen.getTotalCount();
                }
                assertEquals(2000, before, 200, "worker " + index);
                for (int phase = 0; phase < 64; phase++) {
                    assertTrue(hits[phase] > 5, "phase " + phase + ": " + hits[phase]);
                    assertTrue(hits[phase] < 80, "phase " + phase + ": " + hits[phase]);
                }
                worker.startAgain();
                seen.reset();
                worker.addLatencyTo(seen);
                assertEquals(0, seen.getTotalCount());
            }
        }
    }

    @Test
    void eachAllocationOrNoneIsTimed() {
        try (BumpHeap heap = new BumpHeap(Flaw.NONE)) {
            for (int distance : new int[] {0, 1}) {
                Worker worker = new Worker(heap, 0, distance);
                for (int i = 0; i < 1000; i++) worker.allocate(16);
                for (int i = 0; i < 1000; i++) worker.allocateZeroed(16);
                Histogram seen = Worker.histogram();
                worker.addLatencyTo(seen);
                assertEquals(2000L * distance, seen.getTotalCount());
            }
        }
    }

    @Test
    void alignmentIsMallocs() {
        assertEquals(8, Worker.alignment(0));
        assertEquals(8, Worker.alignment(15));
        assertEquals(16, Worker.alignment(16));
        assertEquals(16, Worker.alignment(1 << 20));
    }

    @Test
    void whatIsRefusedIsThrownAndCounted() {
        try (BumpHeap heap = new BumpHeap(Flaw.REFUSES)) {
            Worker worker = new Worker(heap, 0, 64);
            for (int i = 0; i < 999; i++) worker.allocate(24);
            assertThrows(HeapExhaustedException.class, () -> worker.allocate(24));
            assertEquals(1, worker.failures());
        }
    }

    /// A free that tells a size is refused if the size is wrong.
    @Test
    void freeWithoutASizeAsksTheAllocatorForIt() {
        try (DlMalloc heap = new DlMalloc(Region.reserved(1 << 20))) {
            Worker worker = new Worker(heap, 0, 64);
            long block = worker.allocate(24);
            assertThrows(CorruptHeapError.class, () -> worker.deallocate(block, 1000));
            worker.free(block, 1000);
            assertEquals(0, heap.stats().blocksUsed());
            assertEquals(2, worker.operations());
        }
    }
}
