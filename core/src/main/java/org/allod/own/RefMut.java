package org.allod.own;

import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// The right to change the value in a [RefCell]. Nobody else has it.
///
/// Threads: that of the cell.
///
/// Source: Rust's `cell::RefMut`.
///
/// @param <T> of the value
public final class RefMut<T extends @MustCallUnknown Object> extends Guard<T> {

    RefMut(RefCell<T> cell, Type<T> type) {
        super(cell, type, GUARD);
    }

    /// Moves another value in and drops the one that was there.
    public void set(@Owning T value) {
        setValue(value);
    }

    /// Moves another value in.
    ///
    /// @return the one that was there; an owner is the caller's now
    public T replace(@Owning T value) {
        return replaceValue(value);
    }

    @Override
    long valueOffset() {
        return RefCell.valueOffset(type);
    }

    @Override
    void release() {
        RefCell.released(block);
    }

    @Override
    String name() {
        return "RefMut<" + type + ">";
    }
}
