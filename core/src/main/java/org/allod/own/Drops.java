package org.allod.own;

import java.util.Arrays;
import org.allod.Allocator;
import org.allod.Strays;

/// One drop of an owner and of all that it owns, however long the chain: a list of a million boxes
/// takes no deeper stack than one.
///
/// An owner of one block does not drop what lies in it at once: it puts the block here, and the
/// blocks are emptied and freed in turn.
final class Drops {
    private static final int PENDING_LEAST = 16;

    private final Allocator allocator;

    /// Takes blocks instead of the allocator, or null.
    private final Strays strays;

    /// Of the pending blocks: what lies in each, and of each block, offset, size, alignment. Null
    /// until there is one: most drops have none.
    private Type<?>[] types;

    private long[] blocks;
    private int pending;

    private Drops(Allocator allocator, Strays strays) {
        this.allocator = allocator;
        this.strays = strays;
    }

    /// Drops what an owner owns; its words stay.
    static void drop(Owner owner) {
        Drops drops = new Drops(owner.allocator, null);
        owner.drop(drops);
        drops.run();
    }

    /// Drops what lies at an address.
    static void drop(Lender home, Type<?> type, long address) {
        if (!type.isOwner()) return;
        Drops drops = new Drops(home.allocator, null);
        type.drop(drops, address);
        drops.run();
    }

    Allocator allocator() {
        return allocator;
    }

    /// Frees a block now. It must be empty.
    void free(long address, long size, long alignment) {
        if (strays == null) allocator.deallocate(address, size, alignment);
        else strays.add(address, size, alignment);
    }

    /// Drops the value in a block, then frees the block: later, but before the drop is over.
    ///
    /// @param offset of the value in the block
    void dropLater(Type<?> type, long block, long offset, long size, long alignment) {
        if (!type.isOwner()) {
            free(block, size, alignment);
            return;
        }
        if (types == null || pending == types.length) grow();
        types[pending] = type;
        blocks[4 * pending] = block;
        blocks[4 * pending + 1] = offset;
        blocks[4 * pending + 2] = size;
        blocks[4 * pending + 3] = alignment;
        pending++;
    }

    private void run() {
        while (pending > 0) {
            int at = 4 * --pending;
            long block = blocks[at];
            long offset = blocks[at + 1];
            long size = blocks[at + 2];
            long alignment = blocks[at + 3];
            types[pending].drop(this, block + offset);
            free(block, size, alignment);
        }
    }

    private void grow() {
        types = types == null ? new Type<?>[PENDING_LEAST] : Arrays.copyOf(types, 2 * pending);
        blocks = blocks == null ? new long[4 * PENDING_LEAST] : Arrays.copyOf(blocks, 8 * pending);
    }
}
