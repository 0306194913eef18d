package org.allod.buddy;

import static org.allod.buddy.FrameAllocator.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.junit.jupiter.api.Test;

class FrameAllocatorTest {

    @Test
    void emptyHasNone() {
        assertEquals(NONE, new FrameAllocator().allocate(1));
    }

    @Test
    void lowestFirst() {
        var frames = new FrameAllocator();
        frames.insert(0, 7);
        assertEquals(6, frames.allocate(1), "the smallest block that fits");
        assertEquals(4, frames.allocate(2));
        assertEquals(0, frames.allocate(3), "rounded up to 4");
        assertEquals(NONE, frames.allocate(1));
        frames.deallocate(4, 2);
        assertEquals(4, frames.allocate(1));
        assertEquals(5, frames.allocate(1));
        assertEquals(7, frames.framesTotal());
        assertEquals(0, frames.framesFree());
    }

    /// The original answers "none": frame 0 starts only a block of 32 there.
    @Test
    void frameZeroIsAsGoodAsAny() {
        var frames = new FrameAllocator();
        frames.insert(0, 1024);
        assertEquals(0, frames.allocate(1024));
    }

    /// In the original the two buddies of the largest order vanish when both are free.
    @Test
    void nothingIsLostAtTheTopOrder() {
        var frames = new FrameAllocator(4);
        frames.insert(0, 32);
        for (int round = 0; round < 3; round++) {
            List<Long> all = new ArrayList<>();
            for (long at; (at = frames.allocate(8)) != NONE; ) all.add(at);
            assertEquals(List.of(0L, 8L, 16L, 24L), all);
            for (long at : all) frames.deallocate(at, 8);
            assertEquals(32, frames.framesFree());
        }
        assertEquals(NONE, frames.allocate(9), "above the top order");
    }

    @Test
    void neighbouringRangesMerge() {
        var frames = new FrameAllocator();
        frames.insert(0, 16);
        frames.insert(16, 32);
        assertEquals(0, frames.allocate(32));
    }

    @Test
    void aligned() {
        var frames = new FrameAllocator();
        frames.insert(1, 64);
        assertEquals(32, frames.allocateAligned(new Layout(2, 32)));
        frames.deallocateAligned(32, new Layout(2, 32));
        assertEquals(63, frames.framesFree());
        assertEquals(4, frames.allocateAligned(new Layout(3, 1)));
    }

    @Test
    void fixedRange() {
        var frames = new FrameAllocator();
        frames.insert(0, 1024);
        assertTrue(frames.allocateAt(100, 13));
        assertFalse(frames.allocateAt(112, 2), "112 is taken");
        assertFalse(frames.allocateAt(1020, 10), "1024 is unknown");
        assertEquals(1024 - 13, frames.framesFree());
        assertEquals(NONE, frames.allocate(1024));
        frames.deallocateAt(100, 13);
        assertEquals(0, frames.allocate(1024));
    }

    @Test
    void wrongFreesAreSeen() {
        var frames = new FrameAllocator();
        frames.insert(0, 64);
        long four = frames.allocate(4);
        assertThrows(CorruptHeapError.class, () -> frames.deallocate(four, 8));
        assertThrows(CorruptHeapError.class, () -> frames.deallocate(four + 1, 4));
        assertThrows(CorruptHeapError.class, () -> frames.deallocate(64, 4), "never inserted");
        frames.deallocate(four, 4);
        assertThrows(CorruptHeapError.class, () -> frames.deallocate(four, 4));
        assertThrows(CorruptHeapError.class, () -> frames.deallocateAt(3, 2));
        assertEquals(64, frames.framesFree());
    }

    @Test
    void badArguments() {
        var frames = new FrameAllocator();
        frames.insert(10, 20);
        assertThrows(IllegalArgumentException.class, () -> frames.insert(19, 30));
        assertThrows(IllegalArgumentException.class, () -> frames.insert(5, 11));
        assertThrows(IllegalArgumentException.class, () -> frames.insert(12, 14));
        assertThrows(IllegalArgumentException.class, () -> frames.insert(5, 5));
        assertThrows(IllegalArgumentException.class, () -> frames.insert(-1, 5));
        assertThrows(IllegalArgumentException.class, () -> frames.allocate(0));
        assertThrows(IllegalArgumentException.class, () -> new FrameAllocator(0));
        assertEquals(10, frames.framesFree());
    }

    @Test
    void randomAgainstAnArray() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.getLogger("test").log(System.Logger.Level.INFO, "seed " + seed);
        var random = new Random(seed);
        var frames = new FrameAllocator(8);
        frames.insert(3, 700);
        boolean[] taken = new boolean[700];
        List<long[]> live = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(5) < 3 || live.isEmpty()) {
                long count = 1 + random.nextInt(40);
                boolean fixed = random.nextInt(4) == 0;
                long at = random.nextInt(700);
                if (fixed && !frames.allocateAt(at, count)) continue;
                if (!fixed) at = frames.allocate(count);
                if (at == NONE) continue;
                long rounded = fixed || count == 1 ? count : Long.highestOneBit(count - 1) * 2;
                for (int f = 0; f < rounded; f++) {
                    assertFalse(taken[(int) at + f], () -> "seed " + seed);
                    taken[(int) at + f] = true;
                }
                live.add(new long[] {at, count, rounded, fixed ? 1 : 0});
            } else {
                long[] block = live.remove(random.nextInt(live.size()));
                for (int f = 0; f < block[2]; f++) taken[(int) block[0] + f] = false;
                if (block[3] == 1) {
                    frames.deallocateAt(block[0], block[1]);
                } else {
                    frames.deallocate(block[0], block[1]);
                }
            }
        }
        for (long[] block : live) frames.deallocateAt(block[0], block[2]);
        assertEquals(697, frames.framesFree(), () -> "seed " + seed);
        assertEquals(128, frames.allocate(128));
    }
}
