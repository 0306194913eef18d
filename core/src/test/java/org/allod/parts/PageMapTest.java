package org.allod.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageMapTest {
    private static final int SHIFT = 13;
    private static final long BASE = 1L << 40;
    private static final long PAGES = 1L << 27;

    private final PageMap map = new PageMap(BASE, BASE + (PAGES << SHIFT), SHIFT);

    @AfterEach
    void close() {
        map.close();
    }

    @Test
    void knowsNothingAtFirst() {
        assertEquals(0, map.kindAt(BASE));
        assertEquals(0, map.ownerAt(BASE + (PAGES << SHIFT) - 1));
        assertEquals(0, map.committed());
    }

    @Test
    void tellsAPagesKindAndOwnerFromEachOfItsAddresses() {
        map.setKind(5, 3, 200);
        map.setOwner(5, 3, 77);
        map.setOwner(6, 78);
        assertEquals(0, map.kindAt(map.address(5) - 1));
        assertEquals(200, map.kindAt(map.address(5)));
        assertEquals(200, map.kindAt(map.address(8) - 1));
        assertEquals(0, map.kindAt(map.address(8)));
        assertEquals(77, map.ownerAt(map.address(6) - 1));
        assertEquals(78, map.ownerAt(map.address(6)));
        assertEquals(77, map.owner(7));
        assertEquals(0, map.owner(8));
        assertEquals(6, map.pageOf(map.address(7) - 1));
    }

    @Test
    void anyAddressOutsideIsUnknown() {
        map.setKind(0, 1, 1);
        map.setKind(PAGES - 1, 1, 1);
        for (long address : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, BASE - 1}) {
            assertEquals(0, map.kindAt(address), "address=" + address);
            assertEquals(0, map.ownerAt(address), "address=" + address);
        }
        assertEquals(1, map.kindAt(BASE + (PAGES << SHIFT) - 1));
        assertEquals(0, map.kindAt(BASE + (PAGES << SHIFT)));
        assertEquals(0, map.kind(-1));
        assertEquals(0, map.owner(PAGES));
    }

    @Test
    void costsWhatWasWrittenTo() {
        map.setKind(1000, 1, 3);
        map.setOwner(1000, 9);
        assertTrue(map.committed() <= 2 * org.allod.Region.pageSize(), "" + map.committed());
    }

    @Test
    void refusesARangeWithoutAPage() {
        assertThrows(IllegalArgumentException.class, () -> new PageMap(BASE, BASE + 100, SHIFT));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PageMap(BASE + 8, BASE + (1 << 20), SHIFT));
    }
}
