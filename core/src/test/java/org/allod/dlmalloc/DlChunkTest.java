package org.allod.dlmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.allod.memory.Memory;
import org.junit.jupiter.api.Test;

/// Every bit of a chunk is where the picture says.
class DlChunkTest {
    private final long chunk = Arena.ofAuto().allocate(1024, 16).address();

    private long word(long offset) {
        return Memory.getLong(chunk + offset);
    }

    @Test
    void anAddressIsTwoWordsAfterItsChunk() {
        assertEquals(chunk + 16, DlChunk.address(chunk));
        assertEquals(chunk, DlChunk.ofAddress(chunk + 16));
    }

    @Test
    void sizeAndFlagsShareAWord() {
        for (long flags = 0; flags < 8; flags++) {
            DlChunk.setHead(chunk, 0x1230 | flags);
            assertEquals(0x1230 | flags, word(8));
            assertEquals(0x1230, DlChunk.size(chunk));
            assertEquals(0x1230 | flags, DlChunk.head(chunk));
            assertEquals(0x1230, DlChunk.sizeOf(DlChunk.head(chunk)));
        }
        assertEquals(1L << 62, DlChunk.sizeOf(1L << 62 | 7), "no bit of a large size is lost");
    }

    @Test
    void aHeadInUseHasCAndNothingButP() {
        for (long low = 0; low < 16; low++) {
            boolean used = low == 2 || low == 3;
            assertEquals(used, DlChunk.isUsed(0x1230 | low), "low bits " + low);
        }
    }

    @Test
    void usedTellsTheChunkBehind() {
        DlChunk.setHead(chunk + 64, 0x100 | DlChunk.C);
        DlChunk.setUsed(chunk, 64);
        assertEquals(64 | 3, word(8));
        assertEquals(0x100 | 3, word(72));
        DlChunk.setHead(chunk, 128 | DlChunk.C);
        DlChunk.setHead(chunk + 32, 96);
        DlChunk.setUsedKeepingP(chunk, 32);
        assertEquals(32 | 2, word(8), "P stays clear");
        assertEquals(96 | 1, word(40));
        DlChunk.setHead(chunk, 128 | 3);
        DlChunk.setUsedKeepingP(chunk, 32);
        assertEquals(32 | 3, word(8), "P stays set");
    }

    @Test
    void freeStandsAtBothEndsAndTellsTheChunkBehind() {
        DlChunk.setHead(chunk + 48, 0x200 | 3);
        DlChunk.setFree(chunk, 48, DlChunk.head(chunk + 48));
        assertEquals(48 | 1, word(8));
        assertEquals(48, word(48));
        assertEquals(48, DlChunk.prevFoot(chunk + 48));
        assertEquals(0x200 | 2, word(56));
        DlChunk.setFree(chunk, 32);
        assertEquals(32 | 1, word(8));
        assertEquals(32, word(32));
    }

    @Test
    void linksLieApart() {
        DlChunk.setPrevFoot(chunk, 1);
        DlChunk.setHead(chunk, 2);
        DlChunk.setNext(chunk, 3);
        DlChunk.setPrev(chunk, 4);
        DlChunk.setChild(chunk, 0, 5);
        DlChunk.setChild(chunk, 1, 6);
        DlChunk.setParent(chunk, 7);
        DlChunk.setBin(chunk, 8);
        for (int i = 0; i < 7; i++) assertEquals(i + 1, word(8L * i), "word " + i);
        assertEquals(8, Memory.getInt(chunk + 56));
        assertEquals(1, DlChunk.prevFoot(chunk));
        assertEquals(3, DlChunk.next(chunk));
        assertEquals(4, DlChunk.prev(chunk));
        assertEquals(5, DlChunk.child(chunk, 0));
        assertEquals(6, DlChunk.child(chunk, 1));
        assertEquals(7, DlChunk.parent(chunk));
        assertEquals(8, DlChunk.bin(chunk));
        assertTrue(DlChunk.LINKS_END >= 60, "all of them before the end of the links");
        assertFalse(DlChunk.isUsed(0), "nothing is no chunk in use");
    }
}
