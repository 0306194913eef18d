package org.allod.hoard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.allod.Region;
import org.allod.kit.Randomness;
import org.junit.jupiter.api.Test;

/// Ours and the model of the paper agree after each operation of two threads.
class HoardModelTest {
    private static final HoardOptions PAPER =
            HoardOptions.DEFAULT
                    .with("buffer_bytes", 0)
                    .with("empties_kept", 1 << 20)
                    .with("quiet_millis", 0);

    private record Live(long address, long size, HoardModel.Block block) {}

    @Test
    void superblockOwnerAndBothSumsAreAsPredicted() throws Exception {
        SplittableRandom random = Randomness.of(this);
        int steps = Randomness.stress() ? 200_000 : 20_000;
        // 8 KiB superblocks, and 32 KiB ones.
        long moved = play(random.split(), 4 << 20, 400, steps);
        assertTrue(moved > 0, "no superblock went to the global heap");
        play(random.split(), 256 << 20, 4_000, steps);
    }

    /// The most bytes that the global heap had.
    private static long play(SplittableRandom random, long bytes, int most, int steps)
            throws Exception {
        Map<Integer, Long> starts = new HashMap<>();
        long moved = 0;
        try (HoardMalloc heap = new HoardMalloc(Region.reserved(bytes), PAPER);
                ExecutorService first = Executors.newSingleThreadExecutor();
                ExecutorService second = Executors.newSingleThreadExecutor()) {
            HoardHeaps heaps = heap.requests().heaps;
            HoardTable table = heap.requests().table;
            var model = new HoardModel(table.sizes, heaps.count(), (int) Region.pageSize());
            List<Live> live = new ArrayList<>();
            int wanted = most;
            for (int step = 0; step < steps; step++) {
                // The first thread to ask gets heap 1, the other one heap 2.
                int thread = step < 2 ? step : random.nextInt(2);
                ExecutorService runner = thread == 0 ? first : second;
                if (step % 2_000 == 1_999) wanted = random.nextInt(most);
                if (step < 2 || live.size() <= wanted && random.nextInt(8) != 0) {
                    long size = random.nextLong(1L << random.nextInt(1, 12));
                    long address = runner.submit(() -> heap.allocate(size, 16)).get();
                    var block = model.allocate(thread + 1, size);
                    long start = address & -table.sizes.bytes;
                    Long known = starts.putIfAbsent(block.superblock().id, start);
                    assertTrue(known == null || known == start, "superblock in step " + step);
                    assertEquals(start + block.offset(), address, "block in step " + step);
                    live.add(new Live(address, size, block));
                } else if (!live.isEmpty()) {
                    Live gone = live.remove(random.nextInt(live.size()));
                    runner.submit(() -> heap.free(gone.address)).get();
                    model.free(gone.block);
                    moved = Math.max(moved, model.heaps.get(0).a);
                }
                String when = " after step " + step;
                for (int i = 0; i < heaps.count(); i++) {
                    assertEquals(model.heaps.get(i).u, heaps.get(i).used(), "u of " + i + when);
                    assertEquals(model.heaps.get(i).a, heaps.get(i).held(), "a of " + i + when);
                }
                if (step % 50 == 0) owners(live, table, when);
            }
            heap.verify();
        }
        return moved;
    }

    private static void owners(List<Live> live, HoardTable table, String when) {
        for (Live each : live) {
            int owner = HoardTable.heapOf(table.tagAt(each.address));
            assertEquals(each.block.superblock().heap, owner, () -> "owner" + when);
        }
    }
}
