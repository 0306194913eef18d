package org.allod.lab.replay;

import java.util.Arrays;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.Malloc;
import org.allod.Region;
import org.allod.lab.result.HeapMap;
import org.allod.lab.result.Timeline;
import org.allod.lab.trace.Trace;

/// The untimed extra pass: is every byte where it belongs, and how much memory does it take?
///
/// Each block is filled with a pattern of its own, which is looked at before it is freed or resized
/// and after it was resized. The heap's own `verify`, and its walk against the blocks that we hold,
/// run at about 20 moments, at the peak and at the end; all threads rest there.
final class CheckedPass {
    private static final int STOPS = 20;

    /// What C's malloc aligns to, where a block is large enough to hold what needs that much;
    /// TCMalloc and jemalloc align smaller ones to 8.
    private static final int MALLOC_ALIGNMENT = 16;

    /// What came out.
    ///
    /// @param sampler the peaks and the curve
    /// @param failures requests refused
    /// @param heap at the peak, or null for a C library
    /// @param complaint what was wrong, or null
    record Result(Sampler sampler, long failures, HeapMap heap, String complaint) {
        Timeline timeline() {
            return sampler.timeline();
        }
    }

    private final Allocator heap;
    private final Malloc library;
    private final Region region;
    private final Plan plan;
    private final long[] blocks;
    private final long[] seeds;
    private final Player[] players;
    private final int[] segments;
    private final int[] positions;
    private final Sampler sampler;
    private final Handover handover;

    private CheckedPass(Allocator heap, Region region, Plan plan, ReplaySettings settings) {
        this.heap = heap;
        this.library = region == null && heap instanceof Malloc malloc ? malloc : null;
        this.region = region;
        this.plan = plan;
        this.blocks = Player.slotsOf(plan);
        this.seeds = new long[plan.slotCount()];
        this.players = new Player[plan.parts().size()];
        Arrays.setAll(
                players,
                part ->
                        new Player(
                                heap,
                                plan.parts().get(part),
                                blocks,
                                Touch.NONE,
                                settings.copyRealloc()));
        this.segments = new int[players.length];
        this.positions = new int[players.length];
        this.sampler = new Sampler(heap, region, plan.operations());
        this.handover = new Handover(players.length);
    }

    /// Plays the plan once on a fresh heap.
    ///
    /// @param region the heap's, or null for a C library
    static Result of(
            Allocator heap, Region region, Trace trace, Plan plan, ReplaySettings settings) {
        return new CheckedPass(heap, region, plan, settings).run(operationOfPeak(trace));
    }

    /// How many operations lead to the largest sum of requested sizes.
    private static int operationOfPeak(Trace trace) {
        long[] sizes = new long[trace.slotCount()];
        long live = 0;
        long max = -1;
        int at = 0;
        for (int i = 0; i < trace.length(); i++) {
            int slot = trace.slots()[i];
            live += trace.sizes()[i] - sizes[slot];
            sizes[slot] = trace.sizes()[i];
            if (live > max) {
                max = live;
                at = i + 1;
            }
        }
        return at;
    }

    private Result run(int peak) {
        HeapMap map = null;
        String complaint = null;
        try {
            for (int stop = 0, next; stop < plan.operations(); stop = next) {
                next = nextStop(stop, peak);
                int until = next;
                Stage.onThreads(players.length, handover, part -> playUntil(part, until));
                sampler.look();
                if (next == peak && region != null) map = HeapMapper.map(heap, region, next);
                check(next);
            }
        } catch (Complaint | CorruptHeapError found) {
            complaint = found.getMessage();
        }
        long failures = Arrays.stream(players).mapToLong(Player::failures).sum();
        return new Result(sampler, failures, map, complaint);
    }

    private int nextStop(int stop, int peak) {
        int stride = Math.max(1, (plan.operations() + STOPS - 1) / STOPS);
        int next = Math.min(plan.operations(), (stop / stride + 1) * stride);
        return stop < peak && peak < next ? peak : next;
    }

    private void check(int operation) {
        heap.verify();
        if (region == null) return;
        String complaint = WalkCheck.complaint(heap, region, blocks);
        if (complaint != null)
            throw new Complaint("after operation " + operation + ": " + complaint);
    }

    // ---- one part ----

    /// Plays the operations of a part that come before operation `until` of the trace.
    private void playUntil(int index, int until) {
        Part part = plan.parts().get(index);
        int position = positions[index];
        int segment = segments[index];
        while (position < part.length() && part.origins()[position] < until) {
            int start = segment == 0 ? 0 : part.ends()[segment - 1];
            if (position == start && part.waitParts()[segment] >= 0) {
                handover.await(part.waitParts()[segment], part.waitCounts()[segment]);
            }
            step(index, part, position);
            position++;
            if (position == part.ends()[segment]) {
                handover.publish(index, position);
                segment++;
            }
        }
        positions[index] = position;
        segments[index] = segment;
    }

    private void step(int index, Part part, int position) {
        int slot = part.slots()[position];
        long address = blocks[2 * slot];
        long size = address == Allocator.NULL ? 0 : blocks[2 * slot + 1];
        long granted = usable(address);
        if (part.operations()[position] != Trace.ALLOCATE) {
            checkContents(part, position, address, size, "before");
        }
        players[index].play(position, position + 1);
        long newAddress = blocks[2 * slot];
        if (newAddress == Allocator.NULL) {
            sampler.done(-size, -granted);
            return;
        }
        long newSize = blocks[2 * slot + 1];
        if (part.operations()[position] == Trace.REALLOCATE) {
            checkContents(part, position, newAddress, Math.min(size, newSize), "after");
        }
        long alignment = 1L << part.alignments()[position];
        if (region == null && newSize < MALLOC_ALIGNMENT) alignment = Math.min(alignment, 8);
        if ((newAddress & alignment - 1) != 0) {
            throw new Complaint(name(part, position) + ": block is not aligned to " + alignment);
        }
        seeds[slot] = BlockPattern.seed(part.origins()[position]);
        BlockPattern.write(newAddress, newSize, seeds[slot]);
        sampler.block(newAddress, newSize);
        sampler.done(newSize - size, usable(newAddress) - granted);
    }

    private long usable(long address) {
        return library == null || address == Allocator.NULL ? 0 : library.usableSize(address);
    }

    private void checkContents(Part part, int position, long address, long size, String when) {
        if (address == Allocator.NULL) return;
        long offset = BlockPattern.mismatch(address, size, seeds[part.slots()[position]]);
        if (offset < 0) return;
        throw new Complaint(
                name(part, position)
                        + ": "
                        + when
                        + " it byte "
                        + offset
                        + " of a block of "
                        + size
                        + " bytes is not what was written");
    }

    private static String name(Part part, int position) {
        return "operation " + part.origins()[position];
    }
}
