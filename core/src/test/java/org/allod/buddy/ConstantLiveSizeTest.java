package org.allod.buddy;

import static org.allod.Allocator.NULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Random;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.simplebuddy.SimpleBuddyAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// 1,000 blocks of 32 B allocated and freed again and again in 1 MiB: the chapter's own allocator
/// dies in round 34. 100,000 rounds under the stress profile, 5,000 else.
class ConstantLiveSizeTest {
    private static final int BLOCKS = 1_000;
    private static final int ROUNDS = Boolean.getBoolean("allod.stress") ? 100_000 : 5_000;

    @ParameterizedTest
    @CsvSource({
        "buddy, fifo", "buddy, lifo", "buddy, shuffled",
        "simplebuddy, fifo", "simplebuddy, lifo", "simplebuddy, shuffled"
    })
    void roundAfterRound(String name, String order) {
        Region region = Region.reserved(1 << 20);
        Random random = new Random(1);
        try (Allocator heap =
                name.equals("buddy")
                        ? new BuddyAllocator(region)
                        : new SimpleBuddyAllocator(region)) {
            long[] blocks = new long[BLOCKS];
            long committed = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < BLOCKS; i++) {
                    blocks[i] = heap.allocate(32, 8);
                    if (blocks[i] == NULL) assertNotEquals(NULL, blocks[i], "round " + round);
                }
                if (order.equals("shuffled")) shuffle(blocks, random);
                for (int i = 0; i < BLOCKS; i++) {
                    heap.deallocate(blocks[order.equals("lifo") ? BLOCKS - 1 - i : i], 32, 8);
                }
                if (round == 10) committed = heap.stats().committed();
            }
            heap.verify();
            assertEquals(committed, heap.stats().committed(), "nothing creeps");
            assertEquals(0, heap.stats().failures());
        }
    }

    private static void shuffle(long[] blocks, Random random) {
        for (int i = blocks.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long swap = blocks[i];
            blocks[i] = blocks[j];
            blocks[j] = swap;
        }
    }
}
