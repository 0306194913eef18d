package org.allod.lab.replay;

import java.util.Arrays;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.Region;
import org.allod.lab.result.Timeline;

/// Keeps R, G, H and C over a pass: their peaks, and a curve of about 1,000 points.
///
/// The allocator is asked every 1,000 operations and at each new maximum of R. Any thread, locks.
final class Sampler {
    private static final int STRIDE = 1000;
    private static final int POINTS = 1000;

    /// The most looks at what is in memory; each asks the system about the whole region, 2 ms for
    /// 4 GiB.
    private static final int RESIDENT_LOOKS = 200;

    /// A look is worth it when so much more is committed than at the last one.
    private static final double RESIDENT_GROWTH = 1.01;

    private final Allocator heap;
    private final Region region;
    private final int timelineStride;
    private final int residentStride;

    private long done;
    private long requested;
    private long ownGranted;
    private long requestedMax;
    private long grantedMax;
    private long heldMax;
    private long committedMax;
    private long extentMax;
    private long residentMax = -1;
    private long committedAtLook;
    private long doneAtLook = -1;

    private final long[][] points = new long[5][2 * POINTS + 4];
    private int pointCount;

    /// @param region the heap's, or null for a C library, whose blocks alone are counted
    Sampler(Allocator heap, Region region, int operations) {
        this.heap = heap;
        this.region = region;
        this.timelineStride = Math.max(1, operations / POINTS);
        this.residentStride = Math.max(1, operations / RESIDENT_LOOKS);
    }

    /// One operation is done.
    ///
    /// @param requestedDelta bytes asked for, more or less than before
    /// @param grantedDelta bytes of the C library's blocks; 0 for ours, who tell themselves
    synchronized void done(long requestedDelta, long grantedDelta) {
        requested += requestedDelta;
        ownGranted += grantedDelta;
        done++;
        boolean counts = requested > requestedMax || done % STRIDE == 0;
        requestedMax = Math.max(requestedMax, requested);
        boolean point = done % timelineStride == 0;
        if (counts || point) read(counts, point);
    }

    /// A block of `size` bytes begins at `address`.
    synchronized void block(long address, long size) {
        if (region != null && region.contains(address)) {
            extentMax = Math.max(extentMax, address - region.base() + size);
        }
    }

    /// Looks at everything now, between two operations.
    synchronized void look() {
        read(false, true);
        lookAtResident(committedAtLook);
    }

    /// @param counts whether it may be a peak: the moments for that do not depend on the length of
    ///     the trace
    /// @param point whether it belongs to the curve
    private void read(boolean counts, boolean point) {
        long granted = ownGranted;
        long held = -1;
        long committed = -1;
        if (region != null) {
            AllocatorStats stats = heap.stats();
            granted = stats.granted();
            held = stats.held();
            committed = stats.committed();
            boolean due = done - doneAtLook >= residentStride;
            if (due && committed >= RESIDENT_GROWTH * committedAtLook) lookAtResident(committed);
        }
        if (counts) {
            grantedMax = Math.max(grantedMax, granted);
            heldMax = Math.max(heldMax, held);
            committedMax = Math.max(committedMax, committed);
        }
        if (point) add(granted, held, committed);
    }

    private void lookAtResident(long committed) {
        if (region == null) return;
        residentMax = Math.max(residentMax, region.resident());
        committedAtLook = committed;
        doneAtLook = done;
    }

    private void add(long... rest) {
        if (pointCount > 0 && points[0][pointCount - 1] == done) pointCount--;
        if (pointCount == points[0].length) return;
        points[0][pointCount] = done;
        points[1][pointCount] = requested;
        for (int i = 0; i < rest.length; i++) points[i + 2][pointCount] = rest[i];
        pointCount++;
    }

    // ---- results ----

    synchronized long requestedMax() {
        return requestedMax;
    }

    synchronized long grantedMax() {
        return grantedMax;
    }

    synchronized long heldMax() {
        return region == null ? -1 : heldMax;
    }

    synchronized long committedMax() {
        return region == null ? -1 : committedMax;
    }

    synchronized long extentMax() {
        return region == null ? -1 : extentMax;
    }

    synchronized long residentMax() {
        return residentMax;
    }

    synchronized Timeline timeline() {
        return new Timeline(cut(0), cut(1), cut(2), cut(3), cut(4));
    }

    private long[] cut(int column) {
        return Arrays.copyOf(points[column], pointCount);
    }
}
