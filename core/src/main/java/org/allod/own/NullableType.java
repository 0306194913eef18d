package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.allod.memory.Memory;

/// A value or null.
///
/// ```
///   a record, a primitive      │ 1 │ ... │ value │    one byte, then as C would align it; 0: null
///   an owner                   │ its words │          the first one is -1: null; no block is there
/// ```
///
/// @param <T> the value
final class NullableType<T> extends Type<T> {
    /// An address that no block has: not even aligned.
    private static final long NO_OWNER = -1;

    private final Type<T> some;

    /// Of the value; 0 where its own first word tells.
    private final long offset;

    NullableType(Type<T> some) {
        super(some.carrier(), layout(some.layout(), some instanceof OwnerType), some.isOwner());
        this.some = some;
        this.offset = some instanceof OwnerType ? 0 : some.alignment();
    }

    /// The layout of a value that may be missing.
    ///
    /// @param words whether it is an owner
    static MemoryLayout layout(MemoryLayout some, boolean words) {
        if (words) return some;
        MemoryLayout flag = ValueLayout.JAVA_BYTE.withName("present");
        MemoryLayout value = some.withName("value");
        long padding = some.byteAlignment() - 1;
        return padding == 0
                ? MemoryLayout.structLayout(flag, value)
                : MemoryLayout.structLayout(flag, MemoryLayout.paddingLayout(padding), value);
    }

    private boolean isNull(long address) {
        return offset == 0 ? Memory.getLong(address) == NO_OWNER : Memory.getByte(address) == 0;
    }

    @Override
    T read(Lender lender, long address) {
        return isNull(address) ? null : some.read(lender, address + offset);
    }

    @Override
    T take(Lender lender, long address) {
        return isNull(address) ? null : some.take(lender, address + offset);
    }

    @Override
    void check(Lender home, T value) {
        if (value != null) some.check(home, value);
    }

    @Override
    void write(Lender home, long address, T value) {
        if (offset != 0) Memory.putByte(address, (byte) (value == null ? 0 : 1));
        else if (value == null) Memory.putLong(address, NO_OWNER);
        if (value != null) some.write(home, address + offset, value);
    }

    @Override
    void drop(Drops drops, long address) {
        if (isOwner() && !isNull(address)) some.drop(drops, address + offset);
    }

    @Override
    List<Type<?>> parts() {
        return List.of(some);
    }

    @Override
    boolean takesNull() {
        return true;
    }

    @Override
    int slots() {
        return some.slots();
    }

    @Override
    void owners(T value, List<Owner> into) {
        if (value != null) some.owners(value, into);
    }

    @Override
    boolean isOrdered() {
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof NullableType<?> that && some.equals(that.some);
    }

    @Override
    public int hashCode() {
        return ~some.hashCode();
    }

    @Override
    public String toString() {
        return some + "?";
    }
}
