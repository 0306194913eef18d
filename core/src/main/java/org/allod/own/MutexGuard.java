package org.allod.own;

import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;

/// The right to the value in a [Mutex], and so the lock: closing it unlocks.
///
/// Threads: the one that locked; others get a [WrongThreadException].
///
/// Source: Rust's `sync::MutexGuard`.
///
/// @param <T> of the value
public final class MutexGuard<T extends @MustCallUnknown Object> extends Guard<T> {

    MutexGuard(Mutex<T> mutex, Type<T> type) {
        super(mutex, type, GUARD);
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
        return Mutex.valueOffset(type);
    }

    @Override
    void release() {
        MutexWord.unlock(block);
    }

    @Override
    String name() {
        return "MutexGuard<" + type + ">";
    }
}
