package org.allod.liballoc;

import static org.allod.Allocator.NULL;

import org.allod.parts.FitBins;

/// Finds a gap for a block: one of its very size, else the best bet, else the next larger one.
///
/// The original walks blocks from its best bet, the major with the most free bytes, until a gap is
/// large enough. Here gaps of a size are linked, through words inside them, and the best bet is a
/// gap: the one that was cut last. Small blocks that come one after the other are cut from it one
/// after the other, and lie side by side.
///
/// - **gaps.I1** each gap of at least [LibGap#LEAST] bytes is either the best bet or in the bins.
final class LibGaps {
    /// Blocks below this are cut from the best bet where no gap has their very size. Source:
    /// [FitBins] has a bin for each size below it.
    private static final long SMALL = 1024;

    private final FitBins bins;
    private long bestBet;
    private long bestBetBytes;

    LibGaps(String owner, long low, long high) {
        this.bins = new FitBins(owner, low, high);
    }

    /// A gap of at least `bytes`, or NULL where none is found at a glance. It stays noted down.
    long find(long bytes) {
        long fit = bytes < SMALL ? bins.findExact(bytes) : bins.find(bytes);
        if (bestBetBytes >= bytes && (fit == NULL || LibGap.bytes(fit) > bestBetBytes)) {
            return bestBet;
        }
        return fit != NULL || bytes >= SMALL ? fit : bins.find(bytes);
    }

    /// As [#find], when there are no pages for a new major either: looks at every gap.
    long findAny(long bytes) {
        return bins.findAny(bytes);
    }

    /// A gap of `bytes` is cut at its start.
    ///
    /// @param rest what is left of it, where the minor `before` ends
    void shorten(long gap, long bytes, long rest, long before) {
        long left = gap + bytes - rest;
        if (gap == bestBet) {
            bet(rest, left, before);
        } else if (rest - gap >= SMALL) {
            bins.replace(gap, bytes, rest, left);
            LibGap.before(rest, before);
        } else {
            bins.remove(gap, bytes);
            if (bestBet != NULL) bins.insert(bestBet, bestBetBytes);
            bet(rest, left, before);
        }
    }

    /// A gap of `bytes` is cut from `minor` to `end`, in its middle.
    void split(long gap, long bytes, long minor, long end, long before) {
        forget(gap, bytes);
        note(gap, minor - gap, before);
        note(end, gap + bytes - end, minor);
    }

    /// Notes a gap down, if it is worth it.
    void note(long gap, long bytes, long before) {
        if (bytes < LibGap.LEAST) return;
        bins.insert(gap, bytes);
        LibGap.before(gap, before);
    }

    /// Notes a gap down as the best bet; there is none.
    void bet(long gap, long bytes, long before) {
        bestBet = gap;
        bestBetBytes = bytes;
        LibGap.bytes(gap, bytes);
        LibGap.before(gap, before);
    }

    /// A gap, if it was worth noting down, is none any more.
    ///
    /// @return whether it was the best bet
    boolean forget(long gap, long bytes) {
        if (bytes < LibGap.LEAST) return false;
        if (gap != bestBet) {
            bins.remove(gap, bytes);
            return false;
        }
        bestBet = NULL;
        bestBetBytes = 0;
        return true;
    }

    void clear() {
        bins.clear();
        bestBet = NULL;
        bestBetBytes = 0;
    }

    // ---- looking ----

    /// Whether the gap is noted down.
    boolean holds(long gap, long bytes) {
        return gap == bestBet ? bytes == bestBetBytes : bins.holds(gap, bytes);
    }

    /// Checks the bins, and counts the gaps noted down.
    long verify() {
        return bins.verify() + (bestBet == NULL ? 0 : 1);
    }
}
