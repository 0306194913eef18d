package org.allod.own;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.allod.Allocator;
import org.allod.Strays;

/// One drop of an owner and of all that it owns, however long the chain: a list of a million boxes
/// takes no deeper stack than one.
///
/// An owner of one block does not drop what lies in it at once: it puts the block here, and the
/// blocks are emptied and freed in turn. An owner of many values drops them at once, then frees.
///
/// | who drops | blocks go | counts |
/// |---|---|---|
/// | a thread that closes, sets, removes | to the allocator | go down |
/// | the collector's, of what nobody closed | to the list of strays | of `Arc` go down |
/// | nobody: a leak is measured | nowhere, their bytes are added | stay |
final class Drops {
    private static final int PENDING_LEAST = 16;

    /// Longs for each pending block: address, offset of the value, size, alignment, counts.
    private static final int FIELDS = 5;

    private final Allocator allocator;

    /// Takes blocks instead of the allocator, or null.
    private final Strays strays;

    /// Where nothing is dropped: the counted blocks that were met. Else null.
    private final Set<Long> met;

    /// What lies in each pending block. Null until there is one: most drops have none.
    private Type<?>[] types;

    private long[] blocks;
    private int pending;
    private long freed;
    private long bytes;
    private RuntimeException failure;

    /// Of the thread that drops. Has no parameter of a class that is not loaded otherwise: the JIT
    /// would not inline it, and each drop would be garbage.
    private Drops(Allocator allocator) {
        this.allocator = allocator;
        this.strays = null;
        this.met = null;
    }

    private Drops(Allocator allocator, Strays strays, Set<Long> met) {
        this.allocator = allocator;
        this.strays = strays;
        this.met = met;
    }

    // ---- whole drops ----

    /// Drops what an owner owns; its words stay.
    static void drop(Owner owner) {
        Drops drops = new Drops(owner.allocator);
        owner.drop(drops);
        drops.run();
    }

    /// Drops what lies at an address.
    static void drop(Lender home, Type<?> type, long address) {
        if (!type.isOwner()) return;
        Drops drops = new Drops(home.allocator);
        type.drop(drops, address);
        drops.run();
    }

    /// Drops a value that was taken out.
    static <T> void dropTaken(Type<T> type, T value) {
        List<Owner> owners = new ArrayList<>();
        type.owners(value, owners);
        for (Owner owner : owners) owner.close();
    }

    /// Leaves all that an owner owns to be freed by a thread that may.
    static Drops leave(Owner owner) {
        Drops drops = new Drops(owner.allocator, Strays.of(owner.allocator), null);
        owner.drop(drops);
        drops.run();
        return drops;
    }

    /// Drops nothing, but counts what would be freed, each block once.
    ///
    /// @param met blocks that have been counted before
    static Drops measure(Owner owner, Set<Long> met) {
        Drops drops = new Drops(owner.allocator, null, met);
        owner.drop(drops);
        drops.run();
        return drops;
    }

    /// Blocks that were freed.
    long freed() {
        return freed;
    }

    /// Bytes of them.
    long bytes() {
        return bytes;
    }

    // ---- for the owners ----

    Allocator allocator() {
        return allocator;
    }

    /// Whether nothing is to be changed.
    boolean isDry() {
        return met != null;
    }

    /// Where nothing is dropped: whether a block of several owners is met for the first time.
    boolean isNew(long block) {
        return met.add(block);
    }

    /// Whether this is the thread of whoever drops, not the collector's.
    boolean isOwnThread() {
        return strays == null && met == null;
    }

    /// Frees a block now. It must be empty.
    void free(long address, long size, long alignment) {
        freed++;
        bytes += size;
        if (isDry()) return;
        if (strays == null) allocator.deallocate(address, size, alignment);
        else strays.add(address, size, alignment);
    }

    /// Drops the value in a block, then frees the block: later, but before the drop is over.
    ///
    /// @param offset of the value in the block
    void dropLater(Type<?> type, long block, long offset, long size, long alignment) {
        dropLater(type, block, offset, size, alignment, Counts.NONE);
    }

    /// The same for a block that may have weak owners, and stay for them.
    ///
    /// @param counts of the block: one of the constants of [Counts]
    void dropLater(Type<?> type, long block, long offset, long size, long alignment, int counts) {
        if (!type.isOwner()) {
            release(block, size, alignment, counts);
            return;
        }
        if (types == null || pending == types.length) grow();
        int at = FIELDS * pending;
        types[pending++] = type;
        blocks[at] = block;
        blocks[at + 1] = offset;
        blocks[at + 2] = size;
        blocks[at + 3] = alignment;
        blocks[at + 4] = counts;
    }

    /// Goes on without what could not be dropped; the drop ends with this.
    void failed(RuntimeException reason) {
        if (failure == null) failure = reason;
    }

    // ---- cold ----

    private void run() {
        while (pending > 0) {
            int at = FIELDS * --pending;
            long block = blocks[at];
            long size = blocks[at + 2];
            long alignment = blocks[at + 3];
            int counts = (int) blocks[at + 4];
            types[pending].drop(this, block + blocks[at + 1]);
            release(block, size, alignment, counts);
        }
        if (failure != null) throw failure;
    }

    private void release(long block, long size, long alignment, int counts) {
        if (isDry() || Counts.dropWeak(block, counts)) free(block, size, alignment);
    }

    private void grow() {
        types = types == null ? new Type<?>[PENDING_LEAST] : Arrays.copyOf(types, 2 * pending);
        int longs = FIELDS * types.length;
        blocks = blocks == null ? new long[longs] : Arrays.copyOf(blocks, longs);
    }
}
