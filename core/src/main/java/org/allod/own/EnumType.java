package org.allod.own;

import java.lang.foreign.ValueLayout;
import org.allod.memory.Memory;

/// An enum as its ordinal, an int, as C has it.
///
/// @param <E> the enum
final class EnumType<E> extends Type<E> {
    private final E[] constants;

    EnumType(Class<E> carrier) {
        super(carrier, ValueLayout.JAVA_INT, false);
        this.constants = carrier.getEnumConstants();
    }

    @Override
    E read(Lender lender, long address) {
        return constants[Memory.getInt(address)];
    }

    @Override
    void write(Lender home, long address, E value) {
        Memory.putInt(address, ((Enum<?>) value).ordinal());
    }

    @Override
    int compareAt(Lender lender, long left, long right) {
        return Integer.compare(Memory.getInt(left), Memory.getInt(right));
    }
}
