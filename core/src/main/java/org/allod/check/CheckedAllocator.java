package org.allod.check;

import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.Layout;
import org.allod.Malloc;
import org.allod.memory.Memory;

/// Finds misuse of any allocator, and names the block.
///
/// ```java
/// var heap = CheckedAllocator.of(new BuddyAllocator(region), Options.DEFAULT.stacks(true));
/// ```
///
/// Each block is known to a *shadow map* beside the heap and lies between two *canaries*. A freed
/// block is filled and *held back*: only the oldest of the held ones goes back to the wrapped
/// allocator. Where a request fails, all held blocks go back and the request is tried once more.
///
/// | found | when |
/// |---|---|
/// | double free, of a block still held | at the second free |
/// | foreign or interior address, wrong size or alignment | at that call |
/// | write before or past a block (16 B on either side) | free, reallocation, [#verify], [#close] |
/// | write to a freed block still held | when it leaves, [#verify], [#trim], [#close] |
/// | the wrapped allocator's own faults: blocks that meet, a wrong alignment | then, or [#verify] |
///
/// All of them are [CorruptHeapError]. Nothing is repaired: the block stays as it is, and the next
/// look finds it again. A fresh block is full of `0xAA`, so that a read before a write shows; that
/// one and reads of freed or foreign bytes are *not* found.
///
/// `stats()` counts the callers' blocks and bytes; held ones are cached. `walk` shows callers'
/// bytes as `USED`, held ones as `CACHED`, canaries and rounding as `OVERHEAD`. A [Malloc] stays
/// one: [CheckedMalloc].
///
/// Cost: about 0.3 us and 150 B of Java heap a block, 32 B of the wrapped heap (an alignment above
/// 16: as many bytes as that); 7 us and 2 kB more for its two stacks. Threads: as the wrapped one.
public sealed class CheckedAllocator implements Allocator permits CheckedMalloc {

    /// What can be chosen.
    ///
    /// @param stacks whether errors tell who allocated and freed the block
    /// @param blocksHeld how many freed blocks are held back at most, at least 0
    /// @param bytesHeld how many bytes of them at most, at least 0; a block above that leaves first
    public record Options(boolean stacks, int blocksHeld, long bytesHeld) {
        /// No stacks; 1,024 blocks, 1 MiB.
        public static final Options DEFAULT = new Options(false, 1024, 1 << 20);

        /// @throws IllegalArgumentException if a number is negative
        public Options {
            if (blocksHeld < 0 || bytesHeld < 0) {
                throw new IllegalArgumentException(
                        "blocksHeld="
                                + blocksHeld
                                + ", bytesHeld="
                                + bytesHeld
                                + ", expected at least 0");
            }
        }

        /// The same with or without stacks.
        public Options stacks(boolean wanted) {
            return new Options(wanted, blocksHeld, bytesHeld);
        }

        /// The same with other limits for what is held back.
        public Options held(int blocks, long bytes) {
            return new Options(stacks, blocks, bytes);
        }
    }

    static final String NAME = "CheckedAllocator";

    private final Allocator inner;
    private final Options options;

    /// Its lock is never held while the wrapped allocator allocates or frees, so that the races of
    /// that one stay what they are.
    private final ShadowMap shadow;

    private volatile boolean closed;

    CheckedAllocator(Allocator inner, Options options) {
        this.inner = inner;
        this.options = options;
        this.shadow = new ShadowMap(inner, !(inner instanceof Malloc));
    }

    /// `inner`, checked. It must not be used directly any more.
    ///
    /// @return a [CheckedMalloc] if `inner` is a [Malloc]
    public static CheckedAllocator of(Allocator inner) {
        return of(inner, Options.DEFAULT);
    }

    /// The same with options.
    ///
    /// @return a [CheckedMalloc] if `inner` is a [Malloc]
    public static CheckedAllocator of(Allocator inner, Options options) {
        return inner instanceof Malloc malloc
                ? new CheckedMalloc(malloc, options)
                : new CheckedAllocator(inner, options);
    }

    /// As [#of(Allocator)], for those that know it to be a [Malloc].
    public static CheckedMalloc of(Malloc inner) {
        return new CheckedMalloc(inner, Options.DEFAULT);
    }

    /// As [#of(Allocator, Options)], for those that know it to be a [Malloc].
    public static CheckedMalloc of(Malloc inner, Options options) {
        return new CheckedMalloc(inner, options);
    }

    // ---- blocks come ----

