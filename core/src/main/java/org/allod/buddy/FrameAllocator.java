package org.allod.buddy;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.parts.OrderedBits;

/// A buddy system over the numbers of frames, which it never touches.
///
/// ```java
/// var frames = new FrameAllocator();
/// frames.insert(0, 1024);                        // frames 0 to 1023
/// long four = frames.allocate(4);                // 0: the lowest that fits
/// frames.allocateAt(100, 8);                     // exactly frames 100 to 107
/// frames.deallocate(four, 4);
/// ```
///
/// Requests are rounded up to powers of two, and answered with the lowest numbers of the smallest
/// block that fits. Where the numbers name memory does not matter: page frames of a kernel, pages
/// of a file, slots of a disk.
///
/// Where it departs from the original: no block is lost at the largest order, frame 0 is as good as
/// any, blocks of neighbouring ranges merge, a free of frames that are free is seen, and a fixed
/// range can be taken.
///
/// Cost: one sorted set an order; O(orders) set operations, each a few words. Owner thread only.
///
/// Source: `FrameAllocator` of `buddy_system_allocator` 0.11.
public final class FrameAllocator {
    /// No frame: the answer to a request for which there is no room.
    public static final long NONE = -1;

    private static final String NAME = "frames";

    /// Frame numbers are below this: the sets number them by ints. 2^36 frames of 4 KiB are 256
    /// TiB.
    private static final long MAX_FRAME = 1L << 36;

    private final OrderedBits[] free;

    /// Where the inserted ranges start and end, in order; touching ones are one.
    private long[] starts = {};

    private long[] ends = {};
    private long framesTotal;
    private long framesFree;

    /// No frames yet; the largest block has 2^32 frames.
    public FrameAllocator() {
        this(BuddyAllocator.DEFAULT_ORDERS);
    }

    /// No frames yet.
    ///
    /// @param orders the largest block has 2^(`orders` - 1) frames; 1 to 36
    /// @throws IllegalArgumentException if `orders` is out of range
    public FrameAllocator(int orders) {
        if (orders < 1 || orders > 36) {
            throw new IllegalArgumentException("orders=" + orders + ", expected 1 to 36");
        }
        free = new OrderedBits[orders];
        for (int order = 0; order < orders; order++) free[order] = new OrderedBits();
    }

    /// Adds the frames `[start, end)`.
    ///
    /// @throws IllegalArgumentException if the range is empty, not within 0 to 2^36, or holds a
    ///     frame that was inserted already
    public void insert(long start, long end) {
        if (start < 0 || end <= start || end > MAX_FRAME) {
            throw new IllegalArgumentException(
                    "range=[" + start + ", " + end + "), expected within [0, 2^36) and not empty");
        }
        insertRange(start, end);
        giveRange(start, end);
        framesTotal += end - start;
    }

    /// The lowest frames of a block of at least `count`, rounded up to a power of two.
    ///
    /// @param count frames wanted, at least 1
    /// @return the first frame, a multiple of the rounded count, or [#NONE]
    /// @throws IllegalArgumentException if `count` is below 1
    public long allocate(long count) {
        return take(orderOf(count));
    }

    /// As [#allocate(long)] for max(size, alignment) frames: the first is a multiple of both,
    /// rounded.
    ///
    /// @param layout size and alignment in frames
    public long allocateAligned(Layout layout) {
        return take(orderOf(Math.max(Math.max(1, layout.size()), layout.alignment())));
    }

    /// Exactly the frames `[start, start + count)`, if all of them are free.
    ///
    /// They go back by [#deallocateAt].
    ///
    /// @return whether they were taken
    /// @throws IllegalArgumentException if `count` is below 1 or `start` negative
    public boolean allocateAt(long start, long count) {
        long end = endOf(start, count);
        for (long frame = start; frame < end; ) {
            int order = orderOfFreeAround(frame);
            if (order < 0) return false;
            frame = (frame & -(1L << order)) + (1L << order);
        }
        for (long frame = start; frame < end; ) {
            int order = orderOfFreeAround(frame);
            long first = frame & -(1L << order);
            long next = first + (1L << order);
            free[order].remove(first);
            framesFree -= 1L << order;
            if (first < frame) giveRange(first, frame);
            if (next > end) giveRange(end, next);
            frame = next;
        }
        return true;
    }

    /// Frees what [#allocate] answered for the same `count`.
    ///
    /// @throws CorruptHeapError if a frame of it is free, or `start` is no block of that size
    public void deallocate(long start, long count) {
        give(start, orderOf(count));
    }

    /// Frees what [#allocateAligned] answered for the same layout.
    ///
    /// @throws CorruptHeapError as [#deallocate]
    public void deallocateAligned(long start, Layout layout) {
        give(start, orderOf(Math.max(Math.max(1, layout.size()), layout.alignment())));
    }

