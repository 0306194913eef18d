package org.allod.nedmalloc;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.allod.Allocator;
import org.allod.kit.Pattern;

/// Blocks that any thread may take out, resize and put back.
final class ResizeTable {
    private record Block(long address, long size, long seed) {}

    private final NedMalloc heap;
    private final AtomicReferenceArray<Block> blocks;

    ResizeTable(NedMalloc heap, int places) {
        this.heap = heap;
        this.blocks = new AtomicReferenceArray<>(places);
    }

    void work(long seed, int rounds) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < rounds; i++) {
            int at = random.nextInt(blocks.length());
            Block block = blocks.getAndSet(at, null);
            long size = random.nextLong(1L << random.nextInt(4, 15));
            block = block == null ? made(size, random.nextLong()) : resized(block, size, i);
            if (!blocks.compareAndSet(at, null, block)) free(block);
        }
    }

    private Block made(long size, long seed) {
        return written(heap.allocate(size, 16), size, seed);
    }

    private Block resized(Block block, long size, int way) {
        check(block, block.size);
        long moved =
                way % 2 == 0
                        ? heap.reallocate(block.address, block.size, 16, size)
                        : heap.realloc2(block.address, size, 16, 0);
        check(new Block(moved, block.size, block.seed), Math.min(size, block.size));
        return written(moved, size, block.seed + 1);
    }

    private static Block written(long address, long size, long seed) {
        if (address == Allocator.NULL) throw new AssertionError("no room for " + size);
        Pattern.write(address, size, seed);
        return new Block(address, size, seed);
    }

    private static void check(Block block, long bytes) {
        long wrong = Pattern.mismatch(block.address, block.size, bytes, block.seed);
        if (wrong >= 0) throw new AssertionError("byte " + wrong + " of " + block);
    }

    private void free(Block block) {
        check(block, block.size);
        heap.free(block.address);
    }

    void freeAll() {
        for (int i = 0; i < blocks.length(); i++) {
            Block block = blocks.getAndSet(i, null);
            if (block != null) free(block);
        }
    }
}
