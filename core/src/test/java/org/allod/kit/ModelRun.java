package org.allod.kit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.allod.Allocator;
import org.allod.Region;
import org.allod.kit.LiveBlocks.Block;

/// Plays steps on a heap and compares with the live blocks after each; writes down what it did in
/// the traces' own words.
final class ModelRun {
    /// The comment that stands for a trim, and the one before a zeroed allocation.
    static final String TRIM = "# trim";

    static final String ZEROED = "# zeroed";

    private final Region region;
    private final LiveBlocks blocks;
    private final List<Block> live = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private int lastId = -1;

    ModelRun(Allocator heap, Region region) {
        this.region = region;
        this.blocks = new LiveBlocks(heap);
    }

    /// What was done so far, a line each; the last one is the step that failed.
    List<String> trace() {
        return trace;
    }

    void play(List<ModelStep> steps) {
        for (ModelStep step : steps) {
            play(step);
            check();
        }
        end();
    }

    /// Frees what is left.
    private void end() {
        while (!live.isEmpty()) {
            free(live.size() - 1);
            check();
        }
    }

    private void check() {
        blocks.checkContents();
        blocks.checkHeap(region);
    }

    private void play(ModelStep step) {
        int pick = live.isEmpty() ? -1 : Math.floorMod(step.pick(), live.size());
        long alignment = 1L << step.alignmentLog2();
        switch (step.call()) {
            case ALLOCATE -> allocate(++lastId, step.size(), alignment, false);
            case ZEROED -> allocate(++lastId, step.size(), alignment, true);
            case REALLOCATE -> {
                if (pick >= 0) reallocate(pick, step.size());
            }
            case DEALLOCATE -> {
                if (pick >= 0) free(pick);
            }
            case TRIM -> trim();
        }
    }

    private void allocate(int id, long size, long alignment, boolean zeroed) {
        if (zeroed) trace.add(ZEROED);
        trace.add("a " + id + " " + size + " " + alignment);
        Block block =
                zeroed ? blocks.allocateZeroed(size, alignment) : blocks.allocate(size, alignment);
        if (block == null) return;
        live.add(block);
        ids.add(id);
    }

    private void reallocate(int at, long size) {
        trace.add("r " + ids.get(at) + " " + size);
        Block moved = blocks.reallocate(live.get(at), size);
        if (moved != null) live.set(at, moved);
    }

    private void free(int at) {
        trace.add("f " + ids.remove(at));
        blocks.deallocate(live.remove(at));
    }

    private void trim() {
        trace.add(TRIM);
        long before = region.committed();
        long returned = blocks.heap().trim();
        if (before - region.committed() != returned) {
            throw new AssertionError(
                    "trim=" + returned + ", expected " + (before - region.committed()));
        }
    }

    // ---- a run that was kept ----

    /// Plays the lines of a trace file. What belongs to a request that is refused here is skipped.
    void replay(List<String> lines) {
        Map<String, Integer> known = new HashMap<>();
        boolean zeroed = false;
        for (String line : lines) {
            if (line.equals(TRIM)) trim();
            if (!line.startsWith("#") && !line.isBlank()) replay(line.split(" "), known, zeroed);
            zeroed = line.equals(ZEROED);
            check();
        }
        end();
    }

    private void replay(String[] fields, Map<String, Integer> known, boolean zeroed) {
        if (fields[0].equals("a")) {
            long alignment = fields.length > 3 ? Long.parseLong(fields[3]) : 16;
            known.put(fields[1], ++lastId);
            allocate(lastId, Long.parseLong(fields[2]), alignment, zeroed);
            return;
        }
        int at = ids.indexOf(known.getOrDefault(fields[1], -1));
        if (at < 0) return;
        if (fields[0].equals("f")) free(at);
        else reallocate(at, Long.parseLong(fields[2]));
    }
}
