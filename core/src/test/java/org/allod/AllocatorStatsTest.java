package org.allod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Each number arrives under its own name.
class AllocatorStatsTest {

    @Test
    void nothingIsKnownAtFirst() {
        AllocatorStats none = AllocatorStats.builder().build();
        assertEquals(new AllocatorStats(-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), none);
    }

    @Test
    void everyNumberHasItsPlace() {
        AllocatorStats stats =
                AllocatorStats.builder()
                        .live(10, 20)
                        .pages(300, 400, 5000)
                        .tables(60, 470)
                        .cached(7, 80)
                        .calls(90, 30, 11, 12)
                        .build();
        assertEquals(
                new AllocatorStats(10, 20, 300, 360, 5000, 60, 400, 470, 60, 7, 80, 90, 30, 11, 12),
                stats);
    }

    /// Who reads the peak late still gets one that is not below the present.
    @Test
    void theCommittedPeakIsNeverBelowTheCommitted() {
        AllocatorStats stats =
                AllocatorStats.builder().pages(300, 300, 300).tables(50, 200).build();
        assertEquals(350, stats.peakCommitted());
    }
}
