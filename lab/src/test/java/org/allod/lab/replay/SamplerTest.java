package org.allod.lab.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.lab.replay.LineHeap.Flaw;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private long granted;
    private final Region region = Region.reserved(4096);
    private final LineHeap heap =
            new LineHeap(region, Flaw.NONE) {
                @Override
                public AllocatorStats stats() {
                    return AllocatorStats.builder()
                            .live(-1, granted)
                            .pages(10 * granted, 0, 0)
                            .tables(1, 0)
                            .build();
                }
            };

    private void done(Sampler sampler, long requestedDelta, long grantedNow) {
        granted = grantedNow;
        sampler.done(requestedDelta, 0);
    }

    @Test
    void peaksAreReadEveryThousandOperationsAndAtEachNewMaximum() {
        Sampler sampler = new Sampler(heap, region, 5000);
        done(sampler, 100, 110);
        assertEquals(110, sampler.grantedMax());
        for (int i = 2; i < 1000; i++) done(sampler, i % 2 == 0 ? -10 : 10, 500);
        assertEquals(110, sampler.grantedMax());
        done(sampler, -10, 200);
        assertEquals(200, sampler.grantedMax());
        done(sampler, 10, 999);
        assertEquals(200, sampler.grantedMax());
        done(sampler, 1, 300);
        assertEquals(300, sampler.grantedMax());
        assertEquals(3000, sampler.heldMax());
        assertEquals(3001, sampler.committedMax());
        assertEquals(101, sampler.requestedMax());
    }

    @Test
    void theCurveHasItsOwnMoments() {
        Sampler sampler = new Sampler(heap, region, 5000);
        for (int i = 1; i <= 10; i++) done(sampler, 1, i);
        assertArrayEquals(new long[] {5, 10}, sampler.timeline().operation());
        done(sampler, 1, 11);
        sampler.look();
        assertArrayEquals(new long[] {5, 10, 11}, sampler.timeline().granted());
        sampler.look();
        assertArrayEquals(new long[] {5, 10, 11}, sampler.timeline().operation());
    }

    @Test
    void extentCountsBlocksInTheRegionOnly() {
        Sampler sampler = new Sampler(heap, region, 1);
        sampler.block(region.base() + 16, 100);
        sampler.block(region.end(), 1000);
        sampler.block(region.base(), 10);
        assertEquals(116, sampler.extentMax());
    }

    @Test
    void aMillionOperationsStayAThousandPoints() {
        Sampler sampler = new Sampler(heap, region, 1_234_567);
        for (int i = 0; i < 1_234_567; i++) sampler.done(1, 0);
        long[] operations = sampler.timeline().operation();
        assertTrue(operations.length >= 1000 && operations.length <= 1002, "" + operations.length);
        long[] sorted = operations.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, operations);
    }
}
