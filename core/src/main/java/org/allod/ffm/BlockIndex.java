package org.allod.ffm;

/// Positions by address: a hash table of open addressing, without an object an entry.
///
/// Linear probing; taking one out moves those behind it up, so that no graves stay. At most half
/// full. Cost: 32 B an entry, one or two cache misses a look-up. Threads: the caller's.
///
/// Source: Knuth, TAOCP 3, 6.4, algorithms L and R.
final class BlockIndex {
    /// Spreads addresses, which are multiples of 16. Source: as there; 2^64 / golden ratio.
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private static final long EMPTY = 0;

    private long[] addresses;
    private int[] positions;
    private int shift;
    private int count;

    /// @param expected entries to make room for
    BlockIndex(int expected) {
        make(Math.max(16, Integer.highestOneBit(Math.max(1, expected)) << 2));
    }

    /// Position of `address`, or -1.
    int get(long address) {
        int slot = slot(address);
        return addresses[slot] == EMPTY ? -1 : positions[slot];
    }

    /// Adds or replaces the position of `address`, which is not 0.
    void put(long address, int position) {
        int slot = slot(address);
        if (addresses[slot] == EMPTY) {
            if (2 * (count + 1) > addresses.length) {
                grow();
                slot = slot(address);
            }
            count++;
        }
        addresses[slot] = address;
        positions[slot] = position;
    }

    /// Takes `address` out, if it is there.
    void remove(long address) {
        int hole = slot(address);
        if (addresses[hole] == EMPTY) return;
        int mask = addresses.length - 1;
        for (int slot = hole + 1 & mask; addresses[slot] != EMPTY; slot = slot + 1 & mask) {
            int home = home(addresses[slot]);
            // It may move up if its home is not between the hole and where it is.
            if ((slot - home & mask) >= (slot - hole & mask)) {
                addresses[hole] = addresses[slot];
                positions[hole] = positions[slot];
                hole = slot;
            }
        }
        addresses[hole] = EMPTY;
        count--;
    }

    private int slot(long address) {
        int mask = addresses.length - 1;
        int slot = home(address);
        while (addresses[slot] != EMPTY && addresses[slot] != address) slot = slot + 1 & mask;
        return slot;
    }

    private int home(long address) {
        return (int) (address * GOLDEN >>> shift);
    }

    private void grow() {
        long[] oldAddresses = addresses;
        int[] oldPositions = positions;
        make(Math.multiplyExact(2, oldAddresses.length));
        for (int slot = 0; slot < oldAddresses.length; slot++) {
            if (oldAddresses[slot] == EMPTY) continue;
            int to = slot(oldAddresses[slot]);
            addresses[to] = oldAddresses[slot];
            positions[to] = oldPositions[slot];
        }
    }

    private void make(int slots) {
        int[] madePositions = new int[slots];
        addresses = new long[slots];
        positions = madePositions;
        shift = 64 - Integer.numberOfTrailingZeros(slots);
    }
}
