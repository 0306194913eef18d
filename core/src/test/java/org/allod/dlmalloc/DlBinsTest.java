package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.allod.Region;
import org.junit.jupiter.api.Test;

/// Every small size has its own ring; every request its chunk size.
class DlBinsTest {
    private final Region region = Region.reserved(1 << 20);
    private final DlPages pages =
            new DlPages("dlmalloc", region, region.base(), region.end(), 1 << 16);
    private final DlBins bins = new DlBins("dlmalloc", pages);
    private final long first = pages.base() + DlPages.STATE_CHUNK;

    DlBinsTest() {
        pages.grow(500_000);
        bins.reach(pages.frontier());
    }

    @Test
    void everySizeIsARingOfItsOwn() {
        for (long size = 32; size < 256; size += 16) {
            assertFalse(bins.has(size), "empty at first: " + size);
            bins.push(first + size * 256, size);
            for (long other = 32; other < 256; other += 16) {
                assertEquals(other == size, bins.has(other), size + " seen at " + other);
                long above = other < size ? size : 0;
                assertEquals(above, bins.sizeAbove(other), size + " above " + other);
            }
            assertEquals(first + size * 256, bins.pop(size));
            assertFalse(bins.has(size), "empty again: " + size);
        }
    }

    @Test
    void theSmallestLargerSizeIsFound() {
        for (long size = 32; size < 256; size += 16) bins.push(first + size * 256, size);
        for (long size = 16; size < 240; size += 16) {
            assertEquals(size + 16, bins.sizeAbove(size));
        }
        assertEquals(0, bins.sizeAbove(240));
    }

    @Test
    void theNewestComesFirst() {
        for (long i = 0; i < 5; i++) bins.push(first + 64 * i, 64);
        for (long i = 4; i >= 0; i--) assertEquals(first + 64 * i, bins.pop(64));
        assertFalse(bins.has(64));
    }

    @Test
    void aChunkLeavesFromAnywhere() {
        for (long gone = 0; gone < 4; gone++) {
            for (long i = 0; i < 4; i++) bins.push(first + 64 * i, 64);
            bins.unlink(first + 64 * gone, 64);
            for (long i = 3; i >= 0; i--) {
                if (i != gone) assertEquals(first + 64 * i, bins.pop(64));
            }
            assertFalse(bins.has(64));
        }
    }

    /// Never smaller than asked, never 32 bytes or more too large, monotone, a multiple of 16.
    @Test
    void everyRequestHasItsChunkSize() {
        for (boolean footers : new boolean[] {false, true}) {
            DlOptions options = footers ? DlOptions.DEFAULT.withFooters() : DlOptions.DEFAULT;
            Region own = Region.reserved(1 << 20);
            DlPages under = new DlPages("dlmalloc", own, own.base(), own.end(), 1 << 16);
            DlRequests requests = new DlRequests("dlmalloc", under, options);
            long overhead = footers ? 16 : 8;
            long before = 32;
            for (long size = 0; size <= 100_000; size++) {
                long chunk = requests.chunkSize(size);
                assertTrue(chunk >= Math.max(32, size + overhead), size + " in " + chunk);
                assertTrue(chunk == 32 || chunk < size + overhead + 16, size + " in " + chunk);
                assertEquals(0, chunk % 16, "a multiple of 16");
                assertTrue(chunk >= before, "monotone");
                before = chunk;
            }
            assertEquals(footers ? 48 : 32, requests.chunkSize(24));
            assertEquals(footers ? 256 : 240, requests.chunkSize(232));
        }
    }
}
