package org.allod.lab.trace;

import java.util.NavigableMap;
import java.util.TreeMap;

/// What is in a trace, counted in one pass over it. Bytes are those that the program asked for.
///
/// A lifetime lasts from a block's `a` to its `f`, whatever `r` does between; blocks that are left
/// at the end have none. It is measured on two clocks: operations, and bytes asked for by all.
///
/// @param trace what was counted
/// @param allocations number of `a`
/// @param reallocations number of `r`
/// @param frees number of `f`
/// @param crossThreadFrees number of `f` by another thread than the one that allocated the block
/// @param requestedBytes sum of the sizes of all `a` and `r`
/// @param peakBytes largest sum of live sizes
/// @param peakOperation after how many operations it was reached first; 0 if it is 0
/// @param blocksAtPeak live blocks then
/// @param peakBlocks largest number of live blocks
/// @param endBytes live at the end
/// @param endBlocks live at the end
/// @param sizes of all `a` and `r`
/// @param lifetimes in operations; 1: freed by the very next one
/// @param lifetimeBytes in bytes asked for between `a` and `f`
/// @param alignments how many `a` name which alignment; 0: none
/// @param threadOperations number of operations of each thread
public record TraceSummary(
        Trace trace,
        long allocations,
        long reallocations,
        long frees,
        long crossThreadFrees,
        long requestedBytes,
        long peakBytes,
        long peakOperation,
        long blocksAtPeak,
        long peakBlocks,
        long endBytes,
        long endBlocks,
        Distribution sizes,
        Distribution lifetimes,
        Distribution lifetimeBytes,
        NavigableMap<Long, Long> alignments,
        long[] threadOperations) {

    /// Counts.
    ///
    /// @throws TraceException if the sizes add up to 2^63 bytes or more
    public static TraceSummary of(Trace trace) {
        Count count = new Count(trace);
        try {
            for (int i = 0; i < trace.length(); i++) count.operation(i);
        } catch (ArithmeticException e) {
            throw TraceException.in(trace.name(), "sizes add up to 2^63 bytes or more", e);
        }
        return count.result();
    }

    /// One pass at work. Slots are what live blocks are known by.
    private static final class Count {
        private final Trace trace;
        private final long[] liveSize;
        private final int[] bornAt;
        private final long[] bornAtBytes;
        private final int[] bornOn;

        private final long[] sizes;
        private final long[] lifetimes;
        private final long[] lifetimeBytes;
        private final NavigableMap<Long, Long> alignments = new TreeMap<>();
        private final long[] threadOperations;
        private long lastAlignment = -1;
        private long sameAlignments;

        private int allocations;
        private int reallocations;
        private int frees;
        private long crossThreadFrees;
        private long requestedBytes;
        private long liveBytes;
        private long liveBlocks;
        private long peakBytes;
        private long peakOperation;
        private long blocksAtPeak;
        private long peakBlocks;

        Count(Trace trace) {
            this.trace = trace;
            liveSize = new long[trace.slotCount()];
            bornAt = new int[trace.slotCount()];
            bornAtBytes = new long[trace.slotCount()];
            bornOn = new int[trace.slotCount()];
            sizes = new long[trace.length()];
            lifetimes = new long[trace.length()];
            lifetimeBytes = new long[trace.length()];
            threadOperations = new long[trace.threadCount()];
        }

        void operation(int i) {
            int slot = trace.slots()[i];
            long size = trace.sizes()[i];
            int thread = trace.threads()[i];
            threadOperations[thread]++;
            switch (trace.operations()[i]) {
                case Trace.ALLOCATE -> {
                    request(size);
                    allocations++;
                    alignment(trace.alignments()[i]);
                    bornAt[slot] = i;
                    bornAtBytes[slot] = requestedBytes;
                    bornOn[slot] = thread;
                    liveBlocks++;
                    live(slot, size);
                }
                case Trace.REALLOCATE -> {
                    request(size);
                    reallocations++;
                    live(slot, size);
                }
                default -> {
                    lifetimes[frees] = i - bornAt[slot];
                    lifetimeBytes[frees++] = requestedBytes - bornAtBytes[slot];
                    if (bornOn[slot] != thread) crossThreadFrees++;
                    liveBlocks--;
                    live(slot, 0);
                }
            }
            peakBlocks = Math.max(peakBlocks, liveBlocks);
            if (liveBytes > peakBytes) {
                peakBytes = liveBytes;
                peakOperation = i + 1;
                blocksAtPeak = liveBlocks;
            }
        }

        private void request(long size) {
            sizes[allocations + reallocations] = size;
            requestedBytes = Math.addExact(requestedBytes, size);
        }

        private void live(int slot, long size) {
            liveBytes += size - liveSize[slot];
            liveSize[slot] = size;
        }

        /// Counts runs of the same alignment, to spare the map.
        private void alignment(long alignment) {
            if (alignment != lastAlignment) {
                flushAlignment();
                lastAlignment = alignment;
            }
            sameAlignments++;
        }

        private void flushAlignment() {
            if (sameAlignments > 0) alignments.merge(lastAlignment, sameAlignments, Long::sum);
            sameAlignments = 0;
        }

        TraceSummary result() {
            flushAlignment();
            return new TraceSummary(
                    trace,
                    allocations,
                    reallocations,
                    frees,
                    crossThreadFrees,
                    requestedBytes,
                    peakBytes,
                    peakOperation,
                    blocksAtPeak,
                    peakBlocks,
                    liveBytes,
                    liveBlocks,
                    Distribution.of(sizes, allocations + reallocations),
                    Distribution.of(lifetimes, frees),
                    Distribution.of(lifetimeBytes, frees),
                    alignments,
                    threadOperations);
        }
    }
}
