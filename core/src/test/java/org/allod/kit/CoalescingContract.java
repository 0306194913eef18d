package org.allod.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;
import org.junit.jupiter.api.Test;

/// Free neighbours become one: in whatever order all is freed, the largest block is there again.
public interface CoalescingContract extends Subject {

    @Test
    default void freedInOrderOfAddress() {
        freeAll(blocks -> {});
    }

    @Test
    default void freedInReverseOrder() {
        freeAll(Collections::reverse);
    }

    @Test
    default void freedInShuffledOrder() {
        SplittableRandom random = Randomness.of(this);
        freeAll(blocks -> Collections.shuffle(blocks, Random.from(random)));
    }

    /// Every second one first: at half time no two free blocks touch.
    @Test
    default void freedOddOnesFirst() {
        freeAll(blocks -> {
            List<Block> odd = new ArrayList<>();
            List<Block> even = new ArrayList<>();
            for (Block block : blocks) {
                if (odd.size() == even.size()) odd.add(block);
                else even.add(block);
            }
            blocks.clear();
            blocks.addAll(odd);
            blocks.addAll(even);
        });
    }

    private void freeAll(java.util.function.Consumer<List<Block>> order) {
        for (long size : new long[] {16, 64, 1000, 0}) {
            Region region = Region.reserved(MIB);
            try (Allocator heap = heapOver(region)) {
                long largest = Largest.now(heap);
                LiveBlocks blocks = new LiveBlocks(heap);
                for (int i = 1; ; i++) {
                    long next = size != 0 ? size : i * 7919L % 5000;
                    if (blocks.allocate(next, 8) == null) break;
                }
                List<Block> all = new ArrayList<>(blocks.all());
                order.accept(all);
                all.forEach(blocks::deallocate);
                blocks.checkHeap(region);
                long rest = Math.max(0, largest - Largest.now(heap));
                assertEquals(restAfterFreeAll(), rest, () -> "lost of " + largest + " B");
            }
        }
    }
}
