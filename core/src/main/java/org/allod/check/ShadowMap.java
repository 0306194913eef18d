package org.allod.check;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.CorruptHeapError;

/// All that a [CheckedAllocator] knows: live blocks, held ones, and how many there were.
///
/// ```
///   blocks: address ──► live block
///                   ──► held block ◄── held: first to leave ... last to leave
/// ```
///
/// Any thread, locks; the wrapped allocator is asked under the lock only whose an address is.
final class ShadowMap {
    private final Allocator owner;
    private final boolean alignmentCounts;
    private final ReentrantLock lock = new ReentrantLock();

    /// Live and held blocks by address.
    private final Map<Long, CheckedBlock> blocks = new HashMap<>();

    /// Freed ones; the first leaves next.
    private final ArrayDeque<CheckedBlock> held = new ArrayDeque<>();

    private long bytesHeld;
    private long bytesUsed;
    private long bytesRequested;
    private long allocations;
    private long frees;
    private long reallocations;
    private long failures;

    /// @param owner tells foreign addresses
    /// @param alignmentCounts whether a free must name the alignment
    ShadowMap(Allocator owner, boolean alignmentCounts) {
        this.owner = owner;
        this.alignmentCounts = alignmentCounts;
    }

    // ---- a block's life ----

    /// A block is born.
    ///
    /// @throws CorruptHeapError if it is off its alignment, or one starts there already
    void add(CheckedBlock block) {
        if ((block.address & (block.alignment - 1)) != 0) {
            throw block.error("the wrapped allocator placed " + block + " off its alignment");
        }
        lock.lock();
        try {
            CheckedBlock other = blocks.putIfAbsent(block.address, block);
            if (other != null) throw other.error("the wrapped allocator gave out again " + other);
            allocations++;
            bytesRequested += block.size();
            bytesUsed += block.usable();
        } finally {
            lock.unlock();
        }
    }

    /// The live block that starts there.
    ///
    /// @throws CorruptHeapError if there is none
    CheckedBlock live(long address) {
        lock.lock();
        try {
            return find(address);
        } finally {
            lock.unlock();
        }
    }

    /// The live block that starts there and has that layout.
    ///
    /// @throws CorruptHeapError if there is none
    CheckedBlock live(long address, long size, long alignment) {
        CheckedBlock block = live(address);
        block.checkLayout(size, alignment, alignmentCounts);
        return block;
    }

    /// A live block stays where it is and gets smaller.
    void shrink(CheckedBlock block, long newSize) {
        lock.lock();
        try {
            bytesRequested -= block.size() - newSize;
            bytesUsed -= block.usable();
            block.shrink(newSize);
            bytesUsed += block.usable();
        } finally {
            lock.unlock();
        }
    }

    /// A live block is freed and held.
    ///
    /// @param stack of the free, or null
    /// @param bytesMost a block with more is the next to leave
    /// @throws CorruptHeapError if there is none of that layout, or its canaries are smashed
    void retire(long address, long size, long alignment, Stack stack, long bytesMost) {
        lock.lock();
        try {
            CheckedBlock block = find(address);
            block.checkLayout(size, alignment, alignmentCounts);
            block.check();
            block.retire(stack);
            if (block.usable() > bytesMost) held.addFirst(block);
            else held.addLast(block);
            bytesHeld += block.usable();
            bytesRequested -= block.size();
            bytesUsed -= block.usable();
            frees++;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets the next held block to leave, if there are more than these many or bytes of them.
    ///
    /// @return the block, for the wrapped allocator to free, or null
    /// @throws CorruptHeapError if it was written to; then it stays
    CheckedBlock leaver(int blocksMost, long bytesMost) {
        lock.lock();
        try {
            if (held.size() <= blocksMost && bytesHeld <= bytesMost) return null;
            CheckedBlock leaver = held.getFirst();
            leaver.check();
            held.removeFirst();
            bytesHeld -= leaver.usable();
            blocks.remove(leaver.address);
            return leaver;
        } finally {
            lock.unlock();
        }
    }

    // ---- cold ----

    private CheckedBlock find(long address) {
        CheckedBlock block = blocks.get(address);
        if (block == null) throw noBlock(address);
        if (block.isFreed()) throw block.freedTwice();
        return block;
    }

    private CorruptHeapError noBlock(long address) {
        for (CheckedBlock block : blocks.values()) {
            if (block.contains(address)) return block.freedInside(address);
        }
        return new CorruptHeapError(
                CheckedAllocator.NAME,
                address,
                owner.owns(address)
                        ? "no block starts there, expected a live one: never allocated, or freed"
                                + " before the last "
                                + held.size()
                                + " frees"
                        : "foreign, expected a block of this heap");
    }

    /// Counts a request without an answer.
    void failed() {
        lock.lock();
        try {
            failures++;
        } finally {
            lock.unlock();
        }
    }

    /// Counts a reallocation.
    void reallocated() {
        lock.lock();
        try {
            reallocations++;
        } finally {
            lock.unlock();
        }
    }

    /// Looks at every block.
    ///
    /// @throws CorruptHeapError if one was smashed, written to after its free, or meets another
    void check() {
        lock.lock();
        try {
            CheckedBlock before = null;
            for (CheckedBlock block : inAddressOrder()) {
                if (before != null && before.contains(block.base())) {
                    throw block.error("the wrapped allocator let " + block + " meet " + before);
                }
                block.check();
                before = block;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Live and held blocks.
    List<CheckedBlock> inAddressOrder() {
        lock.lock();
        try {
            return blocks.values().stream()
                    .sorted(Comparator.comparingLong(CheckedBlock::base))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /// The wrapped allocator's numbers, as the callers of the checked one see them.
    AllocatorStats stats(AllocatorStats all) {
        lock.lock();
        try {
            return AllocatorStats.builder()
                    .live(bytesRequested, bytesUsed)
                    .pages(all.held(), all.peakHeld(), all.reserved())
                    .tables(all.metadata(), all.peakCommitted())
                    .cached(all.blocksCached() + held.size(), all.bytesCached() + bytesHeld)
                    .calls(allocations, frees, reallocations, failures)
                    .build();
        } finally {
            lock.unlock();
        }
    }
}
