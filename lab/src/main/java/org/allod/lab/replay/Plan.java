package org.allod.lab.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allod.lab.trace.Trace;

/// A trace made ready for replaying: a part for each thread that takes part.
///
/// In the trace's order there is one part. With threads of their own each thread of the trace has
/// one; an operation on a block whose last operation was another thread's waits until that was
/// done. There each block has a slot of its own, so that no thread waits for a number only.
///
/// @param parts one a thread, none of them empty
/// @param slotCount slots that the parts use
/// @param operations in all parts together
record Plan(List<Part> parts, int slotCount, int operations) {

    /// Most operations of a segment. A method that is called often is compiled as a whole; one loop
    /// over a million operations would stay in the code that was made while it ran. Derived: the
    /// last compiler takes a method after 600 calls with 15,000 rounds (HotSpot's
    /// Tier4MinInvocationThreshold, Tier4CompileThreshold), here 150,000 operations.
    static final int SEGMENT_MAX = 256;

    /// Makes a plan.
    static Plan of(Trace trace, ReplaySettings settings) {
        return settings.ownThreads()
                ? new OwnThreads(trace, settings.alignment()).plan()
                : inOrder(trace, settings.alignment());
    }

    private static Plan inOrder(Trace trace, long alignment) {
        int length = trace.length();
        Columns columns = new Columns(length);
        byte[] ofSlot = new byte[trace.slotCount()];
        for (int i = 0; i < length; i++) {
            int slot = trace.slots()[i];
            columns.add(trace, i, slot, alignmentLog2(trace, i, alignment, ofSlot, slot));
        }
        return new Plan(List.of(columns.part()), trace.slotCount(), length);
    }

    /// Log2 of the alignment of the block of operation `i`, which `ofSlot` keeps.
    private static byte alignmentLog2(Trace trace, int i, long alignment, byte[] ofSlot, int slot) {
        if (trace.operations()[i] == Trace.ALLOCATE) {
            long asked = alignment != 0 ? alignment : trace.alignments()[i];
            long exact = asked != 0 ? asked : ReplaySettings.DEFAULT_ALIGNMENT;
            ofSlot[slot] = (byte) Long.numberOfTrailingZeros(exact);
        }
        return ofSlot[slot];
    }

    /// Alignment of the block that is left in each slot at the end.
    ///
    /// The parts do not tell whose operation on a slot was the last one of all; it does not matter:
    /// with several parts each slot has but one block.
    long[] lastAlignments() {
        long[] alignments = new long[slotCount];
        for (Part part : parts) {
            for (int i = 0; i < part.length(); i++) {
                alignments[part.slots()[i]] = 1L << part.alignments()[i];
            }
        }
        return alignments;
    }

    // ---- one part in the making ----

    private static final class Columns {
        private final byte[] operations;
        private final int[] slots;
        private final long[] sizes;
        private final byte[] alignments;
        private final int[] origins;
        private int length;
        private final List<int[]> segments = new ArrayList<>();
        private int waitPart = -1;
        private int waitCount;
        private int start;

        Columns(int capacity) {
            operations = new byte[capacity];
            slots = new int[capacity];
            sizes = new long[capacity];
            alignments = new byte[capacity];
            origins = new int[capacity];
        }

        void add(Trace trace, int i, int slot, byte alignment) {
            byte operation = trace.operations()[i];
            boolean toNothing = operation == Trace.REALLOCATE && trace.sizes()[i] == 0;
            operations[length] = toNothing ? Trace.FREE : operation;
            slots[length] = slot;
            sizes[length] = trace.sizes()[i];
            alignments[length] = alignment;
            origins[length] = i;
            length++;
            if (length - start == SEGMENT_MAX) endSegment();
        }

        /// What is added from here on waits for another part.
        void waitFor(int part, int count) {
            endSegment();
            waitPart = part;
            waitCount = count;
        }

        void endSegment() {
            if (length == start) return;
            segments.add(new int[] {length, waitPart, waitCount});
            start = length;
            waitPart = -1;
            waitCount = 0;
        }

        Part part() {
            endSegment();
            int[][] columns = new int[3][segments.size()];
            for (int i = 0; i < segments.size(); i++) {
                for (int k = 0; k < 3; k++) columns[k][i] = segments.get(i)[k];
            }
            return new Part(
                    operations,
                    slots,
                    sizes,
                    alignments,
                    origins,
                    columns[0],
                    columns[1],
                    columns[2]);
        }
    }

    // ---- own threads ----

    private static final class OwnThreads {
        private final Trace trace;
        private final long alignment;
        private final int[] blocks;
        private int blockCount;

        OwnThreads(Trace trace, long alignment) {
            this.trace = trace;
            this.alignment = alignment;
            this.blocks = numberBlocks();
        }

        /// A number for each block that ever was, at each of its operations.
        private int[] numberBlocks() {
            int[] numbers = new int[trace.length()];
            int[] ofSlot = new int[trace.slotCount()];
            for (int i = 0; i < numbers.length; i++) {
                int slot = trace.slots()[i];
                if (trace.operations()[i] == Trace.ALLOCATE) ofSlot[slot] = blockCount++;
                numbers[i] = ofSlot[slot];
            }
            return numbers;
        }

        Plan plan() {
            int length = trace.length();
            int[] previous = previousElsewhere();
            boolean[] awaited = new boolean[length];
            int[] counts = new int[trace.threadCount()];
            int[] positions = new int[length];
            for (int i = 0; i < length; i++) {
                positions[i] = counts[trace.threads()[i]]++;
                if (previous[i] >= 0) awaited[previous[i]] = true;
            }
            Columns[] columns = new Columns[counts.length];
            Arrays.setAll(columns, thread -> new Columns(counts[thread]));
            byte[] ofBlock = new byte[blockCount];
            for (int i = 0; i < length; i++) {
                Columns own = columns[trace.threads()[i]];
                int before = previous[i];
                if (before >= 0) own.waitFor(trace.threads()[before], positions[before] + 1);
                byte log2 = alignmentLog2(trace, i, alignment, ofBlock, blocks[i]);
                own.add(trace, i, blocks[i], log2);
                if (awaited[i]) own.endSegment();
            }
            return new Plan(Arrays.stream(columns).map(Columns::part).toList(), blockCount, length);
        }

        /// The last operation on the same block if it was another thread's, else -1.
        private int[] previousElsewhere() {
            int[] previous = new int[trace.length()];
            int[] last = new int[blockCount];
            Arrays.fill(last, -1);
            for (int i = 0; i < previous.length; i++) {
                int before = last[blocks[i]];
                boolean elsewhere = before >= 0 && trace.threads()[before] != trace.threads()[i];
                previous[i] = elsewhere ? before : -1;
                last[blocks[i]] = i;
            }
            return previous;
        }
    }
}