    /// Frees exactly the frames `[start, start + count)`.
    ///
    /// @throws CorruptHeapError if one of them is free
    public void deallocateAt(long start, long count) {
        long end = endOf(start, count);
        for (long frame = start, step; frame < end; frame += step) {
            step = largestBlock(frame, end);
            checkUsed(frame, Long.numberOfTrailingZeros(step));
        }
        giveRange(start, end);
    }

    /// Frames added so far.
    public long framesTotal() {
        return framesTotal;
    }

    /// Frames free now.
    public long framesFree() {
        return framesFree;
    }

    // ---- blocks ----

    private long take(int order) {
        for (int from = order; from < free.length; from++) {
            long frame = free[from].first();
            if (frame < 0) continue;
            free[from].remove(frame);
            for (int half = from - 1; half >= order; half--) free[half].add(frame + (1L << half));
            framesFree -= 1L << order;
            return frame;
        }
        return NONE;
    }

    private void give(long start, int order) {
        if (start < 0 || order >= free.length || (start & (1L << order) - 1) != 0) {
            throw new CorruptHeapError(
                    NAME,
                    start,
                    "expected the first of an allocated block of 2^" + order + " frames");
        }
        checkUsed(start, order);
        merge(start, order);
    }

    private void giveRange(long start, long end) {
        for (long frame = start, count; frame < end; frame += count) {
            count = largestBlock(frame, end);
            merge(frame, Long.numberOfTrailingZeros(count));
        }
    }

    private void merge(long start, int order) {
        framesFree += 1L << order;
        long frame = start;
        int merged = order;
        while (merged < free.length - 1 && free[merged].remove(frame ^ 1L << merged)) {
            frame &= ~(1L << merged);
            merged++;
        }
        free[merged].add(frame);
    }

    /// Largest block that starts at `frame` and ends at or before `end`.
    private long largestBlock(long frame, long end) {
        long count = Math.min(Long.highestOneBit(end - frame), 1L << free.length - 1);
        return frame == 0 ? count : Math.min(count, Long.lowestOneBit(frame));
    }

    // ---- checks ----

    private void checkUsed(long start, int order) {
        int range = rangeAt(start);
        if (range < 0 || start + (1L << order) > ends[range]) {
            throw new CorruptHeapError(
                    NAME, start, "expected 2^" + order + " allocated frames, found unknown ones");
        }
        if (overlapsFree(start, order)) {
            throw new CorruptHeapError(
                    NAME, start, "expected 2^" + order + " allocated frames, found free ones");
        }
    }

    /// Index of the inserted range that holds the frame, or -1.
    private int rangeAt(long frame) {
        int at = Arrays.binarySearch(starts, frame);
        int range = at >= 0 ? at : -at - 2;
        return range >= 0 && frame < ends[range] ? range : -1;
    }

    private void insertRange(long start, long end) {
        int at = Arrays.binarySearch(starts, start);
        int next = at >= 0 ? at : -at - 1;
        boolean startsInside = next > 0 && ends[next - 1] > start;
        if (startsInside || next < starts.length && starts[next] < end) {
            throw new IllegalArgumentException(
                    "range=[" + start + ", " + end + "), expected frames not inserted before");
        }
        long[] newStarts = LongStream.concat(LongStream.of(start), Arrays.stream(starts)).toArray();
        long[] newEnds = LongStream.concat(LongStream.of(end), Arrays.stream(ends)).toArray();
        Arrays.sort(newStarts);
        Arrays.sort(newEnds);
        starts = without(newStarts, newEnds);
        ends = without(newEnds, newStarts);
    }

    /// The numbers of `from` that are not in `other`: where one range ends and the next starts, the
    /// two are one.
    private static long[] without(long[] from, long[] other) {
        return Arrays.stream(from).filter(n -> Arrays.binarySearch(other, n) < 0).toArray();
    }

    private boolean overlapsFree(long start, int order) {
        if (orderOfFreeAround(start) >= 0) return true;
        for (int inside = 0; inside < order; inside++) {
            long next = free[inside].ceiling(start);
            if (next >= 0 && next < start + (1L << order)) return true;
        }
        return false;
    }

    /// Order of the free block that holds the frame, or -1.
    private int orderOfFreeAround(long frame) {
        for (int order = 0; order < free.length; order++) {
            if (free[order].contains(frame & -(1L << order))) return order;
        }
        return -1;
    }

    private static int orderOf(long count) {
        if (count < 1)
            throw new IllegalArgumentException("count=" + count + ", expected at least 1");
        return Long.SIZE - Long.numberOfLeadingZeros(count - 1);
    }

    private static long endOf(long start, long count) {
        if (start < 0 || count < 1 || start > MAX_FRAME - count) {
            throw new IllegalArgumentException(
                    "start=" + start + ", count=" + count + ", expected frames below 2^36");
        }
        return start + count;
    }
}
