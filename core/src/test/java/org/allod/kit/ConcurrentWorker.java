package org.allod.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.allod.Allocator;
import org.allod.kit.LiveBlocks.Block;

/// One thread of the stress: allocates, resizes, frees, and swaps blocks with the others.
record ConcurrentWorker(
        Allocator heap,
        AtomicReferenceArray<Block> shared,
        SplittableRandom random,
        long endNanos,
        AtomicReference<Throwable> failure)
        implements Runnable {

    /// Most blocks that one thread holds.
    private static final int HELD = 300;

    @Override
    public void run() {
        List<Block> own = new ArrayList<>();
        try {
            while (failure.get() == null && System.nanoTime() - endNanos < 0) {
                for (int i = 0; i < 100; i++) step(own);
            }
            for (Block block : own) release(heap, block);
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    private void step(List<Block> own) {
        int choice = random.nextInt(10);
        if (own.isEmpty() || choice < 4 && own.size() < HELD) {
            long size = random.nextLong(1L << random.nextInt(1, 14));
            own.add(take(heap, size, random.nextLong()));
            return;
        }
        int at = random.nextInt(own.size());
        if (choice < 7) {
            release(heap, remove(own, at));
        } else if (choice < 9) {
            Block other = shared.getAndSet(random.nextInt(shared.length()), remove(own, at));
            if (other != null) own.add(other);
        } else {
            own.set(at, resize(own.get(at), random.nextLong(10_000)));
        }
    }

    private static Block remove(List<Block> own, int at) {
        Block last = own.removeLast();
        return at == own.size() ? last : own.set(at, last);
    }

    private Block resize(Block block, long size) {
        check(block, block.address(), Math.min(size, block.size()));
        long moved = heap.reallocate(block.address(), block.size(), block.alignment(), size);
        if (moved == Allocator.NULL) throw new AssertionError("no room for " + size);
        check(block, moved, Math.min(size, block.size()));
        Pattern.write(moved, size, block.seed());
        return new Block(moved, size, block.alignment(), block.seed());
    }

    static Block take(Allocator heap, long size, long seed) {
        long alignment = 1L << (seed & 7);
        long address = heap.allocate(size, alignment);
        if (address == Allocator.NULL) throw new AssertionError("no room for " + size);
        if ((address & alignment - 1) != 0) throw new AssertionError("not aligned: " + address);
        Pattern.write(address, size, seed);
        return new Block(address, size, alignment, seed);
    }

    static void release(Allocator heap, Block block) {
        check(block, block.address(), block.size());
        heap.deallocate(block.address(), block.size(), block.alignment());
    }

    private static void check(Block block, long address, long prefix) {
        long wrong = Pattern.mismatch(address, block.size(), prefix, block.seed());
        if (wrong >= 0) throw new AssertionError("byte " + wrong + " overwritten in " + block);
    }
}
