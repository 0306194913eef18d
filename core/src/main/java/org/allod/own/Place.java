package org.allod.own;

import java.lang.foreign.MemorySegment;
import org.allod.Allocator;
import org.allod.HeapExhaustedException;

/// What owners of one value do with it, wherever it lies.
final class Place {
    private Place() {}

    /// A block, or the exception that every owner throws where there is none.
    static long allocate(Allocator allocator, long size, long alignment) {
        long address = allocator.allocate(size, alignment);
        if (address == Allocator.NULL) throw new HeapExhaustedException(size, alignment);
        return address;
    }

    /// The address of a block that has left its owner.
    ///
    /// @throws IllegalArgumentException if it is not the allocator's, or not of the type's layout
    static long raw(Allocator allocator, Type<?> type, MemorySegment block) {
        long address = block.address();
        if (!block.isNative() || block.byteSize() != type.size()) {
            throw bad(block, "native, of " + type.size() + " B, a " + type);
        }
        if ((address & type.alignment() - 1) != 0 || !allocator.owns(address)) {
            throw bad(block, "a block of the allocator, aligned to " + type.alignment());
        }
        return address;
    }

    private static IllegalArgumentException bad(MemorySegment block, String expected) {
        return new IllegalArgumentException(
                "block=0x%x+%d, expected %s"
                        .formatted(block.address(), block.byteSize(), expected));
    }

    /// Moves a value in, then drops the one that was there.
    ///
    /// @param home has been checked
    static <T> void set(Lender home, Type<T> type, long address, T value) {
        type.check(home, value);
        if (type.isOwner()) setOwner(home, type, address, value);
        else type.write(home, address, value);
    }

    /// The old one is taken out first: it is unlinked when it is dropped, and its drop may fail.
    private static <T> void setOwner(Lender home, Type<T> type, long address, T value) {
        T old = replaceChecked(home, type, address, value);
        Drops.dropTaken(type, old);
    }

    /// Moves a value in.
    ///
    /// @param home has been checked
    /// @return the value that was there
    static <T> T replace(Lender home, Type<T> type, long address, T value) {
        type.check(home, value);
        return replaceChecked(home, type, address, value);
    }

    private static <T> T replaceChecked(Lender home, Type<T> type, long address, T value) {
        T old = type.take(home, address);
        home.changed();
        type.write(home, address, value);
        return old;
    }
}