    @Override
    public final long allocate(long size, long alignment) {
        return counted(place(size, alignment, false));
    }

    @Override
    public final long allocateZeroed(long size, long alignment) {
        return counted(place(size, alignment, true));
    }

    private long place(long size, long alignment, boolean zeroed) {
        Layout.checkAlignment(alignment);
        checkOpen();
        long bytes = CheckedBlock.bytesFor(size, alignment);
        if (bytes < 0) return NULL;
        long base = take(bytes, alignment, zeroed);
        if (base == NULL && evict(0, 0)) base = take(bytes, alignment, zeroed);
        if (base == NULL) return NULL;
        CheckedBlock block = new CheckedBlock(base, size, alignment, stack());
        shadow.add(block);
        block.paint(!zeroed);
        return block.address;
    }

    private long take(long bytes, long alignment, boolean zeroed) {
        return zeroed ? inner.allocateZeroed(bytes, alignment) : inner.allocate(bytes, alignment);
    }

    private long counted(long address) {
        if (address == NULL) shadow.failed();
        return address;
    }

    // ---- blocks go ----

    @Override
    public final void deallocate(long address, long size, long alignment) {
        Layout.checkAlignment(alignment);
        checkOpen();
        if (address != NULL) retire(address, size, alignment);
    }

    /// Frees a block of any layout.
    final void release(long address) {
        checkOpen();
        if (address == NULL) return;
        CheckedBlock block = live(address);
        retire(address, block.size(), block.alignment);
    }

    private void retire(long address, long size, long alignment) {
        shadow.retire(address, size, alignment, stack(), options.bytesHeld);
        evict(options.blocksHeld, options.bytesHeld);
    }

    /// Gives held blocks back until no more than that are left; whether there was any.
    private boolean evict(int mostBlocks, long mostBytes) {
        boolean any = false;
        CheckedBlock leaver;
        while ((leaver = shadow.leaver(mostBlocks, mostBytes)) != null) {
            inner.deallocate(leaver.base(), leaver.bytes, leaver.alignment);
            any = true;
        }
        return any;
    }

    // ---- blocks change ----

    /// Moves the block, so that whoever keeps the old address is found out. Only a shrinking one
    /// for which there is no room elsewhere stays.
    @Override
    public final long reallocate(long address, long size, long alignment, long newSize) {
        Layout.checkAlignment(alignment);
        checkOpen();
        if (address == NULL) return allocate(newSize, alignment);
        CheckedBlock block = shadow.live(address, size, alignment);
        return move(block, block.alignment, newSize);
    }

    final long move(CheckedBlock block, long alignment, long newSize) {
        block.check();
        long size = block.size();
        long moved = place(newSize, alignment, false);
        if (moved != NULL) {
            Memory.copy(block.address, moved, Math.min(size, newSize));
            retire(block.address, size, block.alignment);
        } else if (newSize >= 0 && newSize <= size) {
            shadow.shrink(block, newSize);
            moved = block.address;
        } else {
            return counted(NULL);
        }
        shadow.reallocated();
        return moved;
    }

    // ---- cold ----

    /// The live block that starts there, or an error.
    final CheckedBlock live(long address) {
        return shadow.live(address);
    }

    private Stack stack() {
        return options.stacks ? Stack.here() : null;
    }

    final void checkOpen() {
        if (closed) throw new IllegalStateException("heap is closed, expected an open one");
    }

    @Override
    public final AllocatorStats stats() {
        checkOpen();
        return shadow.stats(inner.stats());
    }

    /// Gives back all blocks that are held, and what the wrapped allocator can.
    @Override
    public final long trim() {
        checkOpen();
        evict(0, 0);
        return inner.trim();
    }

    @Override
    public final boolean owns(long address) {
        checkOpen();
        return inner.owns(address);
    }

    @Override
    public final boolean threadSafe() {
        return inner.threadSafe();
    }

    @Override
    public final void walk(BlockVisitor visitor) {
        checkOpen();
        inner.walk(new CheckedWalk(shadow.inAddressOrder(), visitor));
    }

    /// Looks at every live and held block, then at the wrapped allocator.
    @Override
    public final void verify() {
        checkOpen();
        shadow.check();
        inner.verify();
    }

    /// Looks at every live and held block a last time; the wrapped allocator is closed in any case.
    @Override
    public final void close() {
        if (closed) return;
        try {
            shadow.check();
        } finally {
            closed = true;
            inner.close();
        }
    }
}
