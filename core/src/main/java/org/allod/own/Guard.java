package org.allod.own;

import org.allod.Allocator;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.NotOwning;

/// The right to the value in a [RefCell] or [Mutex], until it is closed.
///
/// While it is open, the cell and all that it was taken through can be looked at, but not changed,
/// moved or closed.
///
/// @param <T> of the value
public abstract class Guard<T extends @MustCallUnknown Object> extends Lender {
    final Type<T> type;

    /// Of the block of the cell; 0 once closed.
    long block;

    Guard(Owner cell, Type<T> type, int kind) {
        super(cell.allocator);
        this.type = type;
        this.block = cell.address;
        guard(cell, kind);
    }

    /// Where the value lies in the block.
    abstract long valueOffset();

    /// Gives the cell free again.
    abstract void release();

    /// The value: a copy, or of an owner a borrow, good until this is closed.
    ///
    /// @return never null, unless the type is nullable
    @NotOwning
    public final T get() {
        check();
        return type.read(this, block + valueOffset());
    }

    /// Gives the cell free again. Does nothing the second time.
    @Override
    public final void close() {
        if (isEnded()) return;
        checkNoGuard();
        release();
        unguard();
    }

    @Override
    final void forget() {
        block = Allocator.NULL;
    }

    // ---- for those that may change the value ----

    final void setValue(T value) {
        checkChange();
        Place.set(this, type, block + valueOffset(), value);
    }

    final T replaceValue(T value) {
        checkChange();
        return Place.replace(this, type, block + valueOffset(), value);
    }
}
