package org.allod.own;

import java.lang.foreign.ValueLayout;
import org.allod.memory.Memory;

/// The eight primitives as types, and each as two static methods by address.
///
/// The methods are what the accessors of records call.
final class PrimitiveTypes {
    private PrimitiveTypes() {}

    static boolean getBoolean(long address) {
        return Memory.getByte(address) != 0;
    }

    static void putBoolean(long address, boolean value) {
        Memory.putByte(address, (byte) (value ? 1 : 0));
    }

    static byte getByte(long address) {
        return Memory.getByte(address);
    }

    static void putByte(long address, byte value) {
        Memory.putByte(address, value);
    }

    static short getShort(long address) {
        return Memory.getShort(address);
    }

    static void putShort(long address, short value) {
        Memory.putShort(address, value);
    }

    static char getChar(long address) {
        return (char) Memory.getShort(address);
    }

    static void putChar(long address, char value) {
        Memory.putShort(address, (short) value);
    }

    static int getInt(long address) {
        return Memory.getInt(address);
    }

    static void putInt(long address, int value) {
        Memory.putInt(address, value);
    }

    static long getLong(long address) {
        return Memory.getLong(address);
    }

    static void putLong(long address, long value) {
        Memory.putLong(address, value);
    }

    static float getFloat(long address) {
        return Float.intBitsToFloat(Memory.getInt(address));
    }

    static void putFloat(long address, float value) {
        Memory.putInt(address, Float.floatToRawIntBits(value));
    }

    static double getDouble(long address) {
        return Double.longBitsToDouble(Memory.getLong(address));
    }

    static void putDouble(long address, double value) {
        Memory.putLong(address, Double.doubleToRawLongBits(value));
    }

    static final class OfBoolean extends Type<Boolean> {
        OfBoolean() {
            super(Boolean.class, ValueLayout.JAVA_BOOLEAN, false);
        }

        @Override
        Boolean read(Lender lender, long address) {
            return getBoolean(address);
        }

        @Override
        void write(Lender home, long address, Boolean value) {
            putBoolean(address, value);
        }

        @Override
        int compare(Lender lender, Boolean value, long address) {
            return Boolean.compare(value, getBoolean(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Boolean.compare(getBoolean(left), getBoolean(right));
        }

        @Override
        public String toString() {
            return "boolean";
        }
    }

    static final class OfByte extends Type<Byte> {
        OfByte() {
            super(Byte.class, ValueLayout.JAVA_BYTE, false);
        }

        @Override
        Byte read(Lender lender, long address) {
            return getByte(address);
        }

        @Override
        void write(Lender home, long address, Byte value) {
            putByte(address, value);
        }

        @Override
        int compare(Lender lender, Byte value, long address) {
            return Byte.compare(value, getByte(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Byte.compare(getByte(left), getByte(right));
        }

        @Override
        public String toString() {
            return "byte";
        }
    }

    static final class OfShort extends Type<Short> {
        OfShort() {
            super(Short.class, ValueLayout.JAVA_SHORT, false);
        }

        @Override
        Short read(Lender lender, long address) {
            return getShort(address);
        }

        @Override
        void write(Lender home, long address, Short value) {
            putShort(address, value);
        }

        @Override
        int compare(Lender lender, Short value, long address) {
            return Short.compare(value, getShort(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Short.compare(getShort(left), getShort(right));
        }

        @Override
        public String toString() {
            return "short";
        }
    }

    static final class OfChar extends Type<Character> {
        OfChar() {
            super(Character.class, ValueLayout.JAVA_CHAR, false);
        }

        @Override
        Character read(Lender lender, long address) {
            return getChar(address);
        }

        @Override
        void write(Lender home, long address, Character value) {
            putChar(address, value);
        }

        @Override
        int compare(Lender lender, Character value, long address) {
            return Character.compare(value, getChar(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Character.compare(getChar(left), getChar(right));
        }

        @Override
        public String toString() {
            return "char";
        }
    }

    static final class OfInt extends Type<Integer> {
        OfInt() {
            super(Integer.class, ValueLayout.JAVA_INT, false);
        }

        @Override
        Integer read(Lender lender, long address) {
            return getInt(address);
        }

        @Override
        void write(Lender home, long address, Integer value) {
            putInt(address, value);
        }

        @Override
        int compare(Lender lender, Integer value, long address) {
            return Integer.compare(value, getInt(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Integer.compare(getInt(left), getInt(right));
        }

        @Override
        public String toString() {
            return "int";
        }
    }

    static final class OfLong extends Type<Long> {
        OfLong() {
            super(Long.class, ValueLayout.JAVA_LONG, false);
        }

        @Override
        Long read(Lender lender, long address) {
            return getLong(address);
        }

        @Override
        void write(Lender home, long address, Long value) {
            putLong(address, value);
        }

        @Override
        int compare(Lender lender, Long value, long address) {
            return Long.compare(value, getLong(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Long.compare(getLong(left), getLong(right));
        }

        @Override
        public String toString() {
            return "long";
        }
    }

    static final class OfFloat extends Type<Float> {
        OfFloat() {
            super(Float.class, ValueLayout.JAVA_FLOAT, false);
        }

        @Override
        Float read(Lender lender, long address) {
            return getFloat(address);
        }

        @Override
        void write(Lender home, long address, Float value) {
            putFloat(address, value);
        }

        @Override
        int compare(Lender lender, Float value, long address) {
            return Float.compare(value, getFloat(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Float.compare(getFloat(left), getFloat(right));
        }

        @Override
        public String toString() {
            return "float";
        }
    }

    static final class OfDouble extends Type<Double> {
        OfDouble() {
            super(Double.class, ValueLayout.JAVA_DOUBLE, false);
        }

        @Override
        Double read(Lender lender, long address) {
            return getDouble(address);
        }

        @Override
        void write(Lender home, long address, Double value) {
            putDouble(address, value);
        }

        @Override
        int compare(Lender lender, Double value, long address) {
            return Double.compare(value, getDouble(address));
        }

        @Override
        int compareAt(Lender lender, long left, long right) {
            return Double.compare(getDouble(left), getDouble(right));
        }

        @Override
        public String toString() {
            return "double";
        }
    }
}
