package org.allod.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.allod.Allocator;
import org.allod.AllocatorStats;
import org.allod.BlockVisitor;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Region;
import org.allod.Strays;
import org.allod.ffm.HeapArena;
import org.allod.memory.Memory;
import org.allod.own.Leak;
import org.allod.own.Tracing;

/// Memory outside the garbage-collected heap, in segments with bounds that are freed one by one.
///
/// ```java
/// try (Heap heap = Heap.open()) {
///     MemorySegment numbers = heap.allocate(800);
///     numbers.setAtIndex(ValueLayout.JAVA_LONG, 99, 42);
///     heap.free(numbers);
/// }
/// ```
///
/// New segments are zero, as the JDK's are, but for [#allocateUninitialized]. Being a
/// [SegmentAllocator], a heap also makes strings and arrays: `heap.allocateFrom("text")`.
///
/// **The end.** [#close] gives everything back. From then on each segment and each method throws
/// [IllegalStateException]. Blocks that are still live are told to the builder's `onLeak`: by
/// default one warning for each allocation site goes to the [System.Logger] `org.allod.heap`. As
/// long as a segment is reachable its memory is not unmapped, whether the heap is or not.
///
/// **Misuse.** [#free] takes exactly what `allocate` returned: a part of it is an
/// [IllegalArgumentException], what is not live any more or belongs to somebody else a
/// [CorruptHeapError]. Not found: use of one segment after its own `free`;
/// [HeapBuilder#checked] finds writes.
///
/// Cost beside the allocator's: 0.1 us and 130 B of Java heap a segment. Any thread, locks as the
/// allocator does: by default none that another thread holds, as long as the caller's cache has a
/// block. Virtual threads are not pinned. A close waits for calls that are under way.
public final class Heap implements SegmentAllocator, AutoCloseable {

    /// What a heap remembers of each block.
    public enum Tracking {
        /// Its size.
        OFF,
        /// And the stack that allocated it: about 2 us more a block.
        SITES
    }

    private final Region region;
    private final Allocator allocator;

    /// What others get of it: the same, or a view that writes into the ledger.
    private final Allocator handedOut;

    private final Strays strays;
    private final Ledger ledger;
    private final Consumer<? super LeakReport> onLeak;

    /// The segments' lifetime.
    private final Arena session = Arena.ofShared();

    /// Read: a call is under way. Written once: by the close, which keeps it for ever.
    private final StampedLock gate = new StampedLock();

    private final AtomicBoolean closing = new AtomicBoolean();

    Heap(
            Region region,
            Allocator allocator,
            Tracking tracking,
            Consumer<? super LeakReport> onLeak) {
        this.region = region;
        this.allocator = allocator;
        this.ledger = new Ledger(tracking == Tracking.SITES);
        this.handedOut =
                tracking == Tracking.SITES ? TrackedAllocator.of(allocator, ledger) : allocator;
        this.strays = Strays.of(handedOut);
        this.onLeak = onLeak;
        Memory.keepReachable(allocator, session);
    }

    /// A heap for any thread that takes what memory it needs, from 16 GiB of address space: see
    /// [org.allod.jemalloc.JeMalloc].
    public static Heap open() {
        return builder().open();
    }

    /// Chooses what [#open] leaves to its defaults.
    public static HeapBuilder builder() {
        return new HeapBuilder();
    }

    // ---- segments ----

    /// A zeroed segment, aligned to 16 bytes.
    ///
    /// @param bytes its size, at least 0
    /// @throws IllegalArgumentException if `bytes` is negative
    /// @throws HeapExhaustedException if there is no room
    @Override
    public MemorySegment allocate(long bytes) {
        return allocate(bytes, Layout.DEFAULT_ALIGNMENT);
    }

