package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.check.CheckedAllocator;
import org.allod.memory.Memory;

/// The blocks that a test holds, each with contents of its own, and what the heap must say of them.
///
/// Every call goes to the heap, and what comes back is compared with the blocks that are live: the
/// alignment, the overlap with neighbours, the contents. Counts are kept beside the heap's own.
public final class LiveBlocks {

    /// A block in the test's hands.
    ///
    /// @param seed of its [Pattern]
    public record Block(long address, long size, long alignment, long seed) {
        @Override
        public String toString() {
            return "block 0x%x of %d, alignment %d".formatted(address, size, alignment);
        }

        long end() {
            return address + Math.max(1, size);
        }
    }

    private final Allocator heap;
    private final TreeMap<Long, Block> byAddress = new TreeMap<>();
    private final AllocatorStats before;
    private long lastSeed;
    private long requested;
    private long empty;
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;

    public LiveBlocks(Allocator heap) {
        this.heap = heap;
        this.before = heap.stats();
    }

    /// The heap below.
    public Allocator heap() {
        return heap;
    }

    /// Those that are live, in address order.
    public Collection<Block> all() {
        return byAddress.values();
    }

    /// How many are live.
    public int count() {
        return byAddress.size();
    }

    // ---- calls ----

    /// A new block with contents, or null where the heap has no room.
    public Block allocate(long size, long alignment) {
        long address = heap.allocate(size, alignment);
        if (address != Allocator.NULL) return added(address, size, alignment);
        failures++;
        return null;
    }

    /// As [#allocate], through `allocateZeroed`.
    public Block allocateZeroed(long size, long alignment) {
        long address = heap.allocateZeroed(size, alignment);
        if (address == Allocator.NULL) {
            failures++;
            return null;
        }
        long dirty = Memory.mismatch(address, size, (byte) 0);
        assertEquals(-1, dirty, () -> "first byte that is not zero, of size " + size);
        return added(address, size, alignment);
    }

    /// The block at its new place, or null where the heap has no room; then it is as it was.
    public Block reallocate(Block block, long newSize) {
        long moved = heap.reallocate(block.address, block.size, block.alignment, newSize);
        if (moved == Allocator.NULL) {
            failures++;
            checkContents(block);
            return null;
        }
        forget(block);
        reallocations++;
        if (moved != block.address) frees++;
        else allocations--;
        long kept = Math.min(block.size, newSize);
        long wrong = Pattern.mismatch(moved, block.size, kept, block.seed);
        assertEquals(-1, wrong, () -> "first byte lost from " + block + " resized to " + newSize);
        return added(moved, newSize, block.alignment);
    }

    /// Checks the contents and frees the block.
    public void deallocate(Block block) {
        checkContents(block);
        heap.deallocate(block.address, block.size, block.alignment);
        forget(block);
        frees++;
    }

    /// Frees all in address order.
    public void deallocateAll() {
        for (Block block : new ArrayList<>(byAddress.values())) deallocate(block);
    }

    private Block added(long address, long size, long alignment) {
        allocations++;
        Block block = new Block(address, size, alignment, lastSeed += 1L << 32);
        assertEquals(0, address & (alignment - 1), () -> block + " is not aligned");
        Map.Entry<Long, Block> below = byAddress.floorEntry(block.end() - 1);
        if (below != null) {
            Block neighbour = below.getValue();
            assertTrue(neighbour.end() <= address, () -> block + " overlaps " + neighbour);
        }
        byAddress.put(address, block);
        requested += size;
        if (size == 0) empty++;
        Pattern.write(address, size, block.seed);
        return block;
    }

    private void forget(Block block) {
        byAddress.remove(block.address);
        requested -= block.size;
        if (block.size == 0) empty--;
    }

    // ---- checks ----

    /// Every byte of every block is as it was written.
    public void checkContents() {
        for (Block block : byAddress.values()) checkContents(block);
    }

