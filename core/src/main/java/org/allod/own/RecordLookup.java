package org.allod.own;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;

/// Sees into one record: its fields where that is allowed, else what is public of it.
final class RecordLookup {
    private final Class<?> carrier;
    private final String path;
    private final Lookup lookup;
    private final boolean intoFields;

    private RecordLookup(Class<?> carrier, String path, Lookup lookup, boolean intoFields) {
        this.carrier = carrier;
        this.path = path;
        this.lookup = lookup;
        this.intoFields = intoFields;
    }

    /// @param given by the user, or null
    /// @param path of the record, for messages
    static RecordLookup of(Lookup given, String path, Class<?> carrier) {
        Module ours = RecordLookup.class.getModule();
        if (given == null) ours.addReads(carrier.getModule());
        Lookup from = given != null ? given : MethodHandles.lookup();
        try {
            Lookup inside = MethodHandles.privateLookupIn(carrier, from);
            return new RecordLookup(carrier, path, inside, true);
        } catch (IllegalAccessException closed) {
            return new RecordLookup(carrier, path, from, false);
        }
    }

    /// The canonical constructor.
    MethodHandle constructor(RecordComponent[] components) {
        Class<?>[] types =
                Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return lookup.findConstructor(carrier, MethodType.methodType(void.class, types));
        } catch (ReflectiveOperationException hidden) {
            throw hidden(hidden);
        }
    }

    /// What reads a component: the field, or the accessor.
    MethodHandle getter(RecordComponent component) {
        String name = component.getName();
        Class<?> type = component.getType();
        try {
            return intoFields
                    ? lookup.findGetter(carrier, name, type)
                    : lookup.findVirtual(carrier, name, MethodType.methodType(type));
        } catch (ReflectiveOperationException hidden) {
            throw hidden(hidden);
        }
    }

    private IllegalArgumentException hidden(ReflectiveOperationException cause) {
        return new IllegalArgumentException(
                path
                        + ": "
                        + carrier.getName()
                        + " cannot be seen, expected Type.of(MethodHandles.lookup(), ...) of a"
                        + " lookup that can",
                cause);
    }
}
