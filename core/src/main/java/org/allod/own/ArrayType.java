package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Arrays of one length: the elements side by side.
///
/// @param <A> class of the arrays
final class ArrayType<A> extends Type<A> {
    private final Class<?> component;
    private final Type<Object> element;
    private final int length;

    @SuppressWarnings("unchecked")
    ArrayType(Class<A> carrier, Type<?> element, int length) {
        super(carrier, layout(element, length), element.isOwner());
        this.component = carrier.getComponentType();
        this.element = (Type<Object>) element;
        this.length = length;
    }

    private static MemoryLayout layout(Type<?> element, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length=" + length + ", expected at least 1");
        }
        return MemoryLayout.sequenceLayout(length, element.layout());
    }

    private long at(long address, int index) {
        return address + index * element.size();
    }

    // ---- out ----

    @Override
    A read(Lender lender, long address) {
        return filled(lender, address, false);
    }

    @Override
    A take(Lender lender, long address) {
        return filled(lender, address, true);
    }

    @SuppressWarnings("unchecked")
    private A filled(Lender lender, long address, boolean taken) {
        Object array = Array.newInstance(component, length);
        if (array instanceof Object[] values) {
            for (int i = 0; i < length; i++) {
                long at = at(address, i);
                values[i] = taken ? element.take(lender, at) : element.read(lender, at);
            }
        } else {
            readPrimitives(array, address);
        }
        return (A) array;
    }

    private void readPrimitives(Object array, long address) {
        for (int i = 0; i < length; i++) {
            long at = at(address, i);
            switch (array) {
                case boolean[] a -> a[i] = PrimitiveTypes.getBoolean(at);
                case byte[] a -> a[i] = PrimitiveTypes.getByte(at);
                case short[] a -> a[i] = PrimitiveTypes.getShort(at);
                case char[] a -> a[i] = PrimitiveTypes.getChar(at);
                case int[] a -> a[i] = PrimitiveTypes.getInt(at);
                case long[] a -> a[i] = PrimitiveTypes.getLong(at);
                case float[] a -> a[i] = PrimitiveTypes.getFloat(at);
                case double[] a -> a[i] = PrimitiveTypes.getDouble(at);
                default -> throw new AssertionError(array);
            }
        }
    }

    // ---- in ----

    @Override
    void check(Lender home, A value) {
        super.check(home, value);
        int elements = Array.getLength(value);
        if (elements != length) {
            throw new IllegalArgumentException(
                    "length=" + elements + " of an array, expected " + length + ": " + this);
        }
        if (value instanceof Object[] values) {
            for (int i = 0; i < length; i++) {
                if (values[i] == null && !element.takesNull()) {
                    throw new NullPointerException(this + ": null at " + i);
                }
                element.check(home, values[i]);
            }
        }
        RecordType.checkDistinct(this, value);
    }

    @Override
    void write(Lender home, long address, A value) {
        if (value instanceof Object[] values) {
            for (int i = 0; i < length; i++) element.write(home, at(address, i), values[i]);
        } else {
            writePrimitives(value, address);
        }
    }

    private void writePrimitives(Object array, long address) {
        for (int i = 0; i < length; i++) {
            long at = at(address, i);
            switch (array) {
                case boolean[] a -> PrimitiveTypes.putBoolean(at, a[i]);
                case byte[] a -> PrimitiveTypes.putByte(at, a[i]);
                case short[] a -> PrimitiveTypes.putShort(at, a[i]);
                case char[] a -> PrimitiveTypes.putChar(at, a[i]);
                case int[] a -> PrimitiveTypes.putInt(at, a[i]);
                case long[] a -> PrimitiveTypes.putLong(at, a[i]);
                case float[] a -> PrimitiveTypes.putFloat(at, a[i]);
                case double[] a -> PrimitiveTypes.putDouble(at, a[i]);
                default -> throw new AssertionError(array);
            }
        }
    }

    @Override
    void drop(Drops drops, long address) {
        if (!isOwner()) return;
        for (int i = 0; i < length; i++) element.drop(drops, at(address, i));
    }

    @Override
    List<Type<?>> parts() {
        return List.of(element);
    }

    @Override
    int slots() {
        return (int) Math.min(Integer.MAX_VALUE, (long) length * element.slots());
    }

    @Override
    void owners(A value, List<Owner> into) {
        if (!isOwner()) return;
        for (Object each : (Object[]) value) element.owners(each, into);
    }

    // ---- as values, as types ----

    /// By their elements, unlike arrays in Java.
    @Override
    boolean equals(Lender lender, A value, long address) {
        return Objects.deepEquals(value, read(lender, address));
    }

    @Override
    int hash(A value) {
        return Arrays.deepHashCode(new Object[] {value});
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof ArrayType<?> that
                        && carrier() == that.carrier()
                        && length == that.length
                        && element.equals(that.element);
    }

    @Override
    public int hashCode() {
        return 31 * element.hashCode() + length;
    }

    @Override
    public String toString() {
        return element + "[" + length + "]";
    }
}
