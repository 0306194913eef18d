package org.allod.lab.replay;

import java.util.Arrays;
import org.allod.Allocator;
import org.allod.BlockVisitor;
import org.allod.Region;

/// Compares a heap's own account, its walk, with the blocks that the player holds.
///
/// - The pieces tile the region: each begins where the one before ended.
/// - Each of the player's blocks lies in one USED piece, and no piece has two.
///
/// In quiet only. O(heap + blocks x log blocks).
final class WalkCheck implements BlockVisitor {
    private final Region region;
    private final long[] addresses;
    private final long[] sizes;
    private long expected;
    private int next;
    private String complaint;

    private WalkCheck(Region region, long[] addresses, long[] sizes) {
        this.region = region;
        this.addresses = addresses;
        this.sizes = sizes;
        this.expected = region.base();
    }

    /// What is wrong, or null.
    ///
    /// @param blocks as the player keeps them, two longs a slot
    static String complaint(Allocator heap, Region region, long[] blocks) {
        WalkCheck check = sorted(region, blocks);
        heap.walk(check);
        if (check.complaint != null) return check.complaint;
        if (check.expected != region.end()) {
            return "walk ends at offset "
                    + (check.expected - region.base())
                    + ", expected "
                    + region.bytes();
        }
        if (check.next < check.addresses.length) return check.notUsed(check.next);
        return null;
    }

    private static WalkCheck sorted(Region region, long[] blocks) {
        int count = 0;
        long[] addresses = new long[blocks.length / 2];
        for (int slot = 0; slot < addresses.length; slot++) {
            long address = blocks[2 * slot];
            if (region.contains(address)) addresses[count++] = address;
        }
        addresses = Arrays.copyOf(addresses, count);
        Arrays.sort(addresses);
        long[] sizes = new long[count];
        for (int slot = 0; slot < blocks.length / 2; slot++) {
            int at = Arrays.binarySearch(addresses, blocks[2 * slot]);
            if (at >= 0) sizes[at] = Math.max(1, blocks[2 * slot + 1]);
        }
        return new WalkCheck(region, addresses, sizes);
    }

    @Override
    public void block(long address, long bytes, Kind kind) {
        if (complaint != null || !region.contains(address)) return;
        if (address != expected || bytes <= 0) {
            complaint =
                    "walk shows "
                            + bytes
                            + " bytes at offset "
                            + (address - region.base())
                            + ", expected offset "
                            + (expected - region.base());
            return;
        }
        expected = address + bytes;
        if (kind != Kind.USED) return;
        if (next < addresses.length && addresses[next] < address) {
            complaint = notUsed(next);
            return;
        }
        if (next < addresses.length && addresses[next] < expected) {
            if (sizes[next] > expected - addresses[next]) complaint = notUsed(next);
            next++;
        }
    }

    private String notUsed(int block) {
        return "walk shows no USED piece with the block of "
                + sizes[block]
                + " bytes at offset "
                + (addresses[block] - region.base());
    }
}
