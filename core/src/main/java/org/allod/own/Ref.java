package org.allod.own;

import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// The right to look at the value in a [RefCell], as others may, too.
///
/// Threads: that of the cell.
///
/// Source: Rust's `cell::Ref`.
///
/// @param <T> of the value
public final class Ref<T extends @MustCallUnknown Object> extends Guard<T> {

    Ref(RefCell<T> cell, Type<T> type) {
        super(cell, type, SHARED_GUARD);
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
        return "Ref<" + type + ">";
    }
}
