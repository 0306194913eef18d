package org.allod.ffm;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;
import org.allod.Strays;
import org.allod.memory.Memory;

/// An allocator and the blocks that one arena has of it.
///
/// It knows no session, so that what the collector runs after an automatic arena's end may hold it.
/// Threads: [#take] and [#giveBack] as the allocator; the others are the caller's to order.
final class Blocks {
    /// Up to here a block is zeroed by single stores. Derived: 20 words and what is left over.
    private static final long SMALL_MAX = 167;

    /// Above, the allocator zeroes: it spares fresh pages. That pays from a page on; below, some
    /// pass their caches by for it (ptmalloc's, as glibc's `calloc`: 15 ns).
    private static final long MEDIUM_MAX = 4096;

    private final Allocator allocator;
    private final BlockList list = new BlockList();

    /// Allocations of blocks that are not in the list any more.
    private long gone;

    private long resets;

    Blocks(Allocator allocator) {
        this.allocator = allocator;
    }

    /// The allocator, if any thread may use it.
    ///
    /// @throws IllegalArgumentException if not
    static Allocator threadSafe(Allocator allocator) {
        if (allocator.threadSafe()) return allocator;
        throw new IllegalArgumentException(
                "allocator.threadSafe()=false, expected true: see LockedAllocator");
    }

    /// A zeroed block, not yet in the list.
    ///
    /// @throws IllegalArgumentException if `bytes` is negative or `alignment` no power of two
    /// @throws IllegalStateException if the allocator is closed
    /// @throws HeapExhaustedException if there is no room
    long take(long bytes, long alignment) {
        return take(allocator, bytes, alignment);
    }

    /// Words stored one by one, from the last to the first: no loop, and more than the 325 bytes of
    /// code up to which HotSpot (`FreqInlineSize`) moves a method into its callers. So the
    /// allocator's path stays in here, and what is around it, arena, session and segment, stays
    /// small enough to be moved into the user's code, where it makes no objects. Static: no object
    /// has to exist for its sake. Measured: `docs/decisions/0021`.
    @SuppressWarnings("fallthrough")
    private static long take(Allocator allocator, long bytes, long alignment) {
        if (bytes < 0 || bytes > SMALL_MAX) return takeLarge(allocator, bytes, alignment);
        long address = allocator.allocate(bytes, alignment);
        if (address == Allocator.NULL) return takeAgain(allocator, bytes, alignment);
        if (bytes >= Long.BYTES) Memory.putLong(address + bytes - Long.BYTES, 0);
        switch ((int) bytes >>> 3) {
            case 20:
                Memory.putLong(address + 152, 0);
            case 19:
                Memory.putLong(address + 144, 0);
            case 18:
                Memory.putLong(address + 136, 0);
            case 17:
                Memory.putLong(address + 128, 0);
            case 16:
                Memory.putLong(address + 120, 0);
            case 15:
                Memory.putLong(address + 112, 0);
            case 14:
                Memory.putLong(address + 104, 0);
            case 13:
                Memory.putLong(address + 96, 0);
            case 12:
                Memory.putLong(address + 88, 0);
            case 11:
                Memory.putLong(address + 80, 0);
            case 10:
                Memory.putLong(address + 72, 0);
            case 9:
                Memory.putLong(address + 64, 0);
            case 8:
                Memory.putLong(address + 56, 0);
            case 7:
                Memory.putLong(address + 48, 0);
            case 6:
                Memory.putLong(address + 40, 0);
            case 5:
                Memory.putLong(address + 32, 0);
            case 4:
                Memory.putLong(address + 24, 0);
            case 3:
                Memory.putLong(address + 16, 0);
            case 2:
                Memory.putLong(address + 8, 0);
            case 1:
                Memory.putLong(address, 0);
                break;
            default:
                for (long at = bytes; at > 0; ) Memory.putByte(address + --at, (byte) 0);
        }
        return address;
    }

    /// Gives back a block that is not in the list.
    void giveBack(long address, long bytes, long alignment) {
        allocator.deallocate(address, bytes, alignment);
    }

    /// Adds a taken block to the list; gives it back if that cannot be.
    void add(long address, long bytes, long alignment) {
        try {
            list.add(address, bytes, alignment);
        } catch (OutOfMemoryError | ArithmeticException noRoomInJavaHeap) {
            giveBack(address, bytes, alignment);
            throw noRoomInJavaHeap;
        }
    }

