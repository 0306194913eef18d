package org.allod.own;

import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A record, its components side by side. What reads and writes them is a hidden class that
/// [RecordClass] makes.
///
/// @param <T> the record
abstract class RecordType<T> extends Type<T> {
    private final int slots;
    private final List<RecordPart> components;

    /// @param carrier the record's class
    /// @param slots owners in a value, at most
    RecordType(Class<?> carrier, MemoryLayout layout, int slots, List<RecordPart> components) {
        super(carrier, layout, slots > 0);
        this.slots = slots;
        this.components = components;
    }

    @Override
    final List<Type<?>> parts() {
        return components.stream().<Type<?>>map(part -> part.type().get()).toList();
    }

    /// Checks the components that are no primitives.
    abstract void checkParts(Lender home, T value);

    @Override
    final void check(Lender home, T value) {
        Objects.requireNonNull(value, "value");
        checkParts(home, value);
        if (slots > 1) checkDistinct(this, value);
    }

    @Override
    final int slots() {
        return slots;
    }

    /// Checks one component.
    ///
    /// @param path of it, for the message
    static void checkPart(Type<Object> type, Lender home, Object part, String path) {
        if (part == null && !type.takesNull()) {
            throw new NullPointerException(path + " is null, expected a " + type);
        }
        type.check(home, part);
    }

    /// Throws if a value has an owner twice, which could be moved once only.
    static <T> void checkDistinct(Type<T> type, T value) {
        if (type.slots() < 2) return;
        List<Owner> owners = new ArrayList<>();
        type.owners(value, owners);
        for (int i = 0; i < owners.size(); i++) {
            for (int k = 0; k < i; k++) {
                if (owners.get(i) == owners.get(k)) {
                    throw new IllegalArgumentException(
                            "value=" + type + " has one " + owners.get(i) + " twice");
                }
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordType<?> that && carrier() == that.carrier();
    }

    @Override
    public int hashCode() {
        return carrier().hashCode();
    }
}
