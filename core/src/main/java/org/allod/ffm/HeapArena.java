package org.allod.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.CorruptHeapError;
import org.allod.HeapExhaustedException;
import org.allod.Layout;

/// A [java.lang.foreign.Arena] whose memory comes from an [Allocator], block by block.
///
/// ```java
/// try (HeapArena arena = heap.arena()) {
///     MemorySegment text = arena.allocateFrom("allod");
///     MemorySegment numbers = arena.allocate(ValueLayout.JAVA_LONG, 100);
///     numbers = arena.reallocate(numbers, 1_600);     // in place where there is room
///     arena.free(text);                               // early; the scope lives on
/// }
/// ```
///
/// | kind | ends by | used by |
/// |---|---|---|
/// | [#confined] | `close()` | the thread that opened it |
/// | [#shared] | `close()`, of any thread | any thread |
/// | [#auto] | the collector | any thread |
///
/// It keeps what `Arena` promises: zeroed segments of one scope, which after the end throw
/// [IllegalStateException] (another thread's use of a confined one: [WrongThreadException]); a
/// close that native code stands in the way of is refused and changes nothing; a second close is
/// an error. Beyond that: [#free], [#reallocate], [#reset], [#stats], and bare addresses.
///
/// **No room** is a [HeapExhaustedException], not the JDK's `OutOfMemoryError`: an allocator's
/// limit is its own affair, and handlers take that error for the end of the JVM.
///
/// **The heap beneath** must outlive the arena, but for safety: as long as a segment is alive the
/// memory under it stays mapped. Where the heap was closed first, segments read zeros and what is
/// written to them is lost; the arena still closes.
///
/// Not guaranteed: that using a segment after its own `free` or `reallocate` is noticed.
public sealed interface HeapArena extends Arena permits ConfinedArena, SharedArena, AutoArena {

    /// An arena for the calling thread alone; over an allocator that is not
    /// [Allocator#threadSafe] that has to be the allocator's thread.
    static HeapArena confined(Allocator allocator) {
        return new ConfinedArena(allocator);
    }

    /// An arena for any thread, closed by any thread.
    ///
    /// Once it has made a segment, its close and reset are a handshake with all threads of the JVM:
    /// 20 us and more, as with `Arena.ofShared()`. One that has handed out addresses only has
    /// nothing to tell them.
    ///
    /// @throws IllegalArgumentException if `allocator` is not [Allocator#threadSafe]
    static HeapArena shared(Allocator allocator) {
        return new SharedArena(Blocks.threadSafe(allocator));
    }

    /// An arena for any thread that ends some time after nobody can reach it or a segment of it.
    ///
    /// `close` and `reset` are an [UnsupportedOperationException]. The blocks come back by way of
    /// the allocator's [org.allod.Strays].
    ///
    /// @throws IllegalArgumentException if `allocator` is not [Allocator#threadSafe]
    static HeapArena auto(Allocator allocator) {
        return new AutoArena(Blocks.threadSafe(allocator));
    }

    // ---- segments ----

    /// A zeroed segment of this arena's scope, aligned to 16 bytes.
    ///
    /// The JDK's arenas align to 1 here; what is aligned to 16 satisfies that.
    ///
    /// @param bytes its size, at least 0
    /// @throws IllegalArgumentException if `bytes` is negative
    /// @throws IllegalStateException after the end
    /// @throws WrongThreadException if the arena is confined to another thread
    /// @throws HeapExhaustedException if there is no room
    @Override
    default MemorySegment allocate(long bytes) {
        return allocate(bytes, Layout.DEFAULT_ALIGNMENT);
    }

    /// A zeroed segment of this arena's scope. No two overlap.
    ///
    /// @param bytes its size, at least 0
    /// @param alignment of its address, a power of two
    /// @throws IllegalArgumentException if `bytes` is negative or `alignment` no power of two
    /// @throws IllegalStateException after the end
    /// @throws WrongThreadException if the arena is confined to another thread
    /// @throws HeapExhaustedException if there is no room
    @Override
    MemorySegment allocate(long bytes, long alignment);

    /// Resizes a segment; the contents stay, what is added is zero. In place where the allocator
    /// can.
    ///
    /// @param segment exactly as allocated; must not be used any more, unless this throws
    /// @param newBytes its new size, at least 0
    /// @return the segment that takes its place, with the same alignment
    /// @throws HeapExhaustedException if there is no room; the old segment is as it was
    /// @throws IllegalArgumentException if `newBytes` is negative; otherwise as [#free]
    MemorySegment reallocate(MemorySegment segment, long newBytes);

    /// Gives the memory of one segment back before the end.
    ///
    /// It must not be used any more, which nothing checks: its scope lives on. Cost: as the
    /// allocator; the last few blocks are found at once, others by a table that the first such call
    /// makes.
    ///
    /// @param segment exactly as allocated, neither a part nor more of it
    /// @throws IllegalArgumentException if it is an array, or a part of a live segment
    /// @throws CorruptHeapError if it was freed before or is none of this arena's
    /// @throws IllegalStateException after the end, and for a segment from before a [#reset]
    /// @throws WrongThreadException if the arena is confined to another thread
    void free(MemorySegment segment);

    // ---- addresses ----

    /// A zeroed block that ends with the arena as a segment does, but unchecked: a bare address,
    /// for native code and for those that bring their own bounds.
    ///
    /// @param bytes its size, at least 0; 0 acts as 1
    /// @param alignment a power of two
    /// @return the address, never [Allocator#NULL]
    /// @throws IllegalArgumentException if `bytes` is negative or `alignment` no power of two
    /// @throws IllegalStateException after the end
    /// @throws WrongThreadException if the arena is confined to another thread
    /// @throws HeapExhaustedException if there is no room
    long allocateAddress(long bytes, long alignment);

    /// Gives a block of [#allocateAddress] back before the end. [Allocator#NULL] does nothing.
    ///
    /// @throws CorruptHeapError if no block of this arena starts there
    /// @throws IllegalStateException after the end
    /// @throws WrongThreadException if the arena is confined to another thread
    void freeAddress(long address);

    // ---- the end ----

    /// The lifetime of all segments since the last [#reset].
    @Override
    MemorySegment.Scope scope();

    /// Starts anew: all segments so far throw from now on, all blocks go back.
    ///
    /// Cheaper than a new arena by what the arena has grown to remember its blocks.
    ///
    /// @throws IllegalStateException after the end, or if native code is using a segment; nothing
    ///     changes then
    /// @throws WrongThreadException if the arena is confined to another thread
    /// @throws UnsupportedOperationException if the arena is automatic
    void reset();

    /// Ends all segments and gives all blocks back. Twice is an error, as with the JDK's.
    ///
    /// @throws IllegalStateException after the end, or if native code is using a segment; nothing
    ///     changes then
    /// @throws WrongThreadException if the arena is confined to another thread
    /// @throws UnsupportedOperationException if the arena is automatic
    @Override
    void close();

    /// What it holds and has done. O(blocks).
    ///
    /// @throws IllegalStateException after the end
    /// @throws WrongThreadException if the arena is confined to another thread
    ArenaStats stats();
}