    /// Frees all and forgets them. Where the allocator was closed before, nothing is left to free.
    void freeAll() {
        gone += list.count();
        list.freeAll(allocator);
    }

    /// As [#freeAll], later, by who has the allocator: this does not hold it.
    Consumer<Allocator> leftBehind() {
        return list::freeAll;
    }

    void countReset() {
        resets++;
    }

    // ---- cold ----

    private static long takeLarge(Allocator allocator, long bytes, long alignment) {
        if (bytes < 0) throw negative(bytes);
        long address = takeOnce(allocator, bytes, alignment);
        return address != Allocator.NULL ? address : takeAgain(allocator, bytes, alignment);
    }

    private static long takeAgain(Allocator allocator, long bytes, long alignment) {
        if (Strays.of(allocator).drain() > 0) {
            long address = takeOnce(allocator, bytes, alignment);
            if (address != Allocator.NULL) return address;
        }
        throw new HeapExhaustedException(bytes, alignment);
    }

    private static long takeOnce(Allocator allocator, long bytes, long alignment) {
        if (bytes > MEDIUM_MAX) {
            return bytes < BlockList.SIZE_LIMIT
                    ? allocator.allocateZeroed(bytes, alignment)
                    : tooLarge(alignment);
        }
        long address = allocator.allocate(bytes, alignment);
        if (address != Allocator.NULL) Memory.fill(address, bytes, (byte) 0);
        return address;
    }

    private static long tooLarge(long alignment) {
        Layout.checkAlignment(alignment);
        return Allocator.NULL;
    }

    /// Position of the block that is `segment`.
    ///
    /// @param scope of the arena now
    int find(MemorySegment segment, MemorySegment.Scope scope) {
        if (!segment.isNative()) {
            throw wrong(segment, "a segment of this arena, not an array");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException(
                    text(segment, "one of the arena's session, not of one that has ended"));
        }
        int position = segment.scope().equals(scope) ? list.find(segment.address()) : -1;
        if (position < 0) throw noBlock(segment.address());
        long size = list.size(position);
        if (size != segment.byteSize()) {
            throw wrong(segment, "all of the block of " + size + " B");
        }
        return position;
    }

    /// Frees the block at `position`.
    void free(int position) {
        long address = list.address(position);
        long size = list.size(position);
        long alignment = list.alignment(position);
        list.remove(position);
        gone++;
        allocator.deallocate(address, size, alignment);
    }

    /// Frees the block that starts at `address`.
    void free(long address) {
        if (address == Allocator.NULL) return;
        int position = list.find(address);
        if (position < 0) throw noBlock(address);
        free(position);
    }

    /// Resizes the block at `position`; what is added is zero.
    ///
    /// @return its address
    long resize(int position, long newBytes) {
        if (newBytes < 0) throw negative(newBytes);
        long address = list.address(position);
        long size = list.size(position);
        long alignment = list.alignment(position);
        long moved = resized(address, size, alignment, newBytes);
        if (moved == Allocator.NULL && Strays.of(allocator).drain() > 0) {
            moved = resized(address, size, alignment, newBytes);
        }
        if (moved == Allocator.NULL) throw new HeapExhaustedException(newBytes, alignment);
        list.replace(position, moved, newBytes);
        if (newBytes > size) Memory.fill(moved + size, newBytes - size, (byte) 0);
        return moved;
    }

    private long resized(long address, long size, long alignment, long newBytes) {
        if (newBytes >= BlockList.SIZE_LIMIT) return Allocator.NULL;
        return allocator.reallocate(address, size, alignment, newBytes);
    }

    ArenaStats stats() {
        long bytes = 0;
        int count = list.count();
        for (int position = 0; position < count; position++) bytes += list.size(position);
        return new ArenaStats(count, bytes, gone + count, resets);
    }

    private static IllegalArgumentException negative(long bytes) {
        return new IllegalArgumentException("bytes=" + bytes + ", expected at least 0");
    }

    private static IllegalArgumentException wrong(MemorySegment segment, String expected) {
        return new IllegalArgumentException(text(segment, expected));
    }

    private static String text(MemorySegment segment, String expected) {
        return "segment=0x%x+%d, expected %s"
                .formatted(segment.address(), segment.byteSize(), expected);
    }

    private static CorruptHeapError noBlock(long address) {
        return new CorruptHeapError(
                "Arena", address, "no live block of this arena starts there: freed twice?");
    }
}