    private static void checkContents(Block block) {
        long wrong = Pattern.mismatch(block.address, block.size, block.size, block.seed);
        assertEquals(-1, wrong, () -> "first byte overwritten in " + block);
    }

    /// The heap's own view: `verify`, the walk over its only region, the counters.
    public void checkHeap(Region region) {
        heap.verify();
        checkWalk(region);
        checkStats();
    }

    /// The walk tiles the region, and its used pieces are the live blocks: one holds each.
    public void checkWalk(Region region) {
        long[] next = {region.base()};
        long[] sums = new long[4];
        List<Block> expected = new ArrayList<>(byAddress.values());
        int[] used = {0};
        heap.walk((address, bytes, kind) -> {
            assertEquals(next[0], address, () -> "a gap before the " + kind + " piece");
            assertTrue(bytes > 0, () -> kind + " piece of " + bytes + " bytes");
            next[0] = address + bytes;
            sums[kind.ordinal()] += bytes;
            switch (kind) {
                case USED -> {
                    assertTrue(used[0] < expected.size(), "more used pieces than blocks");
                    Block block = expected.get(used[0]++);
                    String piece = "used piece 0x%x of %d".formatted(address, bytes);
                    boolean inside = address <= block.address && block.end() <= address + bytes;
                    assertTrue(inside, () -> piece + " is not " + block);
                }
                case CACHED, FREE, OVERHEAD -> {}
            }
        });
        assertEquals(region.end(), next[0], "end of the last piece, and of the region");
        assertEquals(expected.size(), used[0], "used pieces, and live blocks");
        AllocatorStats stats = heap.stats();
        // What a checked heap puts around blocks and holds back is counted by the heap within.
        if (heap instanceof CheckedAllocator) {
            checkOrder("used pieces", sums[0], "granted", stats.granted());
            checkOrder("cached pieces", sums[1], "bytesCached", stats.bytesCached());
        } else {
            assertEquals(sums[0], stats.granted(), "bytes of used pieces, and granted");
            assertEquals(sums[1], stats.bytesCached(), "bytes of cached pieces, and bytesCached");
        }
    }

    /// The counters are those kept here, and stand in the right order.
    public void checkStats() {
        AllocatorStats stats = heap.stats();
        assertEquals(byAddress.size(), stats.blocksUsed() - before.blocksUsed(), "blocksUsed");
        assertEquals(allocations, stats.allocations() - before.allocations(), "allocations");
        assertEquals(frees, stats.frees() - before.frees(), "frees");
        assertEquals(
                reallocations, stats.reallocations() - before.reallocations(), "reallocations");
        assertEquals(failures, stats.failures() - before.failures(), "failures");
        assertEquals(stats.held() + stats.metadata(), stats.committed(), "committed");
        if (stats.requested() != -1) {
            long told = stats.requested() - Math.max(0, before.requested());
            assertTrue(
                    told >= requested && told <= requested + empty,
                    () -> "requested=" + told + ", expected " + requested);
        }
        checkOrder("requested", requested, "granted", stats.granted() - before.granted());
        checkOrder("granted", stats.granted(), "held", stats.held());
        checkOrder("held", stats.held(), "committed", stats.committed());
        checkOrder(
                "committed",
                stats.committed(),
                "reserved + metadata",
                stats.reserved() + stats.metadata());
        checkOrder("held", stats.held(), "peakHeld", stats.peakHeld());
        checkOrder("committed", stats.committed(), "peakCommitted", stats.peakCommitted());
    }

    private static void checkOrder(String less, long lessBytes, String more, long moreBytes) {
        assertTrue(
                lessBytes <= moreBytes,
                () -> less + "=" + lessBytes + ", expected at most " + more + "=" + moreBytes);
    }

    /// Fails unless the heap gave a block.
    public static Block present(Block block, String request) {
        assertNotEquals(null, block, () -> "no room for " + request);
        return block;
    }

    /// A new block with contents; fails where the heap has no room.
    public Block must(long size, long alignment) {
        return present(allocate(size, alignment), size + " bytes, alignment " + alignment);
    }
}
