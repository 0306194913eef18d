package org.allod.own;

import org.allod.Allocator;
import org.allod.HeapExhaustedException;
import org.allod.memory.Memory;

/// An owner of one block with room for more elements than are in it.
///
/// ```
///   address ─► │ element 0 │ ... │ element length - 1 │ room up to capacity │
///
///   inline: 24 B, │ address │ length │ capacity │
/// ```
/// The room doubles when it is used up, by `reallocate`: in place where the allocator can. So `n`
/// pushes cost O(n), and move elements O(log n) times. An empty one has no block at all.
///
/// Guaranteed: that nothing moves while the length stays within the capacity. Not guaranteed: by
/// how much it grows.
public abstract sealed class Room extends Owner permits Run, Text, VecDeque {
    /// Words of the inline form.
    static final int WORDS = 3;

    /// Bytes of the first block. Source: Rust's `RawVec` starts with 4 elements of a usual size.
    static final long FIRST_BYTES = 32;

    /// No address and no length reaches these: with them the JIT sees that a sum of the two stays
    /// positive, and drops the bounds test of [Memory]. Random access got 10 % faster.
    static final long ADDRESSES = (1L << 62) - 1;

    static final long LENGTHS = (1L << 48) - 1;

    /// Bytes from one element to the next.
    final long stride;

    /// Of the block.
    final long alignment;

    /// Elements that fit into the block.
    long capacity;

    Room(Allocator allocator, long stride, long alignment) {
        super(allocator);
        this.stride = stride;
        this.alignment = alignment;
    }

    /// Elements that fit before it grows.
    public final long capacity() {
        check();
        return Math.max(capacity - spare(), 0);
    }

    /// Makes room for so many elements more, and for as many again as it has.
    ///
    /// @throws IllegalArgumentException if `additional` is negative
    /// @throws HeapExhaustedException if there is no room; all is as it was
    public final void reserve(long additional) {
        checkChange();
        atLeastZero("additional", additional);
        if (additional > capacity - spare() - length) {
            grow(length + additional + spare());
            changed();
        }
    }

    /// Gives back the room that is not used.
    ///
    /// @throws HeapExhaustedException if the allocator finds no room for the smaller block; all is
    ///     as it was
    public final void shrinkToFit() {
        checkChange();
        long needed = length == 0 ? 0 : length + spare();
        if (needed == capacity) return;
        resize(needed);
        changed();
    }

    // ---- for those that extend it ----

    /// Elements of the block that are never used as such.
    long spare() {
        return 0;
    }

    /// Address of an element; the index is not checked.
    final long at(long index) {
        return address + index * stride;
    }

    /// Room for `least` elements and more. To be called before anything is changed.
    ///
    /// @param least elements; negative: too many to be counted
    final void grow(long least) {
        if (least < 0) throw exhausted(least);
        long wanted = Math.max(least, Math.max(FIRST_BYTES / stride, 2 * capacity));
        resize(Math.max(wanted, 1));
    }

    /// Another block for so many elements; 0 for none.
    void resize(long elements) {
        if (elements == 0) {
            if (address != Allocator.NULL) allocator.deallocate(address, bytes(), alignment);
            address = Allocator.NULL;
            capacity = 0;
        } else {
            allocate(elements);
        }
    }

    /// A block for so many elements, with those that are there.
    final void allocate(long elements) {
        long size = elements * stride;
        if (Math.unsignedMultiplyHigh(elements, stride) != 0 || size < 0) throw exhausted(elements);
        long fresh =
                address == Allocator.NULL
                        ? allocator.allocate(size, alignment)
                        : allocator.reallocate(address, bytes(), alignment, size);
        if (fresh == Allocator.NULL) throw new HeapExhaustedException(size, alignment);
        address = fresh;
        capacity = elements;
    }

    private HeapExhaustedException exhausted(long elements) {
        String why = "elements=" + Long.toUnsignedString(elements) + " of " + stride + " B";
        return new HeapExhaustedException(Long.MAX_VALUE, alignment, why);
    }

    /// Of the block.
    final long bytes() {
        return capacity * stride;
    }

    static void atLeastZero(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + ", expected at least 0");
        }
    }

    // ---- words ----

    @Override
    void load(long slot) {
        address = Memory.getLong(slot);
        length = Memory.getLong(slot + Long.BYTES);
        capacity = Memory.getLong(slot + 2 * Long.BYTES);
    }

    @Override
    void store(long slot) {
        Memory.putLong(slot, address);
        Memory.putLong(slot + Long.BYTES, length);
        Memory.putLong(slot + 2 * Long.BYTES, capacity);
    }

    @Override
    void become(Owner other) {
        Room room = (Room) other;
        address = room.address;
        length = room.length;
        capacity = room.capacity;
    }

    @Override
    void forget() {
        super.forget();
        capacity = 0;
    }

    @Override
    void drop(Drops drops) {
        if (address != Allocator.NULL) drops.free(address, bytes(), alignment);
    }
}
