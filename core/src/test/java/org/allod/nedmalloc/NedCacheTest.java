package org.allod.nedmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Every size that a cache knows.
class NedCacheTest {

    @Test
    void aRequestRoundsUpToTheNextPowerOfTwo() {
        for (long size = 0; size <= NedCache.SIZE_MAX; size++) {
            long rounded = 32;
            while (rounded < size) rounded *= 2;
            assertEquals(rounded, NedCache.roundUp(size), "of " + size);
            assertEquals(rounded, 16L << NedCache.binServing(size), "bin of " + size);
        }
    }

    /// Whatever lies in the bin that serves a request, or in the next, is large enough for it.
    @Test
    void eachBlockOfABinServesItsRequests() {
        for (long usable = 32; usable <= 8208; usable += 16) {
            assertTrue(NedCache.takes(usable));
            int bin = NedCache.binOf(usable);
            assertTrue(16L << bin <= usable && usable < 32L << bin, "bin of " + usable);
        }
        assertFalse(NedCache.takes(16));
        assertFalse(NedCache.takes(8224));
        assertEquals(1, NedCache.binOf(32));
        assertEquals(NedCache.BIN_MAX, NedCache.binOf(8208));
    }
}
