package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;

/// How a T lies in memory: its size and alignment, how it is read and written, what is dropped.
///
/// ```java
/// record Point(int x, long y) {}
///
/// Type<Point> point = Type.of(Point.class);   // 16 B: x at 0, y at 8, as in C
/// ```
///
/// | a T | in memory | null |
/// |---|---|---|
/// | a primitive, or its box | as C has it; boolean 1 B, char 2 B | refused |
/// | an enum | its ordinal, as an int | refused |
/// | a record | its components in their order, padded as C does | refused |
/// | an array | elements side by side; each value has the same length | refused |
/// | an owner: `Text`, `Box<Point>` ... | its words: 8 to 32 B, no copy of what it owns | refused |
/// | [#nullable], [#optional] | a byte that tells, then a T; an owner only its words | taken |
///
/// Reading makes a copy of what is no owner. Of an owner reading makes a borrow: see [Owner].
///
/// Types are made once and found again; any thread, lock-free.
///
/// @param <T> what Java sees
public abstract class Type<T extends @MustCallUnknown Object> {
    /// One `boolean`: a byte, 0 or 1.
    public static final Type<Boolean> BOOLEAN = new PrimitiveTypes.OfBoolean();

    /// One `byte`.
    public static final Type<Byte> BYTE = new PrimitiveTypes.OfByte();

    /// One `short`: 2 bytes.
    public static final Type<Short> SHORT = new PrimitiveTypes.OfShort();

    /// One `char`: 2 bytes.
    public static final Type<Character> CHAR = new PrimitiveTypes.OfChar();

    /// One `int`: 4 bytes.
    public static final Type<Integer> INT = new PrimitiveTypes.OfInt();

    /// One `long`: 8 bytes.
    public static final Type<Long> LONG = new PrimitiveTypes.OfLong();

    /// One `float`: 4 bytes.
    public static final Type<Float> FLOAT = new PrimitiveTypes.OfFloat();

    /// One `double`: 8 bytes.
    public static final Type<Double> DOUBLE = new PrimitiveTypes.OfDouble();

    private final Class<?> carrier;
    private final MemoryLayout layout;
    private final long size;
    private final long alignment;
    private final boolean owner;

    /// The types of owners of such values, each made once.
    private final Map<Object, OwnerType<?>> owners = new ConcurrentHashMap<>(0);

    /// @param carrier class of the values
    /// @param layout of a value; its size is a multiple of its alignment
    /// @param owner whether a value owns memory
    Type(Class<?> carrier, MemoryLayout layout, boolean owner) {
        this.carrier = carrier;
        this.layout = layout;
        this.size = layout.byteSize();
        this.alignment = layout.byteAlignment();
        this.owner = owner;
    }

    // ---- making ----

    /// The type of a class's values: a primitive, its box, an enum, a record, an owner without
    /// parameters.
    ///
    /// @throws IllegalArgumentException if values of that class, or of a component, cannot lie in
    ///     memory; the message has the path, as `Line.to.x`
    public static <T extends @MustCallUnknown Object> Type<T> of(Class<T> carrier) {
        return TypeResolver.resolve(null, carrier);
    }

    /// As [#of(Class)], for records that only `lookup` can see into.
    ///
    /// @throws IllegalArgumentException as [#of(Class)]
    public static <T extends @MustCallUnknown Object> Type<T> of(
            MethodHandles.Lookup lookup, Class<T> carrier) {
        return TypeResolver.resolve(Objects.requireNonNull(lookup, "lookup"), carrier);
    }

    /// The type of such a value: that of its class, or of this owner.
    ///
    /// @throws IllegalArgumentException as [#of(Class)]; also for an array, which does not tell
    ///     whether others are as long
    @SuppressWarnings("unchecked")
    public static <T extends @MustCallUnknown Object> Type<T> ofValue(T value) {
        if (value instanceof Owner owner) return (Type<T>) owner.type();
        if (value instanceof Enum<?> constant) return (Type<T>) of(constant.getDeclaringClass());
        return (Type<T>) of(value.getClass());
    }

    /// Of arrays of one length: `int[]`, `Point[]`.
    ///
    /// @param carrier class of the arrays
    /// @param length of each of them, at least 1
    /// @throws IllegalArgumentException as [#of(Class)], or if it is no class of arrays
    public static <A> Type<A> array(Class<A> carrier, int length) {
        if (!carrier.isArray()) {
            throw new IllegalArgumentException("carrier=" + carrier + ", expected an array");
        }
        return new ArrayType<>(carrier, of(carrier.getComponentType()), length);
    }

    /// Of arrays of one length, with elements of this type.
    ///
    /// @param length of each array, at least 1
    @SuppressWarnings("unchecked")
    public static <T extends @MustCallUnknown Object> Type<T[]> array(Type<T> element, int length) {
        Class<?> carrier = element.carrier.arrayType();
        return new ArrayType<>((Class<T[]>) carrier, element, length);
    }

