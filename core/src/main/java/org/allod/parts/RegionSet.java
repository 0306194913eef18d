package org.allod.parts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.allod.Region;

/// Regions that do not overlap, as one range of addresses with holes.
///
/// A range of addresses given to a method may cross from one region into the next where they touch.
/// Owner thread only.
public final class RegionSet {
    private final List<Region> regions = new ArrayList<>(1);
    private long committedMax;

    /// Takes a region in.
    ///
    /// @throws IllegalArgumentException if it overlaps one that is in already
    public void add(Region region) {
        for (Region other : regions) {
            if (region.base() < other.end() && other.base() < region.end()) {
                throw new IllegalArgumentException(
                        String.format(
                                "region=[0x%x, 0x%x), expected none that overlaps [0x%x, 0x%x)",
                                region.base(), region.end(), other.base(), other.end()));
            }
        }
        regions.add(region);
        regions.sort(Comparator.comparingLong(Region::base));
    }

    /// All, in address order.
    public List<Region> all() {
        return regions;
    }

    /// Whether the address lies in one of them.
    public boolean contains(long address) {
        for (int i = 0; i < regions.size(); i++) {
            if (regions.get(i).contains(address)) return true;
        }
        return false;
    }

    /// As [Region#commit].
    public boolean commit(long address, long length) {
        for (int i = 0; i < regions.size(); i++) {
            Region region = regions.get(i);
            long from = Math.max(address, region.base());
            long to = Math.min(address + length, region.end());
            if (from < to && !region.commit(from, to - from)) return false;
        }
        return true;
    }

    /// As [Region#commitZeroed].
    public boolean commitZeroed(long address, long length) {
        for (int i = 0; i < regions.size(); i++) {
            Region region = regions.get(i);
            long from = Math.max(address, region.base());
            long to = Math.min(address + length, region.end());
            if (from < to && !region.commitZeroed(from, to - from)) return false;
        }
        return true;
    }

    /// As [Region#decommit].
    public long decommit(long address, long length) {
        long bytes = 0;
        for (Region region : regions) {
            long from = Math.max(address, region.base());
            long to = Math.min(address + length, region.end());
            if (from < to) bytes += region.decommit(from, to - from);
        }
        return bytes;
    }

    /// Committed bytes now.
    public long committed() {
        long bytes = 0;
        for (int i = 0; i < regions.size(); i++) bytes += regions.get(i).committed();
        committedMax = Math.max(committedMax, bytes);
        return bytes;
    }

    /// Largest number of committed bytes that [#committed] has seen.
    public long committedMax() {
        return Math.max(committedMax, committed());
    }

    /// Bytes of address space.
    public long bytes() {
        long bytes = 0;
        for (Region region : regions) bytes += region.bytes();
        return bytes;
    }

    /// As [Region#checkAlive], for each.
    public void checkAlive() {
        for (Region region : regions) region.checkAlive();
    }

    /// Closes each.
    public void close() {
        for (Region region : regions) region.close();
    }
}