    /// A zeroed segment.
    ///
    /// @param bytes its size, at least 0
    /// @param alignment of its address, a power of two
    /// @throws IllegalArgumentException if `bytes` is negative or `alignment` no power of two
    /// @throws HeapExhaustedException if there is no room
    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        checkBytes(bytes);
        long stamp = enter();
        try {
            strays.drain();
            return segment(allocator.allocateZeroed(bytes, alignment), bytes, alignment);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// As [#allocate(long, long)], but with whatever was in the memory: for those that write all of
    /// it at once. Cheaper by the zeroing, about 0.1 us a 4 KiB.
    public MemorySegment allocateUninitialized(long bytes, long alignment) {
        checkBytes(bytes);
        long stamp = enter();
        try {
            strays.drain();
            return segment(allocator.allocate(bytes, alignment), bytes, alignment);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Resizes a segment; the contents stay, what is added is zero.
    ///
    /// @param segment exactly as allocated; must not be used any more, unless this throws
    /// @param newBytes its new size, at least 0
    /// @return the segment that takes its place, with the same alignment
    /// @throws IllegalArgumentException if `newBytes` is negative; otherwise as [#free]
    /// @throws HeapExhaustedException if there is no room; the old segment is as it was
    public MemorySegment reallocate(MemorySegment segment, long newBytes) {
        checkBytes(newBytes);
        long stamp = enter();
        try {
            Ledger.Block block = ledger.take(segment, allocator);
            long old = block.size();
            long address =
                    allocator.reallocate(segment.address(), old, block.alignment(), newBytes);
            if (address == Allocator.NULL) ledger.putBack(segment.address(), block);
            MemorySegment moved = segment(address, newBytes, block.alignment());
            if (newBytes > old) moved.asSlice(old).fill((byte) 0);
            return moved;
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Gives a segment back. It must not be used any more.
    ///
    /// @param segment exactly as allocated, neither a part nor more of it
    /// @throws IllegalArgumentException if it is an array, or a part of a live segment
    /// @throws CorruptHeapError if it was freed before or is none of this heap's
    public void free(MemorySegment segment) {
        long stamp = enter();
        try {
            Ledger.Block block = ledger.take(segment, allocator);
            allocator.deallocate(segment.address(), block.size(), block.alignment());
        } finally {
            gate.unlockRead(stamp);
        }
    }

    private MemorySegment segment(long address, long bytes, long alignment) {
        if (address == Allocator.NULL) throw exhausted(bytes, alignment);
        ledger.add(address, bytes, alignment);
        return Memory.segment(address, bytes, session);
    }

    // ---- arenas ----

    /// An arena for the calling thread: many segments, freed together.
    ///
    /// Close it before the heap; what lives in it until then is a leak to [#close].
    ///
    /// @throws IllegalStateException if the heap is closed
    public HeapArena arena() {
        checkOpen();
        return HeapArena.confined(handedOut);
    }

    /// An arena whose segments any thread may use, and which any thread may close.
    ///
    /// @throws IllegalStateException if the heap is closed
    public HeapArena sharedArena() {
        checkOpen();
        return HeapArena.shared(handedOut);
    }

    /// An arena for any thread whose blocks come back some time after it and all of its segments
    /// have become unreachable.
    ///
    /// @throws IllegalStateException if the heap is closed
    public HeapArena autoArena() {
        checkOpen();
        return HeapArena.auto(handedOut);
    }

    // ---- looking ----

    /// What it holds and has done.
    public AllocatorStats stats() {
        long stamp = enter();
        try {
            return allocator.stats();
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// All live blocks by allocation site, most bytes first: what [#close] would report now.
    ///
    /// With [Tracking#OFF] that is one line of an unknown site.
    public List<LeakReport> live() {
        long stamp = enter();
        try {
            return ledger.reports(allocator.stats(), owners());
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Shows every byte of the heap. The visitor must not call the heap; nobody else may meanwhile.
    public void walk(BlockVisitor visitor) {
        long stamp = enter();
        try {
            allocator.walk(visitor);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Checks every invariant. Nobody else may use the heap meanwhile.
    ///
    /// @throws CorruptHeapError naming the first broken one
    public void verify() {
        long stamp = enter();
        try {
            allocator.verify();
        } finally {
            gate.unlockRead(stamp);
        }
    }

    // ---- bounds, trim, end ----

    /// Frees the blocks of owners that were collected without having been closed ([Strays]), and
    /// gives memory that nobody uses back to the operating system.
    ///
    /// @return bytes given back
    public long trim() {
        long stamp = enter();
        try {
            strays.drain();
            return allocator.trim();
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Bounds the bytes of pages that the heap may hold. What is above that stays until freed.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative
    public void limit(long bytes) {
        long stamp = enter();
        try {
            region.limit(bytes);
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// The allocator beneath, for work by address: two longs instead of a segment, and no garbage.
    ///
    /// Its blocks count as leaks, too; their sites are known with [Tracking#SITES], and without it
    /// those of an [org.allod.own.Owner]: see [Tracing]. Close the heap, not the allocator.
    public Allocator allocator() {
        long stamp = enter();
        try {
            return handedOut;
        } finally {
            gate.unlockRead(stamp);
        }
    }

    /// Gives all memory back and reports what was still live. Twice is once.
    ///
    /// Waits for calls that are under way; not to be called from a visitor.
    ///
    /// @throws IllegalStateException if native code is using a segment; the heap stays open then
    /// @throws CorruptHeapError if a checked heap was written to where it should not
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) return;
        long stamp = gate.writeLock();
        try {
            session.close();
        } catch (IllegalStateException inUse) {
            gate.unlockWrite(stamp);
            closing.set(false);
            throw inUse;
        }
        List<LeakReport> leaks = List.of();
        try {
            strays.drain();
            leaks = ledger.reports(allocator.stats(), owners());
        } finally {
            strays.close();
            closeAndReport(leaks);
        }
    }

    // ---- cold ----

    /// The owners in this heap that nobody has closed, as far as they are watched; none where the
    /// ledger knows each of their blocks.
    private List<Leak> owners() {
        if (handedOut != allocator) return List.of();
        try {
            region.checkAlive();
        } catch (IllegalStateException gone) {
            return List.of(); // the segment of a fixed region was closed: nothing can be read
        }
        return Tracing.live(allocator);
    }

    private void closeAndReport(List<LeakReport> leaks) {
        try {
            allocator.close();
        } finally {
            leaks.forEach(onLeak);
        }
    }

    /// The right to use the heap until the stamp is given back.
    private long enter() {
        long stamp = closing.get() ? 0 : gate.tryReadLock();
        if (stamp == 0) throw closed();
        return stamp;
    }

    private void checkOpen() {
        if (closing.get()) throw closed();
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("heap is closed, expected an open one");
    }

    private static void checkBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + ", expected at least 0");
        }
    }

    private HeapExhaustedException exhausted(long bytes, long alignment) {
        return new HeapExhaustedException(
                bytes,
                alignment,
                "no room: %d B committed, at most %d of %d"
                        .formatted(
                                region.committed(),
                                Math.min(region.limit(), region.bytes()),
                                region.bytes()));
    }
}
