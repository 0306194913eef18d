package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Wrong arguments have one answer each, and leave the heap as it was.
public interface MisuseContract extends Subject {

    @Test
    default void sizesThatCannotBe() {
        Region region = Region.reserved(4 * MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            Block kept = blocks.must(100, 16);
            long max = Long.MAX_VALUE;
            long[] sizes = {
                -1,
                -8,
                -4096,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                max,
                max - 7,
                max - 15,
                max - 4096,
                1L << 62,
                1L << 48,
                region.bytes() + 1
            };
            for (long alignment = 1; alignment > 0; alignment <<= 1) {
                for (long size : sizes) {
                    String request = "size=" + size + ", alignment=" + alignment;
                    assertEquals(null, blocks.allocate(size, alignment), request);
                    assertEquals(null, blocks.allocateZeroed(size, alignment), request);
                }
            }
            for (long size : sizes) {
                assertEquals(null, blocks.reallocate(kept, size), "to size=" + size);
            }
            assertEquals(null, blocks.allocate(1, 1L << 62), "alignment=2^62");
            blocks.checkContents();
            blocks.checkHeap(region);
        }
    }

    @Test
    default void whatIsNoPowerOfTwoIsNoAlignment() {
        Region region = Region.reserved(MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            Block kept = blocks.must(100, 16);
            long address = kept.address();
            for (long bad : new long[] {0, -1, 3, 6, 24, 4095, 4097, -16, 1L << 63, -1L >>> 1}) {
                refused(bad, () -> heap.allocate(8, bad));
                refused(bad, () -> heap.allocate(0, bad));
                refused(bad, () -> heap.allocate(-1, bad));
                refused(bad, () -> heap.allocateZeroed(8, bad));
                refused(bad, () -> heap.deallocate(address, 100, bad));
                refused(bad, () -> heap.deallocate(Allocator.NULL, 100, bad));
                refused(bad, () -> heap.reallocate(address, 100, bad, 200));
                refused(bad, () -> heap.reallocate(Allocator.NULL, 0, bad, 200));
            }
            blocks.checkContents();
            blocks.checkHeap(region);
        }
    }

    private static void refused(long alignment, Executable call) {
        var thrown = assertThrows(IllegalArgumentException.class, call, "alignment=" + alignment);
        assertTrue(thrown.getMessage().contains("" + alignment), thrown::getMessage);
    }

    @Test
    default void freeingNothingDoesNothing() {
        Region region = Region.reserved(MIB);
        try (Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            blocks.must(100, 16);
            heap.deallocate(Allocator.NULL, 0, 1);
            heap.deallocate(Allocator.NULL, 100, 16);
            heap.deallocate(Allocator.NULL, Long.MAX_VALUE, MIB);
            blocks.checkContents();
            blocks.checkHeap(region);
        }
    }

    /// An address from outside is compared with bounds before the first load; none kills the JVM.
    @Test
    default void foreignAddresses() {
        Region region = Region.reserved(MIB);
        try (Allocator other = heap(MIB);
                Allocator heap = heapOver(region)) {
            LiveBlocks blocks = new LiveBlocks(heap);
            Block kept = blocks.must(64, 16);
            assertTrue(heap.owns(kept.address()), "owns its own block");
            assertFalse(heap.owns(Allocator.NULL), "owns NULL");
            long max = Long.MAX_VALUE;
            long[] foreign = {
                1,
                8,
                4096,
                1L << 47,
                -1,
                -16,
                -4096,
                Long.MIN_VALUE,
                max,
                max - 15,
                region.base() - 16,
                region.end(),
                region.end() + MIB,
                other.allocate(64, 16)
            };
            for (long address : foreign) {
                String shown = "0x" + Long.toHexString(address);
                assertFalse(heap.owns(address), "owns " + shown);
                seen(shown, () -> heap.deallocate(address, 64, 16));
                seen(shown, () -> heap.reallocate(address, 64, 16, 128));
            }
            blocks.checkContents();
            blocks.checkHeap(region);
            other.verify();
        }
    }

    private static void seen(String address, Executable call) {
        try {
            call.execute();
        } catch (CorruptHeapError | IllegalArgumentException expected) {
            return;
        } catch (Throwable thrown) {
            throw new AssertionError(address + ", expected a CorruptHeapError", thrown);
        }
        fail(address + " was taken for a block");
    }

    @Test
    default void everyCallAfterCloseIsRefused() {
        Allocator heap = heap(MIB);
        long live = heap.allocate(100, 16);
        heap.close();
        heap.close();
        Executable[] calls = {
            () -> heap.allocate(8, 16),
            () -> heap.allocate(-1, 16),
            () -> heap.allocateZeroed(8, 16),
            () -> heap.deallocate(live, 100, 16),
            () -> heap.deallocate(Allocator.NULL, 100, 16),
            () -> heap.reallocate(live, 100, 16, 200),
            () -> heap.reallocate(Allocator.NULL, 0, 16, 200),
            heap::stats,
            heap::trim,
            () -> heap.owns(live),
            () -> heap.walk((_, _, _) -> {}),
            heap::verify
        };
        for (int i = 0; i < calls.length; i++) {
            assertThrows(IllegalStateException.class, calls[i], "call " + i + " after close");
        }
        heap.close();
    }

    @Test
    default void closeGivesTheRegionBack() {
        Region region = Region.reserved(4 * MIB);
        try (Allocator heap = heapOver(region)) {
            new LiveBlocks(heap).must(MIB, 16);
            assertTrue(region.committed() >= MIB, () -> "committed " + region.committed());
        }
        assertEquals(0, region.committed(), "committed after close");
        assertThrows(IllegalStateException.class, region::checkAlive);
    }

    @Test
    default void aRegionTooSmallIsRefusedWithBothSizes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64 * KIB, 64);
            for (long bytes = 1; bytes <= 64 * KIB; bytes += Math.max(1, bytes / 3)) {
                Region region = Region.fixed(memory.asSlice(0, bytes));
                try (Allocator heap = heapOver(region)) {
                    assertTrue(bytes > 1, "a heap in 1 byte");
                    LiveBlocks blocks = new LiveBlocks(heap);
                    blocks.allocate(1, 1);
                    blocks.allocate(8, 8);
                    blocks.checkHeap(region);
                } catch (IllegalArgumentException refusal) {
                    String message = refusal.getMessage();
                    assertTrue(
                            message.matches(".*\\b" + bytes + "\\b.*expected.*\\d.*"),
                            () -> "both sizes in: " + message);
                }
            }
        }
    }

    @Test
    default void twoHeapsAreIndependent() {
        Region left = Region.reserved(4 * MIB);
        Region right = Region.reserved(4 * MIB);
        try (Allocator second = heapOver(right)) {
            LiveBlocks others;
            try (Allocator first = heapOver(left)) {
                LiveBlocks blocks = new LiveBlocks(first);
                AllocatorStats untouched = second.stats();
                for (int i = 0; i < 500; i++) blocks.must(i * 5, 16);
                assertEquals(untouched, second.stats(), "counters of the other heap");
                others = new LiveBlocks(second);
                for (int i = 0; i < 500; i++) others.must(i * 5, 16);
                for (Block block : blocks.all()) {
                    assertFalse(second.owns(block.address()), () -> "the other heap owns " + block);
                }
            }
            others.checkContents();
            others.checkHeap(right);
        }
    }
}