    /// As this type, but a value may be null. A byte more, of an owner nothing.
    public static <T extends @MustCallUnknown Object> Type<T> nullable(Type<T> type) {
        if (type.takesNull()) return type;
        return new NullableType<>(type);
    }

    /// A value of this type or none. In memory the same as [#nullable].
    public static <T extends @MustCallUnknown Object> Type<Optional<T>> optional(Type<T> type) {
        return new OptionalType<>(nullable(type));
    }

    // ---- what it is ----

    /// Bytes of a value; a multiple of [#alignment], so that values lie side by side.
    public final long size() {
        return size;
    }

    /// Of a value's address; a power of two.
    public final long alignment() {
        return alignment;
    }

    /// The same for the JDK: of a record a [java.lang.foreign.StructLayout].
    public final MemoryLayout layout() {
        return layout;
    }

    /// Whether a value owns memory: it is moved, borrowed and dropped, not copied.
    public final boolean isOwner() {
        return owner;
    }

    /// Class of the values; that of the box of a primitive.
    final Class<?> carrier() {
        return carrier;
    }

    /// The one type of owners of such values that is known by `key`.
    ///
    /// @param key the class of the owner, or a list of it and its other parameters
    /// @param type makes it
    @SuppressWarnings("unchecked")
    final <O extends Owner> OwnerType<O> owner(Object key, Supplier<OwnerType<O>> type) {
        OwnerType<?> known = owners.get(key);
        if (known == null) {
            OwnerType<?> fresh = type.get();
            known = owners.putIfAbsent(key, fresh);
            if (known == null) known = fresh;
        }
        return (OwnerType<O>) known;
    }

    /// The types that a value is made of, those of what it owns included.
    List<Type<?>> parts() {
        return List.of();
    }

    /// Which threads may have a value.
    Threads threads() {
        return Threads.AS_PARTS;
    }

    // ---- values: for the containers ----

    /// The value at an address. Of an owner a borrow.
    ///
    /// @param lender whoever holds the value; what borrows it checks it
    abstract T read(Lender lender, long address);

    /// Moves the value out: of an owner an owner; what is left at the address counts as nothing.
    T take(Lender lender, long address) {
        return read(lender, address);
    }

    /// Throws unless the value can be moved to `home`. To be called before anything is changed;
    /// [#write] then cannot fail.
    ///
    /// @throws NullPointerException if the value, or a part, is null and must not
    /// @throws IllegalArgumentException if an owner is of another allocator, or `home` itself
    /// @throws IllegalStateException if an owner has ended or is a borrow
    void check(Lender home, T value) {
        Objects.requireNonNull(value, "value");
    }

    /// Moves a checked value in, over what was there, which is not dropped.
    abstract void write(Lender home, long address, T value);

    /// Drops the value at an address; what is left there counts as nothing.
    void drop(Drops drops, long address) {}

    /// Whether null is a value.
    boolean takesNull() {
        return false;
    }

    /// How many owners a value has at most.
    int slots() {
        return owner ? 1 : 0;
    }

    /// Adds the owners in a value, of which none may be there twice.
    void owners(T value, List<Owner> into) {}

    // ---- order, equality ----

    /// Whether values have a natural order: primitives, enums, `Comparable` records and owners.
    boolean isOrdered() {
        return Comparable.class.isAssignableFrom(carrier);
    }

    /// Compares a value with one in memory, by their natural order.
    ///
    /// @param lender of what lies at the address
    /// @throws UnsupportedOperationException if there is none
    @SuppressWarnings("unchecked")
    int compare(Lender lender, T value, long address) {
        if (value instanceof Comparable<?> ordered) {
            return ((Comparable<T>) ordered).compareTo(read(lender, address));
        }
        throw new UnsupportedOperationException(
                "type=" + this + ", expected one whose values are Comparable");
    }

    /// Compares two values in memory, by their natural order. No overload of the other: of longs
    /// that would take the value for an address.
    ///
    /// @param lender of what lies at the addresses
    /// @throws UnsupportedOperationException if there is none
    int compareAt(Lender lender, long left, long right) {
        return compare(lender, read(lender, left), right);
    }

    /// Whether a value equals one in memory.
    boolean equals(Lender lender, T value, long address) {
        return value.equals(read(lender, address));
    }

    /// The hash of a value, spread or not.
    int hash(T value) {
        return value.hashCode();
    }

    /// The hash of a value in memory: what [#hash(Object)] says of it.
    int hash(Lender lender, long address) {
        return hash(read(lender, address));
    }

    /// Its name in Java, as `Point` or `Box<long>`.
    @Override
    public String toString() {
        return carrier.getSimpleName();
    }
}
